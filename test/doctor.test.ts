import type { TokenCredential } from '@azure/core-auth';
import { ManagedIdentityCredential } from '@azure/identity';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import roles from '../infra/role-actions.json' with { type: 'json' };
import { type Json, part } from '../local/azure/json.ts';
import { deployed } from '../local/deployed.ts';
import { estate } from '../local/estate/estate.ts';
import { CLIENT_ID, type Preparation, prepare, putPolicy } from '../local/installation.ts';
import { type Asked, openDoctor } from '../shared/azure/doctor/open-doctor.ts';
import { recordChecks } from '../shared/azure/state/doctor-findings.ts';
import { encodeFinding } from '../shared/azure/state/finding-rows.ts';
import { hintWriter } from '../shared/azure/state/hints.ts';
import { tableKey } from '../shared/azure/state/storage.ts';
import { CHECKS, type Check, type CheckName, fail, RESULTS, THE_APP } from '../shared/core/doctor/check.ts';
import { accountOf } from '../shared/core/model/resource-id.ts';
import { after, DAY, HOUR, MINUTE } from '../shared/core/model/time.ts';
import { rules } from '../shared/rules/index.ts';
import { finding } from './support/cli/findings.ts';
import { inProcess } from './support/cli/harness.ts';

const NOW = new Date();
const ALL = Object.values(roles).flat();
const { accounts, ...around } = estate();
const ACCOUNT = String(accounts[0]?.['id']);
const ids = new Set(accounts.flatMap(({ id }) => accountOf(String(id))?.subscription ?? []));
const [first = '', ...others] = ids;
const BODIES = deployed([...ids], 'batchwarden');
const bodyAt = (path: RegExp): Json => BODIES.find(({ id }) => path.test(String(id))) ?? {};
const STORAGE = bodyAt(/storageAccounts\/[^/]+$/);
const EVENTS = bodyAt(new RegExp(`${first}.*/eventSubscriptions/`));
const VAULT = 'namedUsers: { vault: "https://team.vault.azure.net" }\n';

let local: Preparation;
const identity = new ManagedIdentityCredential({ clientId: CLIENT_ID });
/** Gets no token for these audiences. */
const without = (audiences: readonly string[]): TokenCredential => ({
  async getToken(scopes, options) {
    if (audiences.some((audience) => String(scopes).startsWith(audience)))
      throw new Error('AADSTS500011: the resource principal was not found');
    return identity.getToken(scopes, options);
  },
});

/** What is checked unless a cause says otherwise. */
const ASKED: Asked = {
  subscriptions: [...ids],
  findingsTopic: 'https://topic.westeurope-1.eventgrid.azure.net',
  isApp: true,
  rules,
  now: NOW,
};
const examine = (credential: TokenCredential = identity, asked: Partial<Asked> = {}) =>
  openDoctor(local.endpoints, local.azure.armEndpoint, credential).examine({ ...ASKED, ...asked });

const queue = (name: string) => new QueueServiceClient(local.endpoints.queue, identity).getQueueClient(name);

/** A body of the world with other properties. */
function changed(body: Json, properties: Json): void {
  local.azure.world.setResource({ ...body, properties: { ...part(body, 'properties'), ...properties } });
}

/** A row that a look left. */
async function found(columns: Parameters<typeof finding>[0]): Promise<void> {
  const one = finding({ resourceId: ACCOUNT, ...columns });
  await local.storage.findings.upsertEntity(encodeFinding(tableKey(ACCOUNT), one));
}

/** No cause is left of those that were planted. */
async function healthy(): Promise<void> {
  const { azure, storage } = local;
  for (const body of BODIES) azure.world.setResource(body);
  azure.grant(ALL);
  azure.faults.clear();
  azure.retired.versions = [];
  const forgetFindings = async () => {
    const rows = await Array.fromAsync(storage.findings.listEntities());
    await Promise.all(
      rows.map(({ partitionKey = '', rowKey = '' }) => storage.findings.deleteEntity(partitionKey, rowKey)),
    );
    await recordChecks(storage, [], 'now', NOW);
  };
  await Promise.all([
    putPolicy(storage, VAULT),
    storage.budget.createTable(),
    storage.reconcile.clearMessages(),
    queue('reconcile-poison').deleteIfExists(),
    forgetFindings(),
    ...[...ids].map((id) => hintWriter(storage.hints).noteReceived(id, after(NOW, -MINUTE))),
  ]);
}

beforeAll(async () => {
  // What the bodies say of the storage account holds for one of its own.
  vi.stubEnv('SHARED_STORAGE', undefined);
  local = await prepare({ accounts, ...around });
  await healthy();
});
afterEach(() => expect(local.azure.specViolations).toEqual([]));
afterAll(() => local.stop());

