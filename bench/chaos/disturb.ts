import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../local/azure/exchange.ts';
import { type FaultAction, serverBusy, serverError, throttled } from '../../local/azure/faults.ts';
import { fixed } from '../../local/estate/parts.ts';
import type { Preparation } from '../../local/installation.ts';
import type { Fleet } from './fleet.ts';
import type { WireCutter } from './wire-cutter.ts';
import { isMarked } from './world.ts';

export interface Disturbances {
  kills: number;
  brokenLeases: number;
  /** Calls of Azure Resource Manager. */
  faults: number;
  /** Connections to the storage. */
  cuts: number;
  /** Pools whose owners gave them another size in mid-drain. */
  scaled: number;
}

interface Disturbed {
  readonly local: Preparation;
  readonly fleet: Fleet;
  readonly wires: WireCutter;
  /** What owners want, by pool; an owner changes his mind once. */
  readonly sizes: Map<string, number>;
}

const SECOND = 1000;
/** Longer than any client waits. */
const NEVER = 40 * SECOND;

/** Faults of reads and of writes. A broken answer to a write would hide from the tally whether it took effect. */
const ANY: readonly FaultAction[] = [
  throttled(1),
  throttled(null),
  serverError(),
  serverBusy(),
  { drop: 'before' },
  { drop: 'after' },
  { delay: 3 * SECOND },
];
const OF_READS: readonly FaultAction[] = [
  { text: '<html>Bad gateway</html>' },
  { text: '{"value": [' },
  { delay: NEVER },
];

/** Until `signal` aborts; then everything is whole again. @param random from 0 up to 1 */
export async function disturb(
  { local, fleet, wires, sizes }: Disturbed,
  signal: AbortSignal,
  random: () => number,
): Promise<Disturbances> {
  const { azure, storage } = local;
  const done: Disturbances = { kills: 0, brokenLeases: 0, faults: 0, cuts: 0, scaled: 0 };
  const before = azure.faults.struck;
  const unscaled = new Set(sizes.keys());

  async function every(seconds: number, work: () => Promise<void> | void): Promise<void> {
    for (;;) {
      await sleep((0.5 + random()) * seconds * SECOND, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await work();
    }
  }

  await Promise.all([
    every(2, async () => {
      done.kills += 1;
      await fleet.kill();
    }),
    every(0.7, async () => {
      const held = await leased();
      const name = held[Math.floor(random() * held.length)];
      if (name === undefined) return;
      const lease = (await storage.leases()).getBlobClient(name).getBlobLeaseClient();
      await lease.breakLease(0).then(
        () => {
          done.brokenLeases += 1;
        },
        () => {}, // it was given back meanwhile
      );
    }),
    every(0.25, () => {
      const isRead = random() < 0.5;
      const actions = isRead ? [...ANY, ...OF_READS] : ANY;
      const action = actions[Math.floor(random() * actions.length)];
      if (action !== undefined) azure.faults.add({ method: isRead ? 'GET' : 'PATCH', do: action });
    }),
    every(4, () => {
      done.cuts += wires.cut();
    }),
    every(1, () => {
      for (const [id, size] of sizes)
        if (random() < 0.1 && unscaled.has(id) && isMarked(azure.world.pool(id)) && scale(id, size + 1)) {
          unscaled.delete(id);
          sizes.set(id, size + 1);
          done.scaled += 1;
        }
    }),
  ]);
  azure.faults.clear();
  return { ...done, faults: azure.faults.struck - before };

  /** False where Batch refuses, as while it resizes the pool. */
  function scale(id: string, nodes: number): boolean {
    try {
      azure.asPerson().patch(id, { properties: { scaleSettings: fixed(nodes)['scaleSettings'] } });
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  async function leased(): Promise<string[]> {
    const blobs = await Array.fromAsync((await storage.leases()).listBlobsFlat());
    return blobs.flatMap(({ name, properties }) => (properties.leaseState === 'leased' ? [name] : []));
  }
}
