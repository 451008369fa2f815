import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import * as faults from '../../local/azure/faults.ts';
import type { Json } from '../../local/azure/json.ts';
import { type LocalAzure, startLocalAzure } from '../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { accountIdOf, ENFORCING, estate, poolIdOf } from '../../local/estate/estate.ts';
import { privateEndpoint } from '../../local/estate/parts.ts';
import { apply } from '../../shared/azure/apply.ts';
import { type Arm, armClient, armFor } from '../../shared/azure/arm/arm.ts';
import { listAccounts } from '../../shared/azure/arm/list-accounts.ts';
import { decodeAccount } from '../../shared/azure/codec/account-codec.ts';
import { observe } from '../../shared/azure/observe.ts';
import type { Account } from '../../shared/core/model/account.ts';
import { type Change, setAccount, setPool } from '../../shared/core/model/change.ts';
import { isReadable, type Pool } from '../../shared/core/model/pool.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import type { Snapshot } from '../../shared/core/model/snapshot.ts';
import { NO_MEMORY } from '../../shared/core/plan/memory.ts';
import { plan } from '../../shared/core/plan/plan.ts';
import type { Write, WriteOutcome } from '../../shared/core/plan/write.ts';
import { evaluate } from '../../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { rules } from '../../shared/rules/index.ts';
import { NO_VAULTS } from '../support/no-vaults.ts';

const certificate = await makeCertificate();
trust(certificate.cert);
const never = new AbortController().signal;
const now = () => new Date();
const RENDER = accountIdOf('contosorender');
const LEGACY = accountIdOf('contosolegacy');
const OPEN_POOL = poolIdOf('linux-open-ssh');
const ODD_POOL = poolIdOf('unknown-fields');

let azure: LocalAzure;
let arm: Arm;
const running: LocalAzure[] = [];

async function start(pageSize = 1000): Promise<void> {
  azure = await startLocalAzure({ ...certificate, ...estate(), pageSize });
  running.push(azure);
  process.env.IDENTITY_ENDPOINT = azure.identity.endpoint;
  process.env.IDENTITY_HEADER = azure.identity.header;
  arm = armFor(armClient(new ManagedIdentityCredential({ clientId: 'warden' }), azure.armEndpoint), 'look-1', never);
}
beforeEach(() => start());
afterAll(async () => {
  for (const each of running) {
    expect(each.specViolations).toEqual([]);
    await each.stop();
  }
});

async function look(accountId: string): Promise<Snapshot> {
  const snapshot = await observe(arm, idKey(accountId), now, () => new Set());
  if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
  return snapshot;
}

function accountIn({ account }: Snapshot): Account {
  if ('unknown' in account) throw new Error(account.unknown.message);
  return account.known;
}

function poolIn(snapshot: Snapshot, id: string): Pool {
  const pool = snapshot.pools.filter(isReadable).find((each) => idKey(each.id) === idKey(id));
  if (pool === undefined) throw new Error(`no pool ${id}`);
  return pool;
}

/** The first write that the rules plan for the resource. */
function planned(snapshot: Snapshot, resourceId: string): Write {
  const policy = parsePolicy(ENFORCING, rules);
  const { writes } = plan({
    snapshot,
    verdicts: evaluate(snapshot, policy, now()),
    memory: NO_MEMORY,
    policy,
    now: now(),
  });
  const write = writes.find(({ change }) => idKey(change.id) === idKey(resourceId));
  if (write === undefined) throw new Error(`nothing to write on ${resourceId}`);
  return write;
}

const send = (write: Write, snapshot: Snapshot): Promise<WriteOutcome> =>
  apply({ arm, vaults: NO_VAULTS }, write, snapshot, now, never);
const APPLIED = { kind: 'applied', alsoMoved: [] };

