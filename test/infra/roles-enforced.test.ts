import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import roleActions from '../../infra/role-actions.json' with { type: 'json' };
import type { Json } from '../../local/azure/json.ts';
import { part } from '../../local/azure/json.ts';
import { type LocalAzure, startLocalAzure } from '../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { deployed } from '../../local/deployed.ts';
import { accountIdOf, estate, poolIdOf } from '../../local/estate/estate.ts';
import { accountId, fixed, LINUX, natPool, network, PRODUCTION, pool, subnetId } from '../../local/estate/parts.ts';
import { apply } from '../../shared/azure/apply.ts';
import { type Arm, armClient, armFor } from '../../shared/azure/arm/arm.ts';
import { listAccounts } from '../../shared/azure/arm/list-accounts.ts';
import { whyListMayLack } from '../../shared/azure/arm/may-list.ts';
import { permissionsOf } from '../../shared/azure/codec/permissions.ts';
import { readStorageAccount, readSubscription } from '../../shared/azure/doctor/read-subscription.ts';
import { observe } from '../../shared/azure/observe.ts';
import { idKey, parseAccountId } from '../../shared/core/model/resource-id.ts';
import type { Snapshot } from '../../shared/core/model/snapshot.ts';
import { NO_MEMORY } from '../../shared/core/plan/memory.ts';
import { plan } from '../../shared/core/plan/plan.ts';
import type { Write, WriteOutcome } from '../../shared/core/plan/write.ts';
import { evaluate } from '../../shared/core/policy/evaluate.ts';
import { facetsNeeded } from '../../shared/core/policy/facets-needed.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { SECRETS_RULE } from '../../shared/core/rotation/pool-secrets.ts';
import { rules } from '../../shared/rules/index.ts';
import { armId } from '../support/arm-id.ts';
import { NO_VAULTS } from '../support/no-vaults.ts';

const now = () => new Date('2026-11-22T12:00:00Z');
const never = new AbortController().signal;
const { auditor, enforcer, identityEnforcer } = roleActions;
const writing = [...enforcer, ...identityEnforcer];
const options = readFileSync(join(import.meta.dirname, '..', 'support', 'estate', 'policy.yaml'), 'utf8');
const enforcing = options.replace(/^mode: audit$/m, 'mode: enforce');
/** The operator vouches for what no body shows. */
const vouching = enforcing.replace(
  /^rules:$/m,
  `rules:
  account-public-network: { options: { privateAccess: confirmed } }
  account-node-management-access: { options: { privateAccess: confirmed } }
  pool-public-ip: { options: { egress: confirmed } }`,
);
let policy = parsePolicy(enforcing, rules);
/** Enough for the changes of one resource that wait for each other. */
const PASSES = 8;

const { accounts, pools, ...around } = estate();
const subscriptions = [...new Set(accounts.map(({ id }) => parseAccountId(String(id))?.subscription ?? ''))];
const RENDER = accountIdOf('contosorender');
const GENOMICS = accountId(PRODUCTION, 'genomics', 'contosogenomics');
const OWN_ADDRESS = `${GENOMICS.replace(/Microsoft\.Batch.*/, '')}Microsoft.Network/publicIPAddresses/sequencers`;
const ADDRESSES = ['properties', 'networkConfiguration', 'publicIPAddressConfiguration'];
const MPI = subnetId(PRODUCTION, 'genomics', 'mpi');
/** What the estate lacks: an empty pool with SSH open to everyone at an address of its owner's, in a subnet. */
const ownAddresses = pool(GENOMICS, 'own-addresses', '2026-01-10T09:30:12.4412398Z', {
  properties: {
    ...fixed(0),
    deploymentConfiguration: LINUX,
    ...network({
      subnetId: MPI,
      publicIPAddressConfiguration: { provision: 'UserManaged', ipAddressIds: [OWN_ADDRESS] },
      endpointConfiguration: { inboundNatPools: [natPool('ssh', 22, 4000, [])] },
    }),
  },
});

const certificate = await makeCertificate();
beforeAll(() => trust(certificate.cert));
let azure: LocalAzure;
let arm: Arm;

