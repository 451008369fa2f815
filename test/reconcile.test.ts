import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { RestError } from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { managedIdentity } from '../local/azure/caller.ts';
import { part } from '../local/azure/json.ts';
import { accountIdOf, estate, poolIdOf } from '../local/estate/estate.ts';
import { identityId, PRODUCTION } from '../local/estate/parts.ts';
import { type Preparation, prepare, putPolicy } from '../local/installation.ts';
import { lastChangesIn } from '../shared/azure/state/hints.ts';
import { tableKey } from '../shared/azure/state/storage.ts';
import { idKey } from '../shared/core/model/resource-id.ts';
import type { LogLine } from '../shared/core/plan/log-line.ts';
import type { News } from '../shared/core/plan/news.ts';
import type { Ports } from '../shared/ports.ts';
import { reconcile } from '../shared/reconcile.ts';
import { wire } from '../shared/wire.ts';

let local: Preparation;
const lines: LogLine[] = [];
/** Few rules, so that what is expected of them outlasts new ones. */
const ASSIGNABLE = identityId(PRODUCTION, 'genomics', '*');
const POLICY = `mode: off
keyUse: { graceDays: 0 }
rules:
  account-aad-only: enforce
  account-node-identity: { mode: enforce, options: { identityId: "${identityId(PRODUCTION, 'rendering', 'render-nodes')}" } }
  pool-identity: { mode: enforce, options: { assignable: ["${ASSIGNABLE}"] } }
  pool-identity-references: { mode: enforce, options: { assignable: ["${ASSIGNABLE}"] } }
  pool-remote-access: enforce`;
const RENDER = idKey(accountIdOf('contosorender'));
const LEGACY = idKey(accountIdOf('contosolegacy'));
const GENOMICS = idKey(accountIdOf('contosogenomics'));

beforeAll(async () => {
  local = await prepare({ ...estate(), policy: POLICY });
});
afterAll(() => local.stop());

/** The outside as one instance of the app has it. */
async function instance(name: string): Promise<Ports> {
  const quiet = () => {};
  const ports = await wire({ invocationId: name, log: quiet, warn: quiet, error: quiet });
  return { ...ports, log: (line) => lines.push(line) };
}

/** Leases that keep nobody out, as when one was lost without notice. */
function withoutLeases(ports: Ports): Ports {
  return { ...ports, lease: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() }) };
}

const looks = (account: string) =>
  lines.flatMap((line) => (line.event === 'look' && line.account === account ? [line.result] : [])).toSorted();
const writesTo = (account: string) => local.azure.log.writes().filter(({ path }) => idKey(path).startsWith(account));

test('two instances at once: one looks, the other finds it busy and asks again later', async () => {
  const both = [await instance('one'), await instance('two')];
  await Promise.all(both.map((ports) => reconcile(ports, { accountId: RENDER, since: new Date() })));
  expect(looks(RENDER)).toEqual(['busy', 'looked']);
  const paths = writesTo(RENDER).map(({ path }) => idKey(path));
  expect(paths.length).toBeGreaterThan(1);
  expect(new Set(paths).size).toBe(paths.length);
  expect((await local.storage.reconcile.getProperties()).approximateMessagesCount).toBe(1);
});

test('even without a lease only the one that remembers first writes', async () => {
  const both = [withoutLeases(await instance('one')), withoutLeases(await instance('two'))];
  await Promise.all(both.map((ports) => reconcile(ports, { accountId: GENOMICS, since: new Date() })));
  expect(looks(GENOMICS)).toEqual(['looked', 'overtaken']);
  const paths = writesTo(GENOMICS).map(({ path }) => idKey(path));
  expect(paths).toHaveLength(3);
  expect(new Set(paths).size).toBe(paths.length);
});

test('a look that began after the wish has seen it; one before has not', async () => {
  const ports = await instance('three');
  const { lookedFrom } = await ports.load(RENDER);
  const began = lookedFrom?.getTime() ?? 0;
  lines.length = 0;
  await reconcile(ports, { accountId: RENDER, since: new Date(began - 5001) });
  expect(looks(RENDER)).toEqual(['looked-already']);
  await reconcile(ports, { accountId: RENDER, since: new Date(began - 4999) });
  expect(looks(RENDER)).toEqual(['looked', 'looked-already']);
});

test('the second look sees the repairs and closes the findings', async () => {
  const { findings } = await (await instance('four')).load(RENDER);
  expect(
    findings
      .filter(({ status }) => status === 'closed')
      .map(({ ruleId }) => ruleId)
      .toSorted(),
  ).toEqual(['account-aad-only', 'account-node-identity', 'pool-remote-access']);
  expect(findings.filter(({ status }) => status === 'open')).toMatchObject([
    { ruleId: 'pool-remote-access', held: { code: 'waits-for-zero', message: 'waits for a drain: it has 4 nodes' } },
  ]);
});