describe('reading', () => {
  test('an account costs one call and one for each page of its pools', async () => {
    await start(3);
    const snapshot = await look(RENDER);
    expect(snapshot).toMatchObject({ complete: true, problems: [] });
    expect(snapshot.pools).toHaveLength(4);
    expect(azure.log.calls.map(({ method, path }) => [method, path.split('/').at(-1)])).toEqual([
      ['GET', 'contosorender'],
      ['GET', 'pools'],
      ['GET', 'pools'],
    ]);
  });

  test('a subscription is listed to its last page', async () => {
    await start(1);
    const subscription = RENDER.split('/')[2] ?? '';
    expect(await listAccounts(arm, subscription)).toHaveLength(2);
    expect(azure.log.reads()).toHaveLength(2);
  });

  test.each([
    ['429 with Retry-After', faults.throttled(1), 1000],
    ['429 without Retry-After', faults.throttled(null), 400],
    ['503 with Retry-After', faults.serverBusy(1), 1000],
    ['500', faults.serverError(), 400],
    ['a dropped connection', { drop: 'before' } as const, 400],
  ])('%s is waited for and tried again', async (_name, fault, atLeast) => {
    azure.faults.add({ path: /\/pools/, do: fault });
    const began = Date.now();
    expect((await look(RENDER)).complete).toBe(true);
    expect(Date.now() - began).toBeGreaterThanOrEqual(atLeast);
    expect(azure.log.reads()).toHaveLength(3);
  });

  test.each([
    ['the account', /contosorender\?/],
    ['the pools', /\/pools/],
  ])('a wait of more than 30 seconds for %s ends the look', async (_name, path) => {
    azure.faults.add({ path, times: 9, do: faults.throttled(40) });
    const began = Date.now();
    const result = await observe(
      arm,
      idKey(RENDER),
      () => new Date(began),
      () => new Set(),
      () => 0,
    );
    expect(result).toEqual({ retryAt: new Date(began + 40_000) });
    expect(Date.now() - began).toBeLessThan(5000);
  });

  test.each([
    ['is not JSON', { text: '<html>' }, 'unreadable', /not JSON/],
    ['is no page', { text: '{"items":[]}' }, 'unreadable', /not a page/],
    [
      'is refused',
      faults.unauthorised('Microsoft.Batch/batchAccounts/pools/read'),
      'reading-failed',
      /AuthorizationFailed/,
    ],
    ['leads to another host', { text: '{"value":[],"nextLink":"https://127.0.0.2/x"}' }, 'unreadable', /another host/],
  ])('a second page that %s leaves what was seen', async (_name, fault, code, problem) => {
    await start(3);
    azure.faults.add({ path: /\/pools/, nth: 2, do: fault });
    const { complete, pools: seen, problems } = await look(RENDER);
    expect([complete, seen.length]).toEqual([false, 3]);
    expect(problems).toEqual([{ code, message: expect.stringMatching(problem) }]);
  });

  test('a pool that does not parse is named with the path of its fault, the others are read', async () => {
    azure.world.malform(OPEN_POOL, { ...azure.world.pool(OPEN_POOL), properties: { networkConfiguration: 7 } });
    const { complete, pools: seen, problems } = await look(RENDER);
    expect([complete, seen.length, seen.filter(isReadable).length]).toEqual([false, 4, 3]);
    const message = expect.stringMatching(/linux-open-ssh: .*properties.networkConfiguration: Invalid input/);
    expect(problems).toEqual([{ code: 'unreadable', message }]);
  });

  test('an account that does not parse is unknown, its pools are read', async () => {
    azure.world.malform(RENDER, { ...azure.world.account(RENDER), properties: { allowedAuthenticationModes: 'AAD' } });
    const snapshot = await look(RENDER);
    const message = expect.stringMatching(/properties.allowedAuthenticationModes/);
    expect(snapshot.account).toEqual({ unknown: { code: 'unreadable', message } });
    expect([snapshot.complete, snapshot.pools.length]).toEqual([false, 4]);
  });

  test('9: an ill-shaped pool is lacking, and nothing else is; a page that is none may hide anything', async () => {
    azure.world.malform(OPEN_POOL, { ...azure.world.pool(OPEN_POOL), properties: { networkConfiguration: 7 } });
    expect(await look(RENDER)).toMatchObject({ complete: false, lacksPoolsOnly: true });
    azure.world.malform(OPEN_POOL, { name: 'no id' });
    expect(await look(RENDER)).toMatchObject({ complete: false, lacksPoolsOnly: true });
    azure.faults.add({ path: /\/pools/, do: { text: '{"items":[]}' } });
    expect((await look(RENDER)).lacksPoolsOnly).toBeUndefined();
    azure.world.malform(RENDER, { ...azure.world.account(RENDER), properties: { allowedAuthenticationModes: 'AAD' } });
    expect((await look(RENDER)).lacksPoolsOnly).toBeUndefined();
  });

  test('4: an answer about another account is refused, and nothing is planned for that one', async () => {
    azure.faults.add({ path: /contosorender\?/, times: 9, do: { status: 200, body: azure.world.account(LEGACY) } });
    const snapshot = await look(RENDER);
    const message = `Azure was asked for ${idKey(RENDER)} and answered about ${LEGACY}`;
    expect(snapshot.account).toEqual({ unknown: { code: 'unreadable', message } });
    expect(snapshot.complete).toBe(false);
    expect(() => planned(snapshot, LEGACY)).toThrow(/nothing to write/);
  });

  test('4: a pool of another account in the list is refused, and holds every write', async () => {
    azure.world.malform(OPEN_POOL, azure.world.pool(ODD_POOL));
    const snapshot = await look(RENDER);
    expect([snapshot.complete, snapshot.lacksPoolsOnly, snapshot.pools.length]).toEqual([false, undefined, 3]);
    expect(snapshot.problems).toMatchObject([{ message: expect.stringMatching(/answered about .*contosolegacy/i) }]);
    expect(() => planned(snapshot, ODD_POOL)).toThrow(/nothing to write/);
  });

  test.each([
    ['leads back to the first', () => `${azure.armEndpoint}${idKey(RENDER)}/pools?api-version=2025-06-01`],
    ['leads to itself', () => `${azure.armEndpoint}${idKey(RENDER)}/pools?page=again`],
  ])('5: a page that %s ends the list', async (_name, nextLink) => {
    azure.faults.add({ path: /\/pools/, times: 99, do: { text: JSON.stringify({ value: [], nextLink: nextLink() }) } });
    const { complete, problems } = await look(RENDER);
    expect([complete, problems[0]?.message]).toEqual([false, expect.stringMatching(/was read already/)]);
    expect(azure.log.reads().length).toBeLessThanOrEqual(3);
  });

  test.each(['AccountNotFound', 'ResourceNotFound', 'ResourceGroupNotFound'] as const)(
    '%s: it is gone',
    async (code) => {
      azure.world.deleteAccount(RENDER, code);
      expect(await observe(arm, idKey(RENDER), now, () => new Set())).toBeNull();
    },
  );

  test('that its list of pools is not found does not make an account gone', async () => {
    const body = { error: { code: 'ResourceNotFound', message: 'The resource was not found.' } };
    azure.faults.add({ path: /contosorender\/pools\?/, do: { status: 404, body } });
    const seen = await observe(arm, idKey(RENDER), now, () => new Set());
    expect(seen).toMatchObject({ complete: false, pools: [], account: { known: {} } });
  });

  test('another 404, and a refusal of the account itself, are failures', async () => {
    const body = { error: { code: 'SubscriptionNotFound', message: 'The subscription could not be found.' } };
    const path = /contosorender\?/; // of the account, which is read beside its pools
    azure.faults.add({ path, do: { status: 404, body } });
    await expect(observe(arm, idKey(RENDER), now, () => new Set())).rejects.toThrow(/SubscriptionNotFound/);
    azure.faults.add({ path, do: faults.unauthorised() });
    await expect(observe(arm, idKey(RENDER), now, () => new Set())).rejects.toThrow(/AuthorizationFailed/);
  });
});