/** The estate, for an app that may do no more than this. */
async function start(permissions: readonly string[]): Promise<void> {
  azure = await startLocalAzure({
    ...certificate,
    ...around,
    resources: [...around.resources, ...deployed(subscriptions, 'batchwarden')],
    accounts,
    pools: [...pools, ownAddresses],
    permissions,
  });
  process.env['IDENTITY_ENDPOINT'] = azure.identity.endpoint;
  process.env['IDENTITY_HEADER'] = azure.identity.header;
  arm = armFor(armClient(new ManagedIdentityCredential({ clientId: 'warden' }), azure.armEndpoint), 'look', never);
}
afterEach(async () => {
  policy = parsePolicy(enforcing, rules);
  expect(azure.specViolations).toEqual([]);
  await azure.stop();
});

interface Look {
  readonly snapshot: Snapshot;
  readonly writes: readonly Write[];
  readonly unknown: readonly string[];
}

/** What the doctor reads, once. */
async function checkUp(): Promise<void> {
  const read = await Promise.all(subscriptions.map((subscription) => readSubscription(arm, subscription)));
  const account = await readStorageAccount(arm, 'batchwarden', read);
  expect([account, ...read.flatMap((each) => Object.values(each))].filter((each) => 'unseen' in each)).toEqual([]);
}

/** Every account that is listed, looked at once. */
async function sweep(): Promise<Look[]> {
  for (const subscription of subscriptions) expect(await whyListMayLack(arm, subscription)).toBeNull();
  const lists = await Promise.all(subscriptions.map((subscription) => listAccounts(arm, subscription)));
  return Promise.all(lists.flat().map(look));
}

async function look(accountId: string): Promise<Look> {
  const snapshot = await observe(arm, accountId, now, (seen) => facetsNeeded(seen, policy, now()));
  if (snapshot === null || 'retryAt' in snapshot) throw new Error(`${accountId} was not read`);
  const verdicts = evaluate(snapshot, policy, now());
  const { writes, findings } = plan({ snapshot, verdicts, memory: NO_MEMORY, policy, now: now() });
  // What a body itself leaves open no permission tells.
  const unread = findings.filter(
    ({ ruleId, status, unknownCode }) =>
      // Vaults are read by roles of their own.
      ruleId !== SECRETS_RULE && status === 'unknown' && unknownCode !== 'undecided',
  );
  const unknown = unread.map(({ ruleId, why }) => `${ruleId}: ${why}`);
  return { snapshot, writes, unknown: [...snapshot.problems.map(({ message }) => message), ...unknown] };
}

interface Sent {
  readonly write: Write;
  readonly outcome: WriteOutcome;
}

async function writeAll({ snapshot, writes }: Look): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const write of writes)
    sent.push({ write, outcome: await apply({ arm, vaults: NO_VAULTS }, write, snapshot, now, never) });
  return sent;
}

/** Sweeps and writes until there is nothing to write, or for one pass. */
async function writeEstate(passes: number): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const looks = await sweep();
    expect(looks.flatMap(({ unknown }) => unknown)).toEqual([]);
    if (looks.every(({ writes }) => writes.length === 0)) return sent;
    sent.push(...(await Promise.all(looks.map(writeAll))).flat());
  }
  return sent;
}

const kinds = (sent: readonly Sent[]) => new Set(sent.map(({ outcome }) => outcome.kind));
const reasonOf = ({ outcome }: Sent) => ('message' in outcome ? outcome.message : outcome.kind);
const unneeded = (actions: readonly string[]) => actions.filter((each) => !azure.usedActions.has(each.toLowerCase()));
/** What becomes of nodes, from well to worse. */
const RANKS = ['idle', 'starting', 'unusable'];
const nodesNow = () => new Map([...pools, ownAddresses].map(({ id }) => [String(id), azure.world.nodes(String(id))]));
/** The pools whose nodes fare worse or better than they did. */
function sinceThen(before: ReturnType<typeof nodesNow>) {
  const moved = [...nodesNow()].map(([id, now]) => {
    const was = before.get(id);
    return { pool: id, why: now.why, by: RANKS.indexOf(now.state) - RANKS.indexOf(was?.state ?? '') };
  });
  return { worse: moved.filter(({ by }) => by > 0), better: moved.filter(({ by }) => by < 0) };
}
const bodiesNow = () =>
  accounts.flatMap(({ id }) => [azure.world.account(String(id)), ...azure.world.pools(String(id))]);