interface Cause {
  readonly check: CheckName;
  readonly cause: string;
  readonly result: 'warn' | 'fail';
  readonly why: RegExp;
  readonly plant?: () => unknown;
  /** The audience that no token is given for. */
  readonly noToken?: () => string;
  readonly asked?: Partial<Asked>;
  /** Others that the same cause makes unwell. */
  readonly also?: readonly CheckName[];
}

const LATER = after(NOW, 3 * DAY);
/** The filter without the first of the operations that it names. */
function withoutWrites(): Json {
  const filter = part(EVENTS, 'properties', 'filter');
  const [subject, operations] = z
    .array(z.looseObject({ values: z.array(z.string()) }))
    .parse(filter['advancedFilters']);
  return { ...filter, advancedFilters: [subject, { ...operations, values: operations?.values.slice(1) }] };
}
const OF_ARM = ['rights-to-read', 'event-subscription', 'batch-api-version', 'storage-account'] as const;
const OF_STORAGE = [
  'stores',
  'queue-ages',
  'poison-queues',
  'policy',
  'own-checks',
  'last-event',
  'unannounced-changes',
] as const;

/** Each list is of causes that meet in one examination, since no check is judged by two of them. */
const TOGETHER: readonly (readonly Cause[])[] = [
  [
    {
      check: 'token-key-vault',
      cause: 'no token for vaults',
      result: 'fail',
      why: /AADSTS500011/,
      noToken: () => 'https://vault.azure.net',
    },
    {
      check: 'token-event-grid',
      cause: 'no token for topics',
      result: 'fail',
      why: /AADSTS500011/,
      noToken: () => 'https://eventgrid.azure.net',
    },
    {
      check: 'stores',
      cause: 'a table is gone',
      result: 'fail',
      why: /1 of 13 stores does not answer: table budget: .*HTTP 404/,
      plant: () => local.storage.budget.deleteTable(),
    },
    {
      check: 'storage-account',
      cause: 'its keys may be used',
      result: 'fail',
      why: /allowSharedKeyAccess is not false/,
      plant: () => changed(STORAGE, { allowSharedKeyAccess: true }),
    },
    {
      check: 'queue-ages',
      cause: 'a message waits for hours',
      result: 'fail',
      why: /in reconcile for 1\d\d minutes/,
      plant: () => local.storage.reconcile.sendMessage('x'),
      asked: { now: after(NOW, 2 * HOUR) },
    },
    {
      check: 'poison-queues',
      cause: 'a message failed for good',
      result: 'fail',
      why: /1 in reconcile-poison/,
      async plant() {
        await queue('reconcile-poison').createIfNotExists();
        await queue('reconcile-poison').sendMessage('x');
      },
    },
    {
      check: 'own-checks',
      cause: 'the app found something',
      result: 'fail',
      why: /1 check that fails: stores of \/batch-warden: it is gone/,
      plant: () =>
        recordChecks(local.storage, [{ ...fail('stores', 'it is gone', 'mend it'), about: THE_APP }], 'now', NOW),
    },
    {
      check: 'rights-to-read',
      cause: 'an action of the reading role is missing',
      result: 'fail',
      why: /1 of 15 actions of Batch Warden Auditor is not allowed: Microsoft.Insights\/diagnosticSettings\/read/,
      plant: () => local.azure.grant(ALL.filter((action) => !action.startsWith('Microsoft.Insights/'))),
    },
    {
      check: 'event-subscription',
      cause: 'there is none',
      result: 'fail',
      why: /no event subscription delivers to this app/,
      plant: () => local.azure.world.deleteResource(String(EVENTS['id'])),
    },
    {
      check: 'last-event',
      cause: 'none was ever received',
      result: 'warn',
      why: /none was ever received/,
      plant: () => local.storage.hints.deleteEntity(first, 'received'),
    },
    {
      check: 'batch-api-version',
      cause: 'there is a newer version',
      result: 'warn',
      why: /serves 2026-08-01, newer than 2025-06-01/,
      plant: () => {
        const apiVersions = ['2026-08-01', '2026-09-01-preview', '2025-06-01'];
        const body = { resourceTypes: [{ resourceType: 'batchAccounts', apiVersions }] };
        local.azure.faults.add({ path: /providers\/Microsoft\.Batch\?/, times: 9, do: { status: 200, body } });
      },
    },
  ],
  [
    {
      check: 'storage-account',
      cause: 'it may not be read',
      result: 'warn',
      why: /AuthorizationFailed/,
      plant: () =>
        local.azure.faults.add({
          path: /storageAccounts/,
          times: 9,
          do: { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } },
        }),
    },
    {
      check: 'queue-ages',
      cause: 'a message waits for half an hour',
      result: 'warn',
      why: /in reconcile for (?:29|3\d) minutes/,
      plant: () => local.storage.reconcile.sendMessage('x'),
      asked: { now: after(NOW, 30 * MINUTE) },
    },
    {
      check: 'policy',
      cause: 'a policy with a fault',
      result: 'fail',
      why: /mood/,
      plant: () => putPolicy(local.storage, `${VAULT}mood: audit\n`),
    },
    {
      check: 'own-checks',
      cause: 'the app never checked itself',
      result: 'warn',
      why: /has not checked itself yet/,
      plant: () => local.storage.accounts.deleteEntity('sweep', 'doctor'),
    },
    {
      check: 'event-subscription',
      cause: 'its filter keeps an operation back',
      result: 'fail',
      why: /keeps back data\.operationName Microsoft\.Batch\/batchAccounts\/write$/,
      plant: () => changed(EVENTS, { filter: withoutWrites() }),
    },
    {
      check: 'batch-api-version',
      cause: 'our version is retired',
      result: 'fail',
      why: /serves 2025-06-01 of Microsoft.Batch no more/,
      plant: () => {
        local.azure.retired.versions = ['2025-06-01'];
      },
    },
  ],
  [
    {
      check: 'own-checks',
      cause: 'the app checked itself days ago',
      result: 'fail',
      why: /last checked itself at/,
      asked: { now: LATER },
    },
    {
      check: 'rights-to-write',
      cause: 'the writing role is missing, and the policy enforces',
      result: 'fail',
      why: /4 of 4 actions of Batch Warden Enforcer are not allowed: .*pools\/write.*the policy lets rules write here/,
      async plant() {
        local.azure.grant(roles.auditor);
        await putPolicy(local.storage, `${VAULT}rules: { account-aad-only: enforce }\n`);
      },
    },
    {
      check: 'event-subscription',
      cause: 'it delivers elsewhere',
      result: 'fail',
      why: /delivers to \/x\/functions\/other and not to/,
      plant: () =>
        changed(EVENTS, {
          destination: { endpointType: 'AzureFunction', properties: { resourceId: '/x/functions/other' } },
        }),
    },
    {
      check: 'last-event',
      cause: 'a write of ours that no event told',
      result: 'fail',
      why: /took a write of the app at .* the last one was at/,
      plant: () => found({ attempts: { accepted: [after(NOW, DAY)], refused: null } }),
      asked: { now: LATER },
      also: ['own-checks'],
    },
  ],
  [
    {
      check: 'rights-to-read',
      cause: 'no role at all',
      result: 'fail',
      why: /15 of 15 actions/,
      plant: () => local.azure.grant([]),
      also: OF_ARM,
    },
    {
      check: 'unannounced-changes',
      cause: 'a finding that followed no event',
      result: 'warn',
      why: new RegExp(`of 1 finding that looks opened this week, those on ${ACCOUNT} followed no event`, 'i'),
      plant: () => found({ ruleId: 'account-aad-only', firstSeen: after(NOW, 2 * DAY) }),
      asked: { now: LATER },
      also: ['own-checks'],
    },
  ],
  [
    {
      check: 'unannounced-changes',
      cause: 'findings on accounts that followed no event, on three days',
      result: 'fail',
      why: /followed no event, on the settings of accounts on 3 days/,
      plant: async () => {
        for (const day of [2, 3, 4])
          await found({
            id: `day-${day}`,
            ruleId: 'account-aad-only',
            firstSeen: after(NOW, day * DAY),
          });
      },
      asked: { now: after(NOW, 5 * DAY) },
      also: ['own-checks'],
    },
  ],
  [
    {
      check: 'token-resource-manager',
      cause: 'no token for Resource Manager',
      result: 'fail',
      why: /AADSTS500011/,
      noToken: () => local.azure.armEndpoint,
      also: OF_ARM,
    },
  ],
  [
    {
      check: 'token-storage',
      cause: 'no token for storage',
      result: 'fail',
      why: /AADSTS500011/,
      noToken: () => 'https://storage.azure.com',
      also: OF_STORAGE,
    },
  ],
];
const CAUSES = TOGETHER.flat();

