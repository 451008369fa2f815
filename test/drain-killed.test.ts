import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { odata } from '@azure/data-tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppProcess, startApp } from '../local/app-process.ts';
import { type Json, part } from '../local/azure/json.ts';
import { account, accountId, fixed, LINUX, natPool, network, pool, rule } from '../local/estate/parts.ts';
import { CLIENT_ID, type Preparation, prepare } from '../local/installation.ts';
import { letPass } from '../local/let-pass.ts';
import { tableKey } from '../shared/azure/state/storage.ts';
import { enqueueLook } from '../shared/azure/state/work-queues.ts';
import { MINUTE } from '../shared/core/model/time.ts';
import { type Halt, type Halts, startHalts, stepOf, WRITES } from './support/drains/halts.ts';

/** Real processes, a real Azurite and the local Azure over HTTPS: an account and a pool for each place of a kill. */

const SUBSCRIPTION = '55555555-eeee-4eee-8eee-555555555555';
const CREATED = '2026-02-03T15:41:28.6640731Z';
const SIZE = fixed(3, 1);
const METADATA = [{ name: 'team', value: 'render' }];
const OPEN = [rule(150, 'Allow', 'Internet'), rule(3500, 'Deny', '*')];

/** After each write, which is before the one that follows in its look, and before the first write of a look. */
const PLACES: readonly Halt[] = [
  ...WRITES.map((write) => ({ write, when: 'after' }) as const),
  { write: 'intent of change', when: 'before' },
  { write: 'intent of restore', when: 'before' },
];
const SHARED = 4;
const ROUNDS = 60;

interface Place {
  readonly account: string;
  readonly key: string;
  readonly pool: string;
}

function placesNamed(name: string, size: number): Place[] {
  return Array.from({ length: size }, (_, n) => {
    const id = accountId(SUBSCRIPTION, 'group', `${name}${n}`);
    return { account: id, key: tableKey(id), pool: `${id}/pools/pool` };
  });
}
const killed = placesNamed('killed', PLACES.length);
const shared = placesNamed('shared', SHARED);
const all = [...killed, ...shared];

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
const log = openSync(join(folder, 'log'), 'a');
const running = new Set<AppProcess>();
let local: Preparation;
let halts: Halts;

beforeAll(async () => {
  local = await prepare({
    accounts: all.map((place) => account(place.account, 'westeurope', {})),
    pools: all.map((place) =>
      pool(place.account, 'pool', CREATED, {
        properties: {
          ...SIZE,
          metadata: METADATA,
          deploymentConfiguration: LINUX,
          ...network({ endpointConfiguration: { inboundNatPools: [natPool('ssh', 22, 40_000, OPEN)] } }),
        },
      }),
    ),
    policy: `mode: off
rules:
  pool-remote-access: enforce
drains: { max: ${all.length}, begin: any, watch: PT5M }
`,
    resizes: { takes: 50 },
  });
  halts = await startHalts({ arm: local.azure.armEndpoint, table: local.endpoints.table });
});

afterAll(async () => {
  await Promise.all([...running].map((app) => app.kill()));
  await halts.stop();
  await local.stop();
  closeSync(log);
  rmSync(folder, { recursive: true });
});

async function start(): Promise<AppProcess> {
  const { certificate, endpoints } = local;
  const order = {
    certificates: [certificate, halts.certificate],
    queues: endpoints.queue,
    // Looks that stand still keep none from others.
    options: { batchSize: 32, newBatchThreshold: 31, holdSeconds: 60 },
  };
  const environment = { AzureWebJobsStorage__tableServiceUri: halts.table, ARM_ENDPOINT: halts.arm };
  const app = await startApp(order, environment, log);
  running.add(app);
  return app;
}

async function kill(app: AppProcess): Promise<void> {
  running.delete(app);
  await app.kill();
  // What runs out by itself, in minutes: its leases, and the time for which its messages are hidden.
  for (const name of await leased()) await breakLease(name);
  await local.storage.reconcile.clearMessages();
  await letPass(local.storage, 20 * MINUTE);
  halts.struck.clear();
}

async function leased(): Promise<string[]> {
  const blobs = await Array.fromAsync((await local.storage.leases()).listBlobsFlat());
  return blobs.flatMap(({ name, properties }) => (properties.leaseState === 'leased' ? [name] : []));
}

/** @returns whether it was held still */
async function breakLease(name: string): Promise<boolean> {
  const lease = (await local.storage.leases()).getBlobClient(name).getBlobLeaseClient();
  return await lease.breakLease(0).then(
    () => true,
    () => false,
  );
}

/** Looks are asked for until each place is as it should be. */
async function lookUntil(places: readonly Place[], isDone: (place: Place) => Promise<boolean> | boolean) {
  for (let round = 0; round < ROUNDS; round++) {
    const left: Place[] = [];
    for (const place of places) if (!(await isDone(place))) left.push(place);
    if (left.length === 0) return;
    const since = new Date();
    await Promise.all(left.map((place) => enqueueLook(local.storage, { accountId: place.account, since }, 0)));
    // All have looked but those that stand still.
    for (let tries = 0; tries < 100 && (await messages()) > halts.struck.size; tries++) await sleep(30);
  }
  throw new Error(`No rest; the app logged last: ${readFileSync(join(folder, 'log'), 'utf8').slice(-3000)}`);
}