describe('with Batch Warden Auditor', () => {
  test('a sweep knows everything, and every permission is needed', async () => {
    await start(auditor);
    const looks = await sweep();
    await checkUp();
    console.log(
      `roles: ${looks.length} accounts, ${looks.flatMap(({ snapshot }) => snapshot.pools).length} pools read`,
    );
    expect(looks.map(({ snapshot }) => idKey(snapshot.accountId)).toSorted()).toEqual(
      accounts.map(({ id }) => idKey(String(id))).toSorted(),
    );
    expect(looks.flatMap(({ unknown }) => unknown)).toEqual([]);
    expect(unneeded(auditor)).toEqual([]);
    expect(unneeded([...auditor, 'Microsoft.Batch/batchAccounts/applications/read'])).toEqual([
      'Microsoft.Batch/batchAccounts/applications/read',
    ]);
  });

  test('each write is refused, and nothing moves', async () => {
    await start(auditor);
    const before = bodiesNow();
    const sent = await writeEstate(1);
    expect(sent.length).toBeGreaterThan(5);
    expect(kinds(sent)).toEqual(new Set(['refused']));
    for (const one of sent) {
      const action = permissionsOf(armKind(one), {})[0] ?? '';
      expect(reasonOf(one)).toMatch(new RegExp(`^AuthorizationFailed - .*'${action}' over scope`, 'i'));
    }
    expect(bodiesNow()).toEqual(before);
    expect([...azure.usedActions].filter((action) => !action.endsWith('/read'))).toEqual([]);
  });
});