test('a look that is stopped after it remembered writes nothing and blames nothing', async () => {
  local.azure.asPerson().patch(RENDER, { properties: { allowedAuthenticationModes: ['SharedKey', 'AAD'] } });
  const stop = new AbortController();
  const ports = await instance('five');
  const before = writesTo(RENDER).length;
  const save: Ports['save'] = async (...given) => {
    const saved = await ports.save(...given);
    stop.abort();
    return saved;
  };
  const since = new Date(Date.now() + 60_000);
  await reconcile({ ...ports, save, signal: stop.signal }, { accountId: RENDER, since });
  expect(writesTo(RENDER)).toHaveLength(before);
  const { findings, wakeAt } = await ports.load(RENDER);
  expect(findings.filter(({ status }) => status === 'open').map(({ attempts }) => attempts.refused)).toEqual([
    null,
    null,
  ]);
  expect(wakeAt).not.toBeNull();
});

test('7: a look that dies before it tells, or before it notes that, is told by the message that comes again', async () => {
  const ports = await instance('dying');
  const heard: News[] = [];
  const tell: Ports['tell'] = async (_, news) => heard.push(...news) > 0;
  const since = new Date();
  await reconcile(ports, { accountId: GENOMICS, since: new Date(since.getTime() + 60_000) });
  await putPolicy(local.storage, `freeze: true\n${POLICY}`);
  local.azure.asPerson().patch(GENOMICS, { properties: { allowedAuthenticationModes: ['SharedKey', 'AAD'] } });
  const killed = () => Promise.reject(new Error('killed'));
  const wish = { accountId: GENOMICS, since };
  const dying = { accountId: GENOMICS, since: new Date(Date.now() + 60_000) };
  await expect(reconcile({ ...ports, tell: killed }, dying)).rejects.toThrow('killed');
  await expect(reconcile({ ...ports, tell, told: killed }, wish)).rejects.toThrow('killed');
  const first = heard.splice(0);
  expect(first.map(({ rule, event }) => [rule, event])).toContainEqual(['account-aad-only', 'finding-opened']);
  await reconcile({ ...ports, tell }, wish);
  expect(heard.splice(0)).toEqual(first);
  await reconcile({ ...ports, tell }, wish);
  await reconcile({ ...ports, tell }, dying);
  expect(heard).toEqual([]);
  await putPolicy(local.storage, POLICY);
});

/** What `work` asks over HTTP, and in how many legs: those of a leg do not wait for each other. */
async function askedBy(
  work: () => Promise<void>,
): Promise<{ readonly calls: readonly string[]; readonly legs: number }> {
  const calls: string[] = [];
  let [legs, open] = [0, 0];
  const began = (message: unknown) => {
    const { request } = z.object({ request: z.instanceof(ClientRequest) }).parse(message);
    calls.push(`${request.method} ${request.path.replace(/\?.*/, '')}`);
    if (open === 0) legs += 1;
    open += 1;
  };
  const ended = () => {
    open -= 1;
  };
  subscribe('http.client.request.start', began);
  subscribe('http.client.response.finish', ended);
  await work();
  unsubscribe('http.client.request.start', began);
  unsubscribe('http.client.response.finish', ended);
  return { calls, legs };
}

test('a look at rest asks thirteen times, in six legs, and a wish that was met asks once', async () => {
  const ports = await instance('six');
  const since = new Date(Date.now() + 120_000);
  await reconcile(ports, { accountId: LEGACY, since }); // whatever there is to do, and the policy as it is
  await reconcile(ports, { accountId: LEGACY, since });
  local.azure.log.clear();
  const { calls, legs } = await askedBy(() => reconcile(ports, { accountId: LEGACY, since }));
  console.log(`a look at rest: ${calls.length} calls in ${legs} legs`);
  expect(local.azure.log.writes()).toEqual([]);
  expect(calls.toSorted()).toHaveLength(13);
  expect(legs).toBe(6);
  const met = await askedBy(() => reconcile(ports, { accountId: LEGACY, since: new Date(0) }));
  expect(met).toMatchObject({ calls: [expect.stringMatching(/^GET .*accounts/)], legs: 1 });
});