const unwell = (checks: readonly Check[]) => checks.filter(({ result }) => result !== 'ok');

describe('the doctor', () => {
  test('finds the local Azure all well', async () => {
    const checks = await examine();
    expect(unwell(checks)).toEqual([]);
    expect(new Set(checks.map(({ name }) => name))).toEqual(new Set(CHECKS));
  });

  test.each(
    TOGETHER.map((causes) => ({ causes, names: causes.map(({ check, cause }) => `${check}: ${cause}`).join('; ') })),
  )('$names', async ({ causes }) => {
    onTestFinished(healthy);
    for (const { plant } of causes) await plant?.();
    const audiences = causes.flatMap(({ noToken }) => noToken?.() ?? []);
    const asked = causes.reduce<Partial<Asked>>((all, cause) => ({ ...all, ...cause.asked }), {});
    const found = unwell(await examine(without(audiences), asked));
    const hits = causes.map(({ check }) => found.find(({ name }) => name === check));
    expect(hits).toMatchObject(
      causes.map(({ result, why }) => ({
        result,
        why: expect.stringMatching(why),
        todo: expect.stringMatching(/\w/),
      })),
    );
    expect(new Set(found.map(({ name }) => name))).toEqual(
      new Set(causes.flatMap(({ check, also = [] }) => [check, ...also])),
    );
  });

  test('what raises no event, and what followed a write of ours, is no event that was lost', async () => {
    onTestFinished(healthy);
    for (const day of [2, 3, 4]) {
      const firstSeen = after(NOW, day * DAY);
      await found({ id: `role-${day}`, ruleId: 'account-nodes-cut-off', firstSeen });
      await found({ id: `pool-${day}`, ruleId: 'pool-subnet', resourceId: `${ACCOUNT}/pools/p`, firstSeen });
      const attempts = { accepted: [after(firstSeen, -HOUR)], refused: null };
      await found({ id: `ours-${day}`, ruleId: 'account-aad-only', attempts, firstSeen });
    }
    const checks = await examine(undefined, { now: after(NOW, 5 * DAY) });
    expect(checks.find(({ name }) => name === 'unannounced-changes')).toMatchObject({
      result: 'ok',
      why: expect.stringMatching(/^of 9 findings that looks opened this week, those on .* followed no event: what/),
    });
  });

  test('every check was seen to fail', () => {
    const failing = new Set(CAUSES.filter(({ result }) => result === 'fail').map(({ check }) => check));
    console.log(
      `doctor: ${CHECKS.length} checks, ${CAUSES.length} causes planted in ${TOGETHER.length} examinations, ${failing.size} checks seen to fail; ${others.length + 1} subscriptions`,
    );
    expect(failing).toEqual(new Set(CHECKS));
  });

  test('asks for no right to write where the policy lets no rule write', async () => {
    onTestFinished(healthy);
    local.azure.grant(roles.auditor);
    const checks = await examine();
    expect(unwell(checks)).toEqual([]);
    expect(checks.find(({ name }) => name === 'rights-to-write')?.why).toMatch(/none is needed/);
  });

  test('asks a person for no right to write', async () => {
    onTestFinished(healthy);
    local.azure.grant(roles.auditor);
    await putPolicy(local.storage, `${VAULT}mode: enforce\n`);
    const checks = await examine(identity, { isApp: false });
    expect(new Set(unwell(checks).map(({ name, result }) => `${name}: ${result}`))).toEqual(
      new Set(['rights-to-write: warn']),
    );
  });
});