describe('with both roles to write too', () => {
  test('everything is written, until nothing is left; every permission is needed; 18: no nodes become unusable', async () => {
    await start([...auditor, ...writing]);
    const before = nodesNow();
    const sent = await writeEstate(PASSES);
    const { worse, better } = sinceThen(before);
    console.log(`roles: ${sent.length} writes; nodes of ${before.size} pools, better in ${better.length}`);
    expect(worse).toEqual([]);
    expect(better.length).toBeGreaterThan(0);
    expect(sent.filter(({ outcome }) => outcome.kind !== 'applied').map(reasonOf)).toEqual([]);
    expect((await sweep()).flatMap(({ writes }) => writes)).toEqual([]);
    expect(new Set(sent.map(({ write }) => write.change.kind))).toEqual(new Set(['set-account', 'set-pool']));
    await checkUp();
    expect(unneeded([...auditor, ...writing])).toEqual([]);
  });

  test.each([
    ['rightly', { natGateway: { id: `${OWN_ADDRESS}-gateway` } }, []],
    ['wrongly', {}, [poolIdOf('mpi-open-internet')]],
  ])(
    '18: where the operator %s vouches for a way out, pools that lose their nodes show it',
    async (_how, way, lost) => {
      policy = parsePolicy(vouching, rules);
      await start([...auditor, ...writing]);
      azure.world.setResource({ id: MPI, properties: way });
      const before = nodesNow();
      const sent = await writeEstate(PASSES);
      const { worse } = sinceThen(before);
      expect(sent.map(({ write }) => Object.keys(write.change.set))).toContainEqual(['publicIp', 'endpoints']);
      expect(worse.map(({ pool }) => pool)).toEqual(lost);
    },
  );

  test('18: a change of public addresses that Batch refuses is refused, and nothing of it is kept', async () => {
    policy = parsePolicy(vouching, rules);
    await start([...auditor, ...writing]);
    azure.refusals.publicAddresses = true;
    const addresses = () => pools.map(({ id }) => part(azure.world.pool(String(id)), ...ADDRESSES));
    const before = addresses();
    const refused = (await writeEstate(2)).filter(({ outcome }) => outcome.kind !== 'applied');
    expect(addresses()).toEqual(before);
    expect(refused.length).toBeGreaterThan(1);
    for (const one of refused)
      expect([one.outcome.kind, reasonOf(one)]).toEqual([
        'refused',
        expect.stringMatching(/^PropertyCannotBeUpdated \(networkConfiguration\.publicIPAddressConfiguration\./),
      ]);
  });

  test('18: auto-storage by an identity whose new role is not in effect yet is refused, and written later', async () => {
    await start([...auditor, ...writing]);
    const roles = around.resources.filter(({ id }) => /\/roleAssignments\//.test(String(id)));
    const give = () => {
      for (const role of roles) azure.world.setResource(role);
    };
    for (const { id } of roles) azure.world.deleteResource(String(id));
    azure.delays.roles = 10 * 60_000;
    give();
    azure.refusals.autoStorageWithoutRole = true;
    const archive = () => part(azure.world.account(accountIdOf('contosoarchive')), 'properties');
    const before = archive();
    const refused = (await writeEstate(1)).filter(({ outcome }) => outcome.kind === 'refused');
    expect(refused.map(reasonOf)).toContainEqual(expect.stringMatching(/^AutoStorageNoPermission - /));
    expect(archive()).toEqual(before);
    azure.delays.roles = 0;
    give();
    expect(kinds(await writeEstate(PASSES))).toEqual(new Set(['applied']));
    expect(part(archive(), 'autoStorage')).toMatchObject({ authenticationMode: 'BatchAccountManagedIdentity' });
  });

  test.each(writing)('without %s just the writes that take it are refused', async (lacking) => {
    await start([...auditor, ...writing].filter((action) => action !== lacking));
    const sent = await writeEstate(1);
    const takes = (body: unknown, { write }: Sent) => permissionsOf(armKind({ write }), body).includes(lacking);
    const bodyOf = ({ write }: Sent) =>
      azure.log.writes().find(({ path }) => idKey(path) === idKey(write.change.id))?.requestBody;
    const refused = sent.filter(({ outcome }) => outcome.kind === 'refused');
    expect(kinds(sent)).toEqual(new Set(['applied', 'refused']));
    expect(refused).toEqual(sent.filter((one) => takes(bodyOf(one), one)));
    const isLinked = !lacking.startsWith('Microsoft.Batch/');
    const words = isLinked ? 'LinkedAuthorizationFailed - .* on the linked scope' : 'AuthorizationFailed - ';
    for (const one of refused) expect(reasonOf(one)).toMatch(new RegExp(`^${words}`));
    for (const one of refused) expect(reasonOf(one).toLowerCase()).toContain(`'${lacking.toLowerCase()}'`);
  });
});

describe('the local Azure', () => {
  test('asks nothing of a person, and lets an app without roles do nothing', async () => {
    await start([]);
    azure.asPerson().patch(RENDER, { tags: { by: 'ada' } });
    expect(part(azure.world.account(RENDER), 'tags')).toEqual({ by: 'ada' });
    await expect(arm.get(armId(RENDER))).rejects.toThrow(/^AuthorizationFailed - .*\/read' over scope/);
    expect(azure.usedActions).toEqual(new Set());
  });

  test('grants what a wildcard of a role covers', async () => {
    await start(['*/READ']);
    expect(await arm.get(armId(`${RENDER}/pools`))).toMatchObject({ status: 200 });
    expect(await arm.patch(armId(RENDER), { tags: {} }, null)).toMatchObject({ status: 403 });
    expect(azure.usedActions).toEqual(new Set(['microsoft.batch/batchaccounts/pools/read']));
  });

  test('14: shows an app without a role an empty list of accounts, and refuses it the registration', async () => {
    await start([]);
    const [subscription = ''] = subscriptions;
    expect(await listAccounts(arm, subscription)).toEqual([]);
    expect(await whyListMayLack(arm, subscription)).toMatch(
      new RegExp(`AuthorizationFailed - .*providers/read' over scope '/subscriptions/${subscription}'`),
    );
    azure.grant(['*/read']);
    expect((await listAccounts(arm, subscription)).length).toBeGreaterThan(0);
    expect(await whyListMayLack(arm, subscription)).toBeNull();
    expect(await whyListMayLack(arm, 'unknown')).toMatch(/registration of Microsoft.Batch could not be read/);
  });

  test('18: a role that the app was just given is not in effect yet', async () => {
    await start([]);
    const [subscription = ''] = subscriptions;
    azure.delays.roles = 10 * 60_000;
    azure.grant(['*/read']);
    expect(await listAccounts(arm, subscription)).toEqual([]);
    await expect(arm.get(armId(RENDER))).rejects.toThrow(/^AuthorizationFailed/);
    azure.delays.roles = 0;
    azure.grant(['*/read']);
    expect((await listAccounts(arm, subscription)).length).toBeGreaterThan(0);
  });

  const GROUP = '/subscriptions/s/resourceGroups/g/providers';
  const BATCH = 'Microsoft.Batch/batchAccounts';
  const AUTHORIZATION = 'Microsoft.Authorization';
  const NETWORK = 'Microsoft.Network';

  test.each([
    ['GET', `${GROUP}/${BATCH}/a`, '2024-07-01', `${BATCH}/read`],
    ['GET', `${GROUP}/${BATCH}/a/pools`, '2024-07-01', `${BATCH}/pools/read`],
    ['GET', `${GROUP}/${BATCH}/a/pools/p`, '2024-07-01', `${BATCH}/pools/read`],
    ['GET', `${GROUP}/${BATCH}/a/operationResults/1`, '2024-07-01', `${BATCH}/operationResults/read`],
    ['PATCH', `${GROUP}/${BATCH}/a`, '2024-07-01', `${BATCH}/write`],
    ['PATCH', `${GROUP}/${BATCH}/a/pools/p`, '2024-07-01', `${BATCH}/pools/write`],
    ['PUT', `${GROUP}/${BATCH}/a/pools/p`, '2024-07-01', `${BATCH}/pools/write`],
    ['DELETE', `${GROUP}/${BATCH}/a/pools/p`, '2024-07-01', `${BATCH}/pools/delete`],
    ['POST', `${GROUP}/${BATCH}/a/listKeys`, '2024-07-01', `${BATCH}/listKeys/action`],
    ['POST', `${GROUP}/${BATCH}/a/pools/p/stopResize`, '2024-07-01', `${BATCH}/pools/stopResize/action`],
    [
      'GET',
      `${GROUP}/${BATCH}/a/providers/${AUTHORIZATION}/roleAssignments`,
      '2022-04-01',
      `${AUTHORIZATION}/roleAssignments/read`,
    ],
    ['GET', `/providers/${AUTHORIZATION}/roleDefinitions/r`, '2022-04-01', `${AUTHORIZATION}/roleDefinitions/read`],
    [
      'GET',
      `/subscriptions/s/providers/${AUTHORIZATION}/denyAssignments`,
      '2022-04-01',
      `${AUTHORIZATION}/denyAssignments/read`,
    ],
    [
      'GET',
      `${GROUP}/${BATCH}/a/providers/Microsoft.Insights/diagnosticSettings`,
      '2021-05-01-preview',
      'Microsoft.Insights/diagnosticSettings/read',
    ],
    ['GET', `${GROUP}/${NETWORK}/virtualNetworks/v/subnets/n`, '2024-05-01', `${NETWORK}/virtualNetworks/subnets/read`],
    ['GET', `${GROUP}/${NETWORK}/networkSecurityGroups/n`, '2024-05-01', `${NETWORK}/networkSecurityGroups/read`],
  ])('%s %s takes, at %s, %s', async (method, path, apiVersion, action) => {
    await start([...auditor, ...writing].filter((one) => one !== action));
    const { token } = await new ManagedIdentityCredential().getToken(azure.armEndpoint);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${azure.armEndpoint}${path}?api-version=${apiVersion}`, { method, headers });
    expect(answer.status).toBe(403);
    const { error } = (await answer.json()) as { error: Json }; // an error of ARM
    expect(error).toEqual({
      code: 'AuthorizationFailed',
      message: expect.stringContaining(
        `does not have authorization to perform action '${action}' over scope '${path}'`,
      ),
    });
  });
});

/** The estate names no vault. */
function armKind({ write: { change } }: Pick<Sent, 'write'>) {
  if (change.kind === 'set-secret') throw new Error(`a write to a vault: ${change.id}`);
  return change.kind;
}