/** Those that are worked on too. */
async function messages(): Promise<number> {
  return (await local.storage.reconcile.getProperties()).approximateMessagesCount ?? 0;
}

function propertiesOf(place: Place): Json {
  return part(local.azure.world.pool(place.pool) ?? {}, 'properties');
}

async function rowsOf(table: 'drains' | 'journal', place: Place) {
  const queryOptions = { filter: odata`PartitionKey eq ${place.key}` };
  return Array.fromAsync(
    local.storage[table].listEntities<{ step?: string; kind?: string; how?: string }>({ queryOptions }),
  );
}

/** How the drains of a pool ended; null is one that is open. */
async function endsOf(place: Place): Promise<(string | null)[]> {
  const rows = await rowsOf('drains', place);
  const ends = new Map(rows.map(({ rowKey = '', how }) => [rowKey, how]));
  return [...ends.keys()].filter((key) => !key.endsWith('-ended')).map((key) => ends.get(`${key}-ended`) ?? null);
}

/** The pools of these that hold slots. */
async function slotsHeld(places: readonly Place[]): Promise<string[]> {
  const slots = await Array.fromAsync(local.storage.budget.listEntities<{ pool: string }>());
  const ours = new Set(places.map((place) => place.pool.toLowerCase()));
  return slots.map((slot) => slot.pool.toLowerCase()).filter((id) => ours.has(id));
}

async function isAtRest(place: Place): Promise<boolean> {
  const { scaleSettings, currentDedicatedNodes, networkConfiguration } = propertiesOf(place);
  if (JSON.stringify(networkConfiguration).includes('Internet')) return false;
  if (currentDedicatedNodes !== 3 || JSON.stringify(scaleSettings) !== JSON.stringify(SIZE['scaleSettings']))
    return false;
  const ends = await endsOf(place);
  return ends.length > 0 && !ends.includes(null) && (await slotsHeld([place])).length === 0;
}

/** Which write to the pool each was that Azure took. */
function writesTo(place: Place): string[] {
  return local.azure.log
    .writes()
    .filter(({ path, caller }) => caller === CLIENT_ID && path.toLowerCase() === place.pool.toLowerCase())
    .flatMap(({ requestBody, status }) => (status === 200 ? [stepOf(requestBody as Json)] : []));
}

async function expectWhole(places: readonly Place[]): Promise<number> {
  let writes = 0;
  for (const place of places) {
    const { scaleSettings, metadata, networkConfiguration } = propertiesOf(place);
    expect(scaleSettings).toEqual(SIZE['scaleSettings']);
    expect(metadata).toEqual(METADATA);
    expect(JSON.stringify(networkConfiguration)).not.toContain('Internet');
    const ends = await endsOf(place);
    expect(ends.filter((how) => how === 'restored')).toHaveLength(1);
    expect(ends.filter((how) => how !== 'restored' && how !== 'not-begun')).toEqual([]);

    const taken = writesTo(place);
    writes += taken.length;
    expect(taken).toEqual(['empty', 'change', 'restore']);
    const journal = await rowsOf('journal', place);
    for (const step of taken) expect(journal.some((row) => row.step === step)).toBe(true);
  }
  expect(await slotsHeld(places)).toEqual([]);
  return writes;
}

test('a process that is killed at any write of a drain, once and again, loses no pool its size', async () => {
  for (const [n, place] of killed.entries()) halts.armed.set(place.key, PLACES.slice(n, n + 1));
  const first = await start();
  await lookUntil(killed, ({ key }) => halts.struck.has(key));
  const once = halts.struck.size;
  expect(once).toBe(PLACES.length);
  await kill(first);

  // At the same write again, or where the size comes back.
  for (const [n, place] of killed.entries())
    halts.armed.set(place.key, [...PLACES.slice(n, n + 1), { write: 'restore', when: 'after' }]);
  const second = await start();
  await lookUntil(killed, async (place) => halts.struck.has(place.key) || (await isAtRest(place)));
  const twice = halts.struck.size;
  expect(twice).toBeGreaterThan(PLACES.length / 2);
  await kill(second);

  halts.armed.clear();
  await start();
  await lookUntil(killed, isAtRest);
  const writes = await expectWhole(killed);
  console.log(
    `killed drains: ${once} cut at ${PLACES.length} places, ${twice} cut again, 2 kills, ${writes} writes to pools`,
  );
});

test('two processes whose leases are broken at random drain each pool once, and give it back', async () => {
  await start();
  let broken = 0;
  const calm = new AbortController();
  const breaking = (async () => {
    while (!calm.signal.aborted) {
      for (const name of await leased()) if (Math.random() < 0.5 && (await breakLease(name))) broken += 1;
      await sleep(20);
    }
  })();
  await lookUntil(shared, isAtRest);
  calm.abort();
  await breaking;
  const writes = await expectWhole(shared);
  expect(broken).toBeGreaterThan(0);
  console.log(`shared drains: ${SHARED} pools, 2 processes, ${broken} broken leases, ${writes} writes to pools`);
});
