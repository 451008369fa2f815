import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { armClient, armFor } from '../shared/azure/arm/arm.ts';
import { listAccounts } from '../shared/azure/arm/list-accounts.ts';
import { observe } from '../shared/azure/observe.ts';
import { enqueueLook, enqueueLooks } from '../shared/azure/state/work-queues.ts';
import { MINUTE, SECOND } from '../shared/core/model/time.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { ReconcileMessage } from '../shared/messages.ts';
import { type LookPorts, reconcile } from '../shared/reconcile.ts';
import { rules } from '../shared/rules/index.ts';
import { seeded } from './seeded.ts';
import { type SimulatedArmOptions, simulatedArm } from './simulated-arm.ts';
import { readQueue, SLOTS, simulatedQueue } from './simulated-queue.ts';
import { simulatedState } from './simulated-state.ts';
import { inVirtualTime } from './virtual-time.ts';

/*
 * A sweep in virtual time: looks, client, pace and retries are the real ones. Simulated are the wire, the state and the
 * queue.
 */

const SETTLING = 10 * SECOND;
const BUSY = 30 * SECOND;
const WAKES_EVERY = 5 * MINUTE;
const POLICY = parsePolicy('mode: audit', rules);
const ENDPOINT = 'https://management.azure.com';
const never = new AbortController().signal;
const now = () => new Date();

export interface SweepOptions extends SimulatedArmOptions {
  /** Processes, each with its own client, that take messages. */
  readonly instances: number;
  /** Infinite where looks are not spread. */
  readonly looksPerSecond: number;
  /** Whether waits have jitter. */
  readonly jitter: boolean;
  /** Minutes after which the sweep is given up. */
  readonly patience: number;
}

export interface Sweep {
  /** Until every account was looked at whole, or the end of patience. */
  readonly minutes: number;
  /** Accounts that were not looked at whole by then. */
  readonly left: number;
  readonly callsPerAccount: number;
  /** Of the calls, 0 to 1. */
  readonly refused: number;
  readonly looks: number;
  /** How long looks held their places in the host. */
  readonly slotSeconds: number;
}

/** One sweep of accounts that lie evenly in the subscriptions. */
export async function simulateSweep(options: SweepOptions): Promise<Sweep> {
  const random = options.jitter ? seeded(1) : () => 0;
  const azure = simulatedArm(options);
  const clients = Array.from({ length: options.instances }, () =>
    armClient({ getToken: async () => ({ token: 'x', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) }, ENDPOINT, {
      httpClient: azure.httpClient,
      random,
    }),
  );
  await Promise.all(clients.map((client) => client.pipeline())); // they load in real time
  const [lister, ...arms] = [...clients.slice(0, 1), ...clients].map((client) => armFor(client, 'sweep', never));
  if (lister === undefined) throw new RangeError('no instances');
  const stop = new AbortController();
  const queue = simulatedQueue();
  const queues = { reconcile: queue };
  const pace = { settling: SETTLING, looksPerSecond: options.looksPerSecond, random };
  const missing = new Set<string>();
  const state = simulatedState((accountId) => {
    missing.delete(accountId);
    if (missing.size === 0) stop.abort();
  });
  const ports: Omit<LookPorts, 'observe'> = {
    ...state.ports,
    readSecrets: async () => [],
    indexSecrets: async (_, __, memory) => memory,
    correlationId: 'sweep',
    version: 'bench',
    signal: never,
    now,
    policy: async () => ({ ...POLICY, hash: 'audit' }),
    listAccounts: unasked,
    whyListMayLack: unasked,
    whyNotGiven: unasked,
    apply: unasked,
    enqueueLook: unasked,
    enqueueLooks: unasked,
    enqueueAgain: (accountId, since, from) =>
      enqueueLook(queues, { accountId, since }, Math.max(BUSY, (from?.getTime() ?? 0) - Date.now())),
    enqueueListing: unasked,
    depths: unasked,
    claimSlot: unasked,
    beginDrain: unasked,
    endDrain: unasked,
    freeSlot: unasked,
    limitsSeen: unasked,
    passBreaker: unasked,
    freeProbe: unasked,
    claimChange: unasked,
    noteTried: unasked,
    intend: unasked,
    conclude: unasked,
    log: () => {},
    tell: async () => true,
    tellFailure: unasked,
    tellEnded: unasked,
  };
  const instances = arms.map(
    (arm): LookPorts => ({
      ...ports,
      observe: (accountId, needed) => observe(arm, accountId, now, needed, random),
    }),
  );
  const spent = { looks: 0, slots: 0 };

  async function look(instance: LookPorts, text: string): Promise<void> {
    const began = Date.now();
    await reconcile(instance, ReconcileMessage.parse(JSON.parse(Buffer.from(text, 'base64').toString())));
    spent.looks += 1;
    spent.slots += Date.now() - began;
  }

  async function wake(): Promise<never> {
    for (;;) {
      await sleep(WAKES_EVERY);
      await enqueueLooks(queues, state.accountsDue(), now(), pace);
    }
  }

  const time = await inVirtualTime(async () => {
    const since = now();
    const lists = await Promise.all(azure.subscriptions.map((subscription) => listAccounts(lister, subscription)));
    for (const id of lists.flat()) missing.add(id);
    for (const ids of lists) await enqueueLooks(queues, ids, since, pace);
    const reading = instances.map((instance) => readQueue(queue, (text) => look(instance, text)));
    await Promise.race([once(stop.signal, 'abort'), sleep(options.patience * MINUTE), wake(), ...reading]);
  });
  return {
    minutes: time / MINUTE,
    left: missing.size,
    callsPerAccount: azure.counts.calls / options.accounts,
    refused: azure.counts.refused / azure.counts.calls,
    looks: spent.looks,
    slotSeconds: spent.slots / SECOND,
  };
}

/** What Azure's bucket and the host's slots allow at best. @param calm a sweep that nothing held back */
export function idealMinutes({ accounts, subscriptions, instances }: SweepOptions, calm: Sweep): number {
  const reads = (accounts / subscriptions) * calm.callsPerAccount;
  const slotSeconds = accounts * (calm.slotSeconds / calm.looks);
  return (SETTLING + Math.max((reads - 250) / 25, slotSeconds / (instances * SLOTS)) * SECOND) / MINUTE;
}

function unasked(): Promise<never> {
  return Promise.reject(new Error('not asked for in a sweep'));
}
