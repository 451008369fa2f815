import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { odata } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AppProcess, startApp } from '../local/app-process.ts';
import { type Json, part } from '../local/azure/json.ts';
import { account, accountId, fixed, LINUX, natPool, network, pool, rule } from '../local/estate/parts.ts';
import { CLIENT_ID, type Preparation, prepare, putPolicy } from '../local/installation.ts';
import { letPass } from '../local/let-pass.ts';
import { tableKey } from '../shared/azure/state/storage.ts';
import { enqueueLook } from '../shared/azure/state/work-queues.ts';
import { MINUTE } from '../shared/core/model/time.ts';
import { secretNameOf } from '../shared/core/rotation/secret-name.ts';
import { type Halt, type Halts, startHalts } from './support/drains/halts.ts';
import { stepOf, WRITES, type WriteName } from './support/drains/named-writes.ts';
import { leaksIn } from './support/leaks.ts';

/**
 * Real processes, a real Azurite and the local Azure over HTTPS: an account and a pool for each two places of a kill. Every pool
 * has a user whose secret is missing, and every other one open ports too: one drain mends both.
 */

const SUBSCRIPTION = '55555555-eeee-4eee-8eee-555555555555';
const CREATED = '2026-02-03T15:41:28.6640731Z';
const SIZE = fixed(3, 1);
const METADATA = [{ name: 'team', value: 'render' }];
const USER = 'svc';
const VAULT = {
  name: 'killed',
  id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/group/providers/Microsoft.KeyVault/vaults/killed`,
};
const SHUT = [rule(3500, 'Deny', '*')];
const OPEN = [rule(150, 'Allow', 'Internet'), ...SHUT];

/** Those that are the first of a look, and those of the vault. */
const ALSO_BEFORE: readonly WriteName[] = [
  'intent of change',
  'mint',
  'offer',
  'intent of promote',
  'promote',
  'intent of disable',
  'disable',
  'intent of restore',
];
/** After each write, which is before the one that follows in its look, and before some. In their order. */
const PLACES: readonly Halt[] = WRITES.flatMap((write) => [
  ...(ALSO_BEFORE.includes(write) ? [{ write, when: 'before' } as const] : []),
  { write, when: 'after' } as const,
]);
/** In the gate every other one, with those after what is written to the pool. */
const STRUCK = PLACES.filter((_, at) => process.env['THOROUGH'] || at % 2 === 1);
const HALF = Math.ceil(STRUCK.length / 2);
const SHARED = 4;
const ROUNDS = 60;

interface Place {
  readonly account: string;
  readonly key: string;
  readonly pool: string;
  /** Whether the internet reaches its ports. */
  readonly isOpen: boolean;
  /** Where processes are killed, the earlier write first. */
  readonly cuts: readonly Halt[];
}

function placesNamed(name: string, size: number, cutsOf: (n: number) => readonly Halt[]): Place[] {
  return Array.from({ length: size }, (_, n) => {
    const id = accountId(SUBSCRIPTION, 'group', `${name}${n}`);
    return { account: id, key: tableKey(id), pool: `${id}/pools/pool`, isOpen: n % 2 === 0, cuts: cutsOf(n) };
  });
}
const killed = placesNamed('killed', HALF, (n) => [n, n + HALF].flatMap((at) => STRUCK[at] ?? []));
const shared = placesNamed('shared', SHARED, () => []);
const all = [...killed, ...shared];

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
const log = openSync(join(folder, 'log'), 'a');
const running = new Set<AppProcess>();
let local: Preparation;
let halts: Halts;

beforeAll(async () => {
  // Others would wait for its many calls, and it for theirs.
  vi.stubEnv('SHARED_STORAGE', undefined);
  local = await prepare({
    accounts: all.map((place) => account(place.account, 'westeurope', {})),
    pools: all.map((place) =>
      pool(place.account, 'pool', CREATED, {
        properties: {
          ...SIZE,
          metadata: METADATA,
          deploymentConfiguration: LINUX,
          userAccounts: [{ name: USER, elevationLevel: 'NonAdmin' }],
          ...network({
            endpointConfiguration: { inboundNatPools: [natPool('ssh', 22, 40_000, place.isOpen ? OPEN : SHUT)] },
          }),
        },
      }),
    ),
    vaults: [VAULT],
    resizes: { takes: 50 },
  });
  const { azure, endpoints, storage } = local;
  const vault = azure.vaults.url(VAULT.name);
  halts = await startHalts({ arm: azure.armEndpoint, table: endpoints.table, vault });
  await putPolicy(
    storage,
    `mode: off
rules:
  pool-remote-access: enforce
  pool-named-user-secret: enforce
namedUsers: { vault: '${halts.vault}', mintMissing: true }
drains: { max: ${all.length}, begin: any, watch: PT5M }
limits: { changesPerHour: 500, changesPerSubscriptionPerHour: 500, failuresBeforeStop: 100 }
`,
  );
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
    for (let tries = 0; tries < 100 && (await messages()) > halts.struck.size; tries++) await sleep(100);
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
    local.storage[table].listEntities<{ step?: string; after?: string; how?: string }>({ queryOptions }),
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
  const queryOptions = { filter: odata`PartitionKey eq ${'slots'}` };
  const slots = await Array.fromAsync(local.storage.budget.listEntities<{ pool: string }>({ queryOptions }));
  const ours = new Set(places.map((place) => place.pool.toLowerCase()));
  return slots.map((slot) => slot.pool.toLowerCase()).filter((id) => ours.has(id));
}

async function isAtRest(place: Place): Promise<boolean> {
  const { scaleSettings, currentDedicatedNodes, networkConfiguration } = propertiesOf(place);
  if (JSON.stringify(networkConfiguration).includes('Internet')) return false;
  if (currentDedicatedNodes !== 3 || JSON.stringify(scaleSettings) !== JSON.stringify(SIZE['scaleSettings']))
    return false;
  const { main, pending } = secretOf(place);
  if (main.length === 0 || pending.some(({ enabled }) => enabled)) return false;
  const ends = await endsOf(place);
  return ends.length > 0 && !ends.includes(null) && (await slotsHeld([place])).length === 0;
}

/** The versions of the secret of the pool's user. */
function secretOf(place: Place) {
  const name = secretNameOf(place.pool, USER);
  const versions = (of: string) => local.azure.vaults.versions(VAULT.name, of);
  return { main: versions(name), pending: versions(`${name}-pending`) };
}

/** Whether nodes start with a value that whoever reads the secret does not get. */
function isLockedOut(place: Place): boolean {
  const given = local.azure.world.givenUsers(place.pool).get(USER)?.password;
  const { targetDedicatedNodes } = part(part(propertiesOf(place), 'scaleSettings'), 'fixedScale');
  return typeof given === 'string' && targetDedicatedNodes !== 0 && secretOf(place).main.at(-1)?.value !== given;
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
    expect(metadata).toEqual([...METADATA, { name: `warden:user:${USER}`, value: expectOneValue(place) }]);
    expect(JSON.stringify(networkConfiguration)).not.toContain('Internet');
    const ends = await endsOf(place);
    expect(ends.filter((how) => how === 'restored')).toHaveLength(1);
    expect(ends.filter((how) => how !== 'restored' && how !== 'not-begun')).toEqual([]);

    const taken = writesTo(place);
    writes += taken.length;
    // Two processes may mint at once: none of their versions is given twice.
    expect(taken.filter((step) => step === 'change').length).toBeLessThanOrEqual(secretOf(place).pending.length);
    expect(taken.filter((step, at) => step !== taken[at - 1])).toEqual(['empty', 'change', 'restore']);
    const journal = await rowsOf('journal', place);
    for (const step of ['empty', 'change', 'restore']) expect(journal.some((row) => row.step === step)).toBe(true);
    for (const set of ['minted', 'promoted', 'disabled', 'users'])
      expect(journal.some(({ after }) => after?.includes(`"${set}":`))).toBe(true);
  }
  expect(await slotsHeld(places)).toEqual([]);
  await expectNoLeak();
  return writes;
}

/** Whoever reads the secret has what the nodes have. @returns what the pool then says that it was given */
function expectOneValue(place: Place): string {
  const { main, pending } = secretOf(place);
  const current = main.at(-1);
  expect(current).toMatchObject({ enabled: true, exp: expect.any(Number) });
  expect(local.azure.world.givenUsers(place.pool).get(USER)?.password).toBe(current?.value);
  expect(new Set(main.map(({ value }) => value)).size).toBe(1);
  expect(pending.filter(({ enabled }) => enabled)).toEqual([]);
  const given = pending.find(({ value }) => value === current?.value);
  return `${given?.id}@${new Date(CREATED).toISOString()}`;
}

/** In what the processes logged, and in what they keep. */
async function expectNoLeak(): Promise<void> {
  const { accounts, findings, hints, requests, drains, journal, budget, secrets } = local.storage;
  const tables = [accounts, findings, hints, requests, drains, journal, budget, secrets];
  const rows = await Promise.all(tables.map((table) => Array.fromAsync(table.listEntities())));
  const told = [readFileSync(join(folder, 'log'), 'utf8'), ...rows.map((each) => JSON.stringify(each))];
  const values = local.azure.vaults.allValues();
  expect(values.length).toBeGreaterThan(0);
  expect(leaksIn(told, values)).toEqual([]);
}

test('a process that is killed at any write of a rotation and its drain, again and again, loses no size and no value', async () => {
  const struck: Halt[] = [];
  async function killAt(places: readonly Place[], cutsOf: (place: Place) => readonly Halt[]): Promise<void> {
    for (const place of places) halts.armed.set(place.key, cutsOf(place));
    const app = await start();
    await lookUntil(places, ({ key }) => halts.struck.has(key));
    struck.push(...halts.struck.values());
    expect(killed.filter(isLockedOut)).toEqual([]);
    await kill(app);
  }
  await killAt(killed, ({ cuts }) => cuts.slice(0, 1));
  // At the same write again, where it comes again, or at the later one.
  await killAt(
    killed.filter(({ cuts }) => cuts.length > 1),
    ({ cuts }) => cuts,
  );
  const left = killed.filter(({ cuts }) => !cuts.slice(1).every((cut) => struck.includes(cut)));
  await killAt(left, ({ cuts }) => cuts.slice(1));
  const places = new Set(struck).size;
  expect(places).toBe(STRUCK.length);
  expect(left.length).toBeGreaterThan(0);

  await start();
  await lookUntil(killed, isAtRest);
  const writes = await expectWhole(killed);
  // Nothing is made twice, as no two processes ran at once.
  const versions = killed.map(secretOf).map(({ main, pending }) => [main.length, pending.length]);
  expect(versions).toEqual(killed.map(() => [1, 1]));
  const sets = local.azure.vaults.log.filter(({ method, status }) => method !== 'GET' && status === 200).length;
  console.log(
    `killed rotations: ${killed.length} pools, ${struck.length} cuts at ${places} places, 3 kills, ${writes} writes to pools, ${sets} to the vault`,
  );
});

// In the gate laws-drain.test.ts has two looks at once, in one process.
describe.skipIf(!process.env['THOROUGH'])(
  'only with THOROUGH=1: two processes whose leases are broken at random',
  () => {
    test('drain each pool once, and give it back', async () => {
      await start();
      let broken = 0;
      const calm = new AbortController();
      const breaking = (async () => {
        while (!calm.signal.aborted) {
          for (const name of await leased()) if (Math.random() < 0.5 && (await breakLease(name))) broken += 1;
          await sleep(100);
        }
      })();
      await lookUntil(shared, isAtRest);
      calm.abort();
      await breaking;
      const writes = await expectWhole(shared);
      expect(broken).toBeGreaterThan(0);
      console.log(`shared drains: ${SHARED} pools, 2 processes, ${broken} broken leases, ${writes} writes to pools`);
    });
  },
);