describe('13: somebody else writes the same', () => {
  const REVERTER = '5ec0d000-0000-4000-8000-000000000002';
  const KEYS = { allowedAuthenticationModes: ['SharedKey', 'AAD'] };
  const path = new RegExp(`^${RENDER}$`, 'i');
  beforeAll(() => local.azure.secondWriters.add({ path, properties: KEYS, as: managedIdentity(REVERTER) }));
  afterAll(() => local.azure.secondWriters.clear());

  /** Somebody has allowed keys again after the last write, an event tells of it, and it is looked at. */
  async function reverted() {
    expect(part(local.azure.world.account(RENDER), 'properties')).toMatchObject(KEYS);
    const ports = await instance('seven');
    const who = { operation: 'Microsoft.Batch/batchAccounts/write', application: REVERTER, objectId: null };
    await ports.noteEvent({ subject: RENDER, time: new Date(), ...who });
    const before = writesTo(RENDER).length;
    await reconcile(ports, { accountId: RENDER, since: new Date(Date.now() + 120_000) });
    const { findings } = await ports.load(RENDER);
    const finding = findings.find(({ ruleId }) => ruleId === 'account-aad-only');
    return { finding, writes: writesTo(RENDER).length - before };
  }
  const RULE = { action: 'release', rule: 'account-aad-only', resource: RENDER, who: 'a test' };
  const request = (columns: object) =>
    local.storage.requests.createEntity({ partitionKey: tableKey(RENDER), rowKey: crypto.randomUUID(), ...columns });

  test('two writes are made, the third is contested, and a release allows two more', async () => {
    // The first write was made by the first look of all.
    expect(await reverted()).toMatchObject({ writes: 1, finding: { held: null } });
    for (let round = 0; round < 3; round++) {
      const { finding, writes } = await reverted();
      expect(writes).toBe(0);
      expect(finding?.held).toMatchObject({ code: 'contested', until: null });
      expect(finding?.held?.message).toMatch(`last changed by application ${REVERTER}`);
    }
    await request({ ...RULE, action: 'undo', when: new Date() });
    await request({ ...RULE, when: 'whenever' });
    expect((await reverted()).writes).toBe(0);
    await request({ ...RULE, when: new Date(), more: 'of a newer version' });
    const after = [await reverted(), await reverted(), await reverted()];
    expect(after.map(({ writes }) => writes)).toEqual([1, 1, 0]);
  });

  test('what a pipeline of the policy changed last carries the patch and is not written', async () => {
    await request({ ...RULE, when: new Date() });
    await putPolicy(local.storage, `pipelines: [${REVERTER.toUpperCase()}]\n${POLICY}`);
    const { finding, writes } = await reverted();
    expect(writes).toBe(0);
    expect(finding).toMatchObject({
      status: 'open',
      fix: { kind: 'set-account', set: { authenticationModes: ['AAD'] } },
      held: { code: 'owned-by-pipeline', message: expect.stringMatching(REVERTER) },
    });
  });

  test('where hints cannot be read, nothing is written and all is judged', async () => {
    const ports = await instance('eight');
    const load: Ports['load'] = async (id) => {
      const listEntities = () => {
        throw new RestError('The table is busy.', { statusCode: 503 });
      };
      return { ...(await ports.load(id)), lastChanges: await lastChangesIn({ listEntities }, id, ports.signal) };
    };
    const before = local.azure.log.writes().length;
    await reconcile({ ...ports, load }, { accountId: RENDER, since: new Date(Date.now() + 120_000) });
    expect(local.azure.log.writes()).toHaveLength(before);
    const { findings } = await ports.load(RENDER);
    expect(findings.find(({ ruleId }) => ruleId === 'account-aad-only')?.held).toMatchObject({
      code: 'owner-unknown',
      message: expect.stringMatching(/^who changed it last is not known: the hints could not be read/),
    });
  });
});

describe('18: Azure takes a write and does not do it', () => {
  const heldOf = async (ports: Ports, account: string, resource = account) => {
    const { findings } = await ports.load(account);
    return findings.find(({ resourceId, status }) => status === 'open' && idKey(resourceId) === idKey(resource))?.held;
  };

  test('a policy that modifies keeps its own value in the request: accepted, and not in effect', async () => {
    await putPolicy(local.storage, POLICY);
    const keys = { allowedAuthenticationModes: ['SharedKey', 'AAD'] };
    local.azure.asPerson().patch(LEGACY, { properties: keys });
    local.azure.secondWriters.add({ path: new RegExp(`^${LEGACY}$`, 'i'), properties: keys, as: 'policy' });
    const ports = await instance('nine');
    const before = writesTo(LEGACY).length;
    for (let round = 0; round < 3; round++)
      await reconcile(ports, { accountId: LEGACY, since: new Date(Date.now() + 120_000) });
    expect(writesTo(LEGACY)).toHaveLength(before + 1);
    expect(await heldOf(ports, LEGACY)).toMatchObject({
      code: 'not-effective',
      message: expect.stringMatching(/^accepted, yet not in effect: .*authenticationModes/),
      until: expect.any(Date),
    });
    local.azure.secondWriters.clear();
  });

  test('what Batch refuses is held with its words, and nothing of it is kept', async () => {
    local.azure.refusals.publicAddresses = true;
    await putPolicy(
      local.storage,
      'mode: off\nrules: { pool-public-ip: { mode: enforce, options: { egress: confirmed } } }',
    );
    const ports = await instance('ten');
    const bodies = () => JSON.stringify(local.azure.world.pools(GENOMICS));
    const before = bodies();
    for (let round = 0; round < 2; round++)
      await reconcile(ports, { accountId: GENOMICS, since: new Date(Date.now() + 120_000) });
    expect(bodies()).toBe(before);
    expect(await heldOf(ports, GENOMICS, poolIdOf('mpi-open-internet'))).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/^refused: PropertyCannotBeUpdated \(.*provision\)/),
    });
  });
});