describe('writing a pool', () => {
  test('sends the smallest body under the ETag of the plan, and nothing else moves', async () => {
    const before = azure.world.pool(ODD_POOL);
    const snapshot = await look(LEGACY);
    const write = planned(snapshot, ODD_POOL);
    expect(await send(write, snapshot)).toEqual(APPLIED);

    const [call] = azure.log.writes();
    expect(call).toMatchObject({ method: 'PATCH', ifMatch: before?.['etag'], status: 200 });
    expect(call?.requestBody).toMatchSnapshot('request body of the pool with unknown fields');
    const after = azure.world.pool(ODD_POOL);
    expect(withoutRules(after)).toEqual(withoutRules(before));
    expect(azure.log.reads()).toHaveLength(2);
  });

  test('a plan made before somebody else wrote dies', async () => {
    const snapshot = await look(RENDER);
    azure.asPerson().patch(OPEN_POOL, { properties: { metadata: [{ name: 'owner', value: 'ada' }] } });
    expect(await send(planned(snapshot, OPEN_POOL), snapshot)).toEqual({ kind: 'conflict' });
    expect(azure.log.writes().map(({ status }) => status)).toEqual([412]);
  });

  test('an answer lost after the write took effect: read, not repeated', async () => {
    azure.faults.add({ method: 'PATCH', do: { drop: 'after' } });
    const snapshot = await look(RENDER);
    expect(await send(planned(snapshot, OPEN_POOL), snapshot)).toEqual(APPLIED);
    expect(azure.log.writes()).toHaveLength(1);
  });

  test('a write that a proxy repeats is one write', async () => {
    azure.faults.add({ method: 'PATCH', do: { duplicate: true } });
    const snapshot = await look(RENDER);
    expect(await send(planned(snapshot, OPEN_POOL), snapshot)).toMatchObject({
      kind: expect.stringMatching(/applied|conflict/),
    });
  });

  test.each([
    ['a connection that breaks before', { drop: 'before' } as const],
    ['500', faults.serverError()],
    ['503', faults.serverBusy(1)],
    ['429 with Retry-After', faults.throttled(1)],
    ['429 without', faults.throttled(null)],
  ])('%s: tried again', async (_name, fault) => {
    azure.faults.add({ method: 'PATCH', do: fault });
    const snapshot = await look(RENDER);
    expect(await send(planned(snapshot, OPEN_POOL), snapshot)).toEqual(APPLIED);
    expect(azure.log.writes()).toHaveLength(2);
  });

  test('500 for good: failed', async () => {
    azure.faults.add({ method: 'PATCH', times: 99, do: faults.serverError() });
    const snapshot = await look(RENDER);
    const outcome = await send(planned(snapshot, OPEN_POOL), snapshot);
    expect(outcome).toEqual({ kind: 'failed', message: expect.stringMatching(/InternalError/) });
    expect(azure.log.writes()).toHaveLength(3);
  });

  test.each([
    ['lock', faults.locked(), /^ScopeLocked/],
    ['policy', faults.deniedByPolicy(), /^RequestDisallowedByPolicy/],
    ['permission', faults.unauthorised(), /^AuthorizationFailed/],
    ['state', faults.conflictResizing(), /^PoolBeingResized/],
  ])('%s: refused, with the reason and not tried again', async (_name, fault, reason) => {
    azure.faults.add({ method: 'PATCH', times: 9, do: fault });
    const snapshot = await look(RENDER);
    const outcome = await send(planned(snapshot, OPEN_POOL), snapshot);
    expect(outcome).toEqual({ kind: 'refused', message: expect.stringMatching(reason) });
    expect(azure.log.writes()).toHaveLength(1);
  });

  test('Batch refuses a frozen setting while nodes run: refused, naming the property', async () => {
    const snapshot = await look(RENDER);
    azure.world.setNodes(OPEN_POOL, 2);
    const outcome = await send(planned(snapshot, OPEN_POOL), snapshot);
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringMatching(/networkConfiguration/) });
  });

  test('a long wait: refused until then', async () => {
    azure.faults.add({ method: 'PATCH', do: faults.throttled(120) });
    const snapshot = await look(RENDER);
    const outcome = await send(planned(snapshot, OPEN_POOL), snapshot);
    expect(outcome).toMatchObject({ kind: 'refused', retryAt: expect.any(Date) });
  });

  test('a pool that is gone: gone', async () => {
    const snapshot = await look(RENDER);
    azure.world.deletePool(OPEN_POOL);
    expect(await send(planned(snapshot, OPEN_POOL), snapshot)).toEqual({ kind: 'gone' });
  });

  test('accepted without effect: not taken; and what moved beside it is told', async () => {
    const snapshot = await look(RENDER);
    const write = planned(snapshot, OPEN_POOL);
    const body = azure.world.pool(OPEN_POOL);
    azure.faults.add({ method: 'PATCH', do: { status: 200, body } });
    expect(await send(write, snapshot)).toMatchObject({
      kind: 'not-effective',
      message: expect.stringMatching(/endpoints/),
    });

    azure.asPerson().patch(OPEN_POOL, { properties: { metadata: [] } });
    const again = await look(RENDER);
    const sent = azure.log.writes()[0]?.requestBody as Json; // what the first try sent
    const moved = { ...azure.world.pool(OPEN_POOL) };
    const properties = { ...(moved['properties'] as Json), ...(sent['properties'] as Json), taskSlotsPerNode: 9 }; // test data
    azure.faults.add({ method: 'PATCH', do: { status: 200, body: { ...moved, properties } } });
    expect(await send(planned(again, OPEN_POOL), again)).toEqual({
      kind: 'applied',
      alsoMoved: ['properties.taskSlotsPerNode'],
    });
  });

  test('an answer that does not parse: failed, not thrown', async () => {
    azure.faults.add({ method: 'PATCH', do: { text: '{"id": 7}' } });
    const snapshot = await look(RENDER);
    expect(await send(planned(snapshot, OPEN_POOL), snapshot)).toMatchObject({ kind: 'failed' });
  });
});