const Report = z.strictObject({
  schema: z.literal(1),
  at: z.iso.datetime(),
  storage: z.string(),
  result: z.enum(RESULTS),
  ok: z.int(),
  warn: z.int(),
  fail: z.int(),
  checks: z.array(
    z.strictObject({
      name: z.enum(CHECKS),
      about: z.string(),
      result: z.enum(RESULTS),
      why: z.string().min(1),
      todo: z.string().min(1).nullable(),
    }),
  ),
});

describe('batch-warden doctor', () => {
  test('tells of each check, and exits with 0', async () => {
    const { code, out, err } = await inProcess(['doctor'], '', 80);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^Batch Warden, which keeps its state at 127\.0\.0\.1:\d+\nChecked as the app itself is signed in\.\n21 checks: 21 ok, 0 to note, 0 failing\.\n\nThe app\n/,
    );
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out.match(/^Subscription /gm)).toHaveLength(ids.size);
  });

  test('exits with 1 where a check fails, and says what to do', async () => {
    onTestFinished(healthy);
    await putPolicy(local.storage, 'mood: audit\n');
    const { code, out } = await inProcess(['doctor'], '', 80);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}FAILS {2}policy: it is not valid, .*\n(?: {9}.*\n)* {9}To do: mend it/m);
  });

  test('tells the same as JSON, of the subscriptions that are named', async () => {
    const { out } = await inProcess(['doctor', '--subscription', first, '--format', 'json']);
    const report = Report.parse(JSON.parse(out));
    expect(report).toMatchObject({ result: 'ok', warn: 0, fail: 0 });
    expect(new Set(report.checks.map(({ about }) => about))).toEqual(new Set([THE_APP, `/subscriptions/${first}`]));
  });

  test.each([
    [['--storage', 'Not A Name'], /Not a storage account/],
    [['--subscription', 'a/b'], /letters, digits and hyphens/],
  ])('exits with 2 for %j', async (args, message) => {
    const { code, err } = await inProcess(['doctor', ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
