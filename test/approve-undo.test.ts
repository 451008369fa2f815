import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Json, part } from '../local/azure/json.ts';
import { principalOf } from '../local/azure/normalise.ts';
import {
  account,
  accountId,
  type Body,
  fixed,
  identityId,
  LINUX,
  natPool,
  network,
  pool,
  privateEndpoint,
  rule,
  storageId,
  subnetId,
  userAssigned,
} from '../local/estate/parts.ts';
import { CLIENT_ID, type Preparation, prepare, putPolicy } from '../local/installation.ts';
import { ENDED } from '../shared/azure/state/request-rows.ts';
import { idKey, parsePoolId } from '../shared/core/model/resource-id.ts';
import type { Ports } from '../shared/ports.ts';
import { reconcile } from '../shared/reconcile.ts';
import { wire } from '../shared/wire.ts';
import { inProcess } from './support/cli/harness.ts';

/** The real loop and the real commands, on one Azurite and one local Azure: what persons ask for is what is written, and no more. */

const SUBSCRIPTION = '44444444-dddd-4ddd-8ddd-444444444444';
const CREATED = '2026-02-03T15:41:28.6640731Z';
const idOf = (name: string) => accountId(SUBSCRIPTION, 'group', name);
const identity = (name: string) => identityId(SUBSCRIPTION, 'group', name);
const STORAGE = storageId(SUBSCRIPTION, 'group', 'files');
const PACKAGES = [{ id: `${idOf('node')}/applications/tool`, version: '1' }];
const OPEN = [rule(150, 'Allow', 'Internet')];
const KEYS = ['SharedKey', 'AAD'];

const openPool = (of: string, name: string, nodes = 0, more: Body = {}) =>
  pool(idOf(of), name, CREATED, {
    properties: {
      ...fixed(nodes),
      deploymentConfiguration: LINUX,
      metadata: [{ name: 'team', value: 'render' }],
      ...network({ endpointConfiguration: { inboundNatPools: [natPool('ssh', 22, 40_000, OPEN)] }, ...more }),
    },
  });
const plainPool = (of: string, name: string, around: { properties?: Body; identity?: Body } = {}) =>
  pool(idOf(of), name, CREATED, {
    ...around,
    properties: { ...fixed(0), deploymentConfiguration: LINUX, ...around.properties },
  });

/** A setting that a rule writes, alone in its account; the pool, if it is of one, is named as the account. */
interface Undoable {
  readonly name: string;
  readonly rule: string;
  readonly options?: string;
  readonly account: Body;
  readonly pools?: readonly Body[];
  readonly resources?: readonly Body[];
  /** What a person sets before it can be taken back, as Azure would refuse that. */
  readonly first?: Json;
  readonly isOfPool?: true;
  /** A pool with nodes: each change of it is a drain. */
  readonly nodes?: number;
}

const only = (name: string, properties: Body = {}, more: { absent?: readonly string[]; identity?: Body } = {}) =>
  account(idOf(name), 'westeurope', { properties: { allowedAuthenticationModes: ['AAD'], ...properties }, ...more });