describe('writing an account', () => {
  const aadOnly = (snapshot: Snapshot): Change => setAccount(accountIn(snapshot), { authenticationModes: ['AAD'] });
  const writeOf = (change: Change, was: Write['was']): Write => ({ change, was, findings: [], drain: null });
  const modes = () => decodeAccount(azure.world.account(RENDER), 'all').settings.authenticationModes;

  test('reads again, sends only what is meant', async () => {
    const snapshot = await look(RENDER);
    const write = planned(snapshot, RENDER);
    expect(await send(write, snapshot)).toEqual(APPLIED);
    expect(azure.log.writes().map(({ requestBody }) => requestBody)).toMatchSnapshot('request body of the account');
    expect(azure.log.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'PATCH']);
  });

  test('4: nor is it written when Azure then answers about another', async () => {
    const snapshot = await look(RENDER);
    azure.faults.add({ path: /contosorender\?/, do: { status: 200, body: azure.world.account(LEGACY) } });
    expect(await send(planned(snapshot, RENDER), snapshot)).toEqual({
      kind: 'failed',
      message: expect.stringMatching(/answered about .*contosolegacy/i),
    });
    expect(azure.log.writes()).toEqual([]);
  });

  test('a setting that a person changed meanwhile is left', async () => {
    const snapshot = await look(RENDER);
    const write = writeOf(aadOnly(snapshot), { authenticationModes: accountIn(snapshot).settings.authenticationModes });
    azure.asPerson().patch(RENDER, { properties: { allowedAuthenticationModes: ['SharedKey'] } });
    expect(await send(write, snapshot)).toEqual({ kind: 'conflict' });
    expect([azure.log.writes().length, modes()]).toEqual([0, ['SharedKey']]);
  });

  test.each([
    ['an identity of its own', (body: Json) => ({ ...body, identity: { type: 'SystemAssigned' } })],
    [
      'a lost private endpoint',
      (body: Json) => ({
        ...body,
        properties: { ...(body['properties'] as Json), privateEndpointConnections: undefined }, // the estate's body
      }),
    ],
  ])('nor is an account written that meanwhile got %s: the plan relied on it', async (_name, change) => {
    azure.world.changeAccount(RENDER, (body) => ({
      ...body,
      properties: {
        ...(body['properties'] as Json), // the estate's body
        privateEndpointConnections: [privateEndpoint(RENDER, 'batchAccount')],
      },
    }));
    const snapshot = await look(RENDER);
    const write = writeOf(aadOnly(snapshot), { authenticationModes: accountIn(snapshot).settings.authenticationModes });
    azure.world.changeAccount(RENDER, change);
    expect(await send(write, snapshot)).toEqual({ kind: 'conflict' });
    expect(azure.log.writes()).toEqual([]);
  });

  test('nor is what changed while a 429 was waited for', async () => {
    const snapshot = await look(RENDER);
    const write = writeOf(aadOnly(snapshot), { authenticationModes: accountIn(snapshot).settings.authenticationModes });
    azure.faults.add({ method: 'PATCH', do: faults.throttled(1) });
    const sending = send(write, snapshot);
    await expect.poll(() => azure.log.writes().length).toBe(1);
    azure.asPerson().patch(RENDER, { properties: { allowedAuthenticationModes: ['SharedKey'] } });
    expect(await sending).toEqual({ kind: 'conflict' });
    expect([azure.log.writes().length, modes()]).toEqual([1, ['SharedKey']]);
  });

  test('another setting that changed meanwhile does not matter, and stays', async () => {
    const snapshot = await look(RENDER);
    const write = writeOf(aadOnly(snapshot), { authenticationModes: accountIn(snapshot).settings.authenticationModes });
    azure.asPerson().patch(RENDER, { tags: { env: 'test' } });
    expect(await send(write, snapshot)).toEqual(APPLIED);
    expect(azure.world.account(RENDER)).toMatchObject({ tags: { env: 'test' } });
  });

  test.each([
    ['lost after', { drop: 'after' } as const, 1],
    ['lost before', { drop: 'before' } as const, 2],
    ['500', faults.serverError(), 2],
  ])('an answer %s: seen in effect or sent again', async (_name, fault, writes) => {
    azure.faults.add({ method: 'PATCH', do: fault });
    const snapshot = await look(RENDER);
    const write = writeOf(aadOnly(snapshot), { authenticationModes: accountIn(snapshot).settings.authenticationModes });
    expect(await send(write, snapshot)).toEqual(APPLIED);
    expect([azure.log.writes().length, modes()]).toEqual([writes, ['AAD']]);
  });

  test('an account that is gone: gone', async () => {
    const snapshot = await look(RENDER);
    azure.world.deleteAccount(RENDER);
    expect(await send(planned(snapshot, RENDER), snapshot)).toEqual({ kind: 'gone' });
  });
});

test('every call names the look, and a stopped look calls no more', async () => {
  const stop = new AbortController();
  const client = armClient(new ManagedIdentityCredential({ clientId: 'warden' }), azure.armEndpoint);
  const stopped = armFor(client, 'look-2', stop.signal);
  const snapshot = await look(RENDER);
  stop.abort(new Error('the lease was lost'));
  const change = setPool(poolIn(snapshot, OPEN_POOL), { endpoints: null });
  const outcome = await apply(
    { arm: stopped, vaults: NO_VAULTS },
    { change, was: {}, findings: [], drain: null },
    snapshot,
    now,
    stop.signal,
  );
  expect(outcome.kind).toBe('failed');
  expect(azure.log.writes()).toEqual([]);
});

function withoutRules(body: Json | null): unknown {
  const copy = structuredClone(body) as { etag: unknown; properties: Record<string, unknown> }; // a pool's body
  delete copy.properties['lastModified'];
  const text = JSON.stringify({ ...copy, etag: null });
  return JSON.parse(text, (key, value) => (key === 'networkSecurityGroupRules' ? null : value));
}