const writesBlobs: Body = {
  id: `${STORAGE}/providers/Microsoft.Authorization/roleAssignments/44444444-0000-4000-8000-000000000001`,
  name: '44444444-0000-4000-8000-000000000001',
  type: 'Microsoft.Authorization/roleAssignments',
  properties: {
    scope: STORAGE,
    roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`,
    principalId: principalOf(identity('own')).principalId,
    principalType: 'ServicePrincipal',
  },
};
const autoStorage = (more: Body) => ({
  autoStorage: { storageAccountId: STORAGE, lastKeySync: '2026-01-01T10:00:00.1234567Z', ...more },
});
const MANAGED = { authenticationMode: 'BatchAccountManagedIdentity' };
const endpointsOf = (name: string, ...groups: readonly string[]) => ({
  privateEndpointConnections: groups.map((group) => privateEndpoint(idOf(name), group)),
});

const UNDOABLE: readonly Undoable[] = [
  {
    name: 'modes',
    rule: 'account-aad-only',
    account: account(idOf('modes'), 'westeurope', { absent: ['allowedAuthenticationModes'] }),
  },
  {
    name: 'publicaccess',
    rule: 'account-public-network',
    options: '{ privateAccess: confirmed }',
    account: only('publicaccess', endpointsOf('publicaccess', 'batchAccount', 'nodeManagement'), {
      absent: ['publicNetworkAccess'],
    }),
  },
  {
    name: 'profile',
    rule: 'account-node-management-access',
    options: '{ privateAccess: confirmed }',
    account: only('profile', {
      ...endpointsOf('profile', 'nodeManagement'),
      networkProfile: {
        accountAccess: { defaultAction: 'Deny', ipRules: [{ action: 'Allow', value: '198.51.100.0/24' }] },
        nodeManagementAccess: { defaultAction: 'Allow' },
      },
    }),
  },
  {
    name: 'storagemode',
    rule: 'account-autostorage-identity',
    account: only('storagemode', autoStorage({ authenticationMode: 'StorageKeys' }), {
      identity: userAssigned(identity('own')),
    }),
    resources: [writesBlobs],
  },
  {
    name: 'node',
    rule: 'account-node-identity',
    options: `{ identityId: "${identity('nodes')}" }`,
    account: only('node', autoStorage(MANAGED), { identity: userAssigned(identity('own')) }),
    pools: [
      plainPool('node', 'reads', {
        identity: userAssigned(identity('nodes')),
        properties: { applicationPackages: PACKAGES },
      }),
    ],
  },
  {
    name: 'ownidentity',
    rule: 'account-identity',
    options: `{ identityId: "${identity('own')}" }`,
    account: only('ownidentity', autoStorage(MANAGED)),
    // Auto-storage by an identity, and no identity.
    first: { properties: { autoStorage: { storageAccountId: STORAGE, authenticationMode: 'StorageKeys' } } },
  },
  {
    name: 'moreidentity',
    rule: 'pool-allowed-identities',
    options: `{ required: ["${identity('nodes')}"] }`,
    account: only('moreidentity'),
    pools: [plainPool('moreidentity', 'moreidentity', { identity: userAssigned(identity('registry')) })],
    isOfPool: true,
  },
  {
    name: 'endpoints',
    rule: 'pool-remote-access',
    account: only('endpoints'),
    pools: [openPool('endpoints', 'endpoints', 2)],
    isOfPool: true,
    nodes: 2,
  },
  {
    name: 'publicip',
    rule: 'pool-public-ip',
    options: '{ egress: confirmed }',
    account: only('publicip'),
    pools: [openPool('publicip', 'publicip', 0, { subnetId: subnetId(SUBSCRIPTION, 'group', 'nodes') })],
    isOfPool: true,
  },
];

const STORY = idOf('story');
const STORY_POOLS = [
  openPool('story', 'one'),
  openPool('story', 'two'),
  openPool('story', 'busy', 3),
  plainPool('story', 'lacks'),
];
const SECRETS = idOf('listed');
const CHANGED = idOf('changed');
const AGAIN = idOf('again');

const scopeOf = ({ name, rule: id, options }: Undoable) =>
  `  - { match: { account: ${name} }, rules: { ${id}: { mode: enforce${options === undefined ? '' : `, options: ${options}`} } } }`;
const policy = (graceDays: number) => `mode: off
keyUse: { graceDays: ${graceDays} }
drains: { max: 2, begin: any, watch: PT5M }
limits: { changesPerHour: 500, changesPerSubscriptionPerHour: 500 }
scopes:
  - match: { account: story }
    rules: { account-aad-only: approve, pool-remote-access: approve }
  - match: { account: story, pool: lacks }
    rules: { pool-remote-access: off, pool-allowed-identities: { mode: approve, options: { required: ["${identity('nodes')}"] } } }
  - { match: { account: listed }, rules: { account-aad-only: enforce } }
  - { match: { account: changed }, rules: { account-aad-only: enforce } }
  - { match: { account: again }, rules: { account-aad-only: enforce } }
${UNDOABLE.map(scopeOf).join('\n')}
`;

let local: Preparation;
let checked = 0;

beforeAll(async () => {
  local = await prepare({
    accounts: [
      ...[STORY, SECRETS, CHANGED, AGAIN].map((id) =>
        account(id, 'westeurope', { properties: { allowedAuthenticationModes: KEYS } }),
      ),
      ...UNDOABLE.map((each) => each.account),
    ],
    pools: [...STORY_POOLS, ...UNDOABLE.flatMap(({ pools = [] }) => pools)],
    resources: UNDOABLE.flatMap(({ resources = [] }) => resources),
    policy: policy(0),
    resizes: { takes: 1 },
  });
});
afterAll(async () => {
  await local.stop();
  console.log(`approved and taken back: ${checked} changes`);
});

async function app(): Promise<Ports> {
  const quiet = () => {};
  const ports = await wire({ invocationId: crypto.randomUUID(), log: quiet, warn: quiet, error: quiet });
  return { ...ports, log: quiet };
}

/** @returns what it wrote */
async function look(accountOfIt: string): Promise<readonly { readonly path: string; readonly body: unknown }[]> {
  const before = local.azure.log.writes().length;
  await reconcile(await app(), { accountId: accountOfIt, since: new Date(Date.now() + 120_000) });
  return local.azure.log
    .writes()
    .slice(before)
    .map(({ method, path, requestBody, caller, status }) => {
      expect({ method, caller, status }).toEqual({ method: 'PATCH', caller: CLIENT_ID, status: 200 });
      return { path: idKey(path), body: requestBody };
    });
}

/** Looks until one writes nothing; what all of them wrote. */
async function settle(accountOfIt: string) {
  const all = [];
  for (let looks = 0; looks < 10; looks++) {
    const written = await look(accountOfIt);
    if (written.length === 0) return all;
    all.push(...written);
  }
  throw new Error(`No rest: ${JSON.stringify(all)}`);
}

async function command(...args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await inProcess([...args, '--format', 'json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

const Planned = z.object({
  summary: z.object({ writes: z.number(), held: z.number() }),
  writes: z.array(z.object({ resource: z.string() })),
  held: z.array(
    z.object({
      rule: z.string(),
      resource: z.string(),
      change: z.string().nullable(),
      held: z.object({ code: z.string(), message: z.string() }),
    }),
  ),
  forPeople: z.array(z.object({ rule: z.string(), fix: z.string().nullable() })),
});
const planOf = async (id: string) => Planned.parse(await command('plan', id));

/** The ids of the changes that are held so, by the last name of the resource. */
async function heldSo(id: string, code: string): Promise<Record<string, string>> {
  const { held } = await planOf(id);
  return Object.fromEntries(
    held.flatMap(({ resource, change, held: { code: is } }) =>
      is === code && change !== null ? [[resource.slice(resource.lastIndexOf('/') + 1), change]] : [],
    ),
  );
}

const Journal = z.object({
  writes: z.array(
    z.object({
      id: z.string(),
      resource: z.string(),
      rules: z.array(z.string()),
      drain: z.object({ step: z.string() }).nullable(),
      outcome: z.object({ kind: z.string() }),
    }),
  ),
});
/** The id of the last write of the rule that changed what it is about. */
async function writeOf(id: string, ruleId: string): Promise<string> {
  const { writes } = Journal.parse(await command('journal', id));
  const entry = writes.findLast(
    ({ rules, drain, outcome }) =>
      rules.includes(ruleId) && outcome.kind === 'applied' && (drain === null || drain.step === 'change'),
  );
  if (entry === undefined) throw new Error(`The journal has no write of ${ruleId}.`);
  return entry.id;
}

/** How approvals of the change ended. */
async function endsOf(change: string | undefined): Promise<unknown[]> {
  const rows = await Array.fromAsync(local.storage.requests.listEntities<{ change?: string; how?: string }>());
  return rows.flatMap((row) => (row.rowKey?.endsWith(ENDED) && row.change === change ? [row.how] : []));
}

function bodyOf(id: string): Json {
  const { world } = local.azure;
  return (parsePoolId(id) === null ? world.account(id) : world.pool(id)) ?? {};
}

const bodies = (ids: readonly string[]) => ids.map((id) => structuredClone(bodyOf(id)));

const MOVES = ['etag', 'lastModified', 'allocationStateTransitionTime', 'resizeOperationStatus', 'lastKeySync'];
const Modes = z.array(z.string()).default(['SharedKey', 'AAD', 'TaskAuthenticationToken']);

/** What the body means: without what moves by itself, and with the documented default of what it does not say. */
function meaningOf(id: string): Json {
  const text = JSON.stringify(bodyOf(id), (key, value: unknown) => (MOVES.includes(key) ? undefined : value));
  const { identity: own, properties: said, ...around } = Shown.parse(JSON.parse(text));
  if (parsePoolId(id) !== null) return { identity: own, properties: said, ...around };
  const open = { defaultAction: 'Allow' };
  const properties = {
    publicNetworkAccess: 'Enabled',
    networkProfile: { accountAccess: open, nodeManagementAccess: open },
    ...said,
    allowedAuthenticationModes: Modes.parse(said['allowedAuthenticationModes']).toSorted(),
  };
  return { identity: own, properties, ...around };
}
const Shown = z.looseObject({
  properties: z.record(z.string(), z.unknown()),
  identity: z.unknown().default({ type: 'None' }),
});

describe('mode approve', () => {
  const POOLS = STORY_POOLS.map(({ id }) => String(id));
  const inStory = (name: string) => `${STORY}/pools/${name}`;
  const [ONE, TWO, BUSY, LACKS] = [inStory('one'), inStory('two'), inStory('busy'), inStory('lacks')];
  let ids: Record<string, string>;
  const approve = (...names: readonly string[]) =>
    command('approve', ...names.map((name) => ids[name] ?? name), '--by', 'Ada');

  test('nothing is written, and the plan lists each change with its id', async () => {
    expect(await settle(STORY)).toEqual([]);
    expect((await planOf(STORY)).summary).toEqual({ writes: 0, held: 5 });
    ids = await heldSo(STORY, 'needs-approval');
    expect(Object.keys(ids).toSorted()).toEqual(['busy', 'lacks', 'one', 'story', 'two']);
    expect(new Set(Object.values(ids)).size).toBe(5);
  });

  test('exactly the two that are approved are written, and nothing else is set', async () => {
    const others = bodies([TWO, BUSY, LACKS]);
    const configuration = part(part(structuredClone(bodyOf(ONE)), 'properties'), 'networkConfiguration');
    await approve('story', 'one');
    const written = await look(STORY);
    expect(written.toSorted((a, b) => a.path.length - b.path.length)).toEqual([
      { path: idKey(STORY), body: { properties: { allowedAuthenticationModes: ['AAD'] } } },
      {
        path: idKey(ONE),
        body: {
          properties: {
            networkConfiguration: { ...configuration, endpointConfiguration: expect.any(Object) },
          },
        },
      },
    ]);
    expect(JSON.stringify(bodyOf(ONE))).not.toContain('"sourceAddressPrefix":"Internet"');
    expect(bodies([TWO, BUSY, LACKS])).toEqual(others);
    checked += 2;
  });

  test('once: the next looks write nothing, though somebody sets one back at once', async () => {
    local.azure.asPerson().patch(STORY, { properties: { allowedAuthenticationModes: KEYS } });
    expect(await settle(STORY)).toEqual([]);
    expect([await endsOf(ids['story']), await endsOf(ids['one'])]).toEqual([['used'], ['used']]);
    const { one: _, ...left } = ids;
    expect(await heldSo(STORY, 'needs-approval')).toEqual(left);
  });

  test('a changed setting voids the approval, and the new change has another id', async () => {
    await approve('two');
    const configuration = part(part(bodyOf(TWO), 'properties'), 'networkConfiguration');
    const wider = { inboundNatPools: [natPool('ssh', 22, 40_000, [rule(150, 'Allow', '*')])] };
    local.azure
      .asPerson()
      .patch(TWO, { properties: { networkConfiguration: { ...configuration, endpointConfiguration: wider } } });
    const before = bodies(POOLS);
    expect(await settle(STORY)).toEqual([]);
    expect(bodies(POOLS)).toEqual(before);
    expect(await endsOf(ids['two'])).toEqual(['void']);
    const { two } = await heldSo(STORY, 'needs-approval');
    expect(two).toMatch(/^[0-9a-f]{16}$/);
    expect(two).not.toBe(ids['two']);
    const again = await inProcess(['approve', ids['two'] ?? '', '--by', 'Ada']);
    expect(again).toMatchObject({ code: 2, err: expect.stringMatching(/it was approved by Ada.*became void at/) });
    checked += 1;
  });

  test('another setting of the same pool does not', async () => {
    await approve('lacks');
    local.azure.asPerson().patch(LACKS, { properties: { metadata: [{ name: 'team', value: 'other' }] } });
    expect(await settle(STORY)).toEqual([
      {
        path: idKey(LACKS),
        body: { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity('nodes')]: {} } } },
      },
    ]);
    expect(part(bodyOf(LACKS), 'properties')['metadata']).toEqual([{ name: 'team', value: 'other' }]);
    expect(await endsOf(ids['lacks'])).toEqual(['used']);
    checked += 1;
  });

  test('a pool with nodes is emptied, changed and given back by one approval', async () => {
    const before = part(meaningOf(BUSY), 'properties');
    expect(JSON.stringify(before)).toContain('"sourceAddressPrefix":"Internet"');
    await approve('busy');
    const written = await settle(STORY);
    expect(written.map(({ path }) => path)).toEqual([BUSY, BUSY, BUSY].map(idKey));
    expect(written.map(({ body }) => Object.keys(part(part({ body }, 'body'), 'properties')).toSorted())).toEqual([
      ['metadata', 'scaleSettings'],
      ['networkConfiguration'],
      ['metadata', 'scaleSettings'],
    ]);
    const after = part(meaningOf(BUSY), 'properties');
    expect(after).toEqual({ ...before, networkConfiguration: after['networkConfiguration'] });
    expect(JSON.stringify(after)).not.toContain('"sourceAddressPrefix":"Internet"');
    expect(await endsOf(ids['busy'])).toEqual(['used']);
    checked += 1;
  });
});

describe('undo', () => {
  test.each(UNDOABLE)('$name of $rule', async ({ name, rule: ruleId, first, isOfPool, nodes = 0 }) => {
    const id = idOf(name);
    const resource = isOfPool === true ? `${id}/pools/${name}` : id;
    const around = UNDOABLE.flatMap(({ account: { id: one } }) => (one === id ? [] : String(one)));
    const others = bodies(around);
    const was = meaningOf(resource);
    const steps = nodes === 0 ? 1 : 3;
    // Without nodes one look writes all that there is.
    const write = () => (nodes === 0 ? look(id) : settle(id));

    expect(await write()).toHaveLength(steps);
    const ours = meaningOf(resource);
    expect(ours).not.toEqual(was);
    const entry = await writeOf(id, ruleId);
    if (first !== undefined) {
      local.azure.asPerson().patch(id, first);
      Object.assign(part(was, 'properties'), first['properties']);
    }
    await command('undo', entry, '--by', 'Ada');
    // A pool rests after a drain, for whomever it was.
    const restEnds = async () => {
      expect(await settle(id)).toEqual([]);
      await command('release', resource, 'drain', '--by', 'Ada');
    };
    if (nodes > 0) await restEnds();
    const back = await settle(id);
    expect(back.map(({ path }) => path)).toEqual(Array.from({ length: steps }, () => idKey(resource)));
    expect(meaningOf(resource)).toEqual(was);

    checked += 1;
    // The rule asks for it no more.
    if (first !== undefined) return;
    expect((await planOf(id)).held).toMatchObject([{ rule: ruleId, resource, held: { code: 'undone' } }]);
    await command('release', resource, ruleId, '--by', 'Ada');
    if (nodes > 0) await restEnds();
    expect(await write()).toHaveLength(steps);
    expect(meaningOf(resource)).toEqual(ours);
    expect(bodies(around)).toEqual(others);
  });

  test('as often as a person asks: no undo is contested for those before it', async () => {
    for (let round = 0; round < 3; round++) {
      expect(await look(AGAIN)).toHaveLength(1);
      await command('undo', await writeOf(AGAIN, 'account-aad-only'), '--by', 'Ada');
      expect(await settle(AGAIN)).toEqual([
        { path: idKey(AGAIN), body: { properties: { allowedAuthenticationModes: KEYS } } },
      ]);
      await command('release', AGAIN, 'account-aad-only', '--by', 'Ada');
      checked += 1;
    }
  });

  test('nothing is taken back where somebody changed it since', async () => {
    expect(await settle(CHANGED)).toHaveLength(1);
    const theirs = { allowedAuthenticationModes: ['TaskAuthenticationToken', 'SharedKey'] };
    local.azure.asPerson().patch(CHANGED, { properties: theirs });
    await command('undo', await writeOf(CHANGED, 'account-aad-only'), '--by', 'Ada');
    expect(await settle(CHANGED)).toEqual([]);
    expect(part(bodyOf(CHANGED), 'properties')).toMatchObject(theirs);
    const { forPeople, held } = await planOf(CHANGED);
    expect(forPeople).toEqual([
      { rule: 'undo', fix: expect.stringMatching(/^It is not taken back: somebody changed .* since\.$/) },
    ]);
    expect(held).toMatchObject([{ rule: 'account-aad-only', held: { code: 'undone' } }]);
    checked += 1;
  });
});

test('keys that may be in use are taken away by an approval alone, in mode enforce too', async () => {
  await putPolicy(local.storage, policy(30));
  const listed = {
    operation: 'Microsoft.Batch/batchAccounts/listKeys/action',
    application: null,
    objectId: 'somebody',
  };
  await (await app()).noteEvent({ subject: SECRETS, time: new Date(), ...listed });
  expect(await settle(SECRETS)).toEqual([]);
  const { listed: change } = await heldSo(SECRETS, 'keys-in-use');
  expect(change).toMatch(/^[0-9a-f]{16}$/);
  await command('approve', change ?? '', '--by', 'Ada');
  expect(await settle(SECRETS)).toEqual([
    { path: idKey(SECRETS), body: { properties: { allowedAuthenticationModes: ['AAD'] } } },
  ]);
  expect(await endsOf(change)).toEqual(['used']);
  checked += 1;
});
