import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Preparation, prepare } from '../../local/installation.ts';
import { accountKeys } from '../../shared/azure/state/account-rows.ts';
import { journalIn } from '../../shared/azure/state/journal.ts';
import { tableKey } from '../../shared/azure/state/storage.ts';
import { submitAll } from '../../shared/azure/state/submit.ts';
import { after, DAY, MINUTE, SECOND } from '../../shared/core/model/time.ts';
import type { Intent } from '../../shared/core/plan/journal.ts';
import type { WriteOutcome } from '../../shared/core/plan/write.ts';
import { inProcess } from '../support/cli/harness.ts';
import { ocsfIn } from '../support/cli/readers.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

/** In parts, so that nobody takes it for one. */
const SECRET = ['bm90LWEta2V5LW5vdC1h', 'LWtleS1ub3QtYS1rZXktbm90'].join('');

const OTHER = ACCOUNT_ID.replace('acct1', 'acct2');
const BUSY = ACCOUNT_ID.replace('acct1', 'busy');
const TWIN = BUSY.replace('/rg/', '/rg2/');
const NOW = new Date();
const never = new AbortController().signal;
let local: Preparation;

const show = (...args: readonly string[]) => inProcess(['journal', ...args], '', 80);

function intent(minutesAgo: number, overrides: Partial<Intent> = {}): Intent {
  return {
    at: after(NOW, -minutesAgo * MINUTE),
    resourceId: poolId('frames'),
    writeClass: 'begin',
    drain: null,
    before: {},
    after: {},
    changeHash: 'c1',
    changes: [],
    rules: ['pool-remote-access'],
    findings: ['f1'],
    why: 'Open to the internet.',
    correlationId: `look-${minutesAgo}`,
    version: '1.2.3',
    policy: 'h1',
    ...overrides,
  };
}

async function write(accountId: string, intended: Intent, outcome: WriteOutcome | null): Promise<void> {
  const journal = journalIn(local.storage.journal, never);
  const key = await journal.intend(accountId, intended);
  if (outcome !== null) await journal.conclude(accountId, key, outcome, after(intended.at, SECOND));
}

const natPool = (...rules: readonly object[]) => ({
  name: 'ssh',
  protocol: 'TCP',
  backendPort: 22,
  rules,
  unmodelled: {},
});
const rule = (priority: number, access: string, sourceAddressPrefix: string) => ({
  priority,
  access,
  sourceAddressPrefix,
  sourcePortRanges: null,
  unmodelled: {},
});

beforeAll(async () => {
  local = await prepare({ accounts: [] });
  for (const accountId of [ACCOUNT_ID, OTHER, BUSY, TWIN])
    await local.storage.accounts.createEntity({ ...accountKeys(accountId), accountId, lookedFrom: NOW });
  await write(
    ACCOUNT_ID,
    intent(50, {
      resourceId: ACCOUNT_ID,
      rules: ['account-aad-only', 'account-autostorage-identity'],
      before: {
        authenticationModes: ['SharedKey', 'AAD'],
        autoStorage: { storageAccountId: '/store1', authenticationMode: 'StorageKeys', nodeIdentityId: null },
      },
      after: {
        authenticationModes: ['AAD'],
        autoStorage: {
          storageAccountId: '/store1',
          authenticationMode: 'BatchAccountManagedIdentity',
          nodeIdentityId: null,
        },
      },
    }),
    { kind: 'applied', alsoMoved: [] },
  );
  await write(
    ACCOUNT_ID,
    intent(40, {
      before: { endpoints: [natPool(rule(200, 'Allow', 'Internet'), rule(300, 'Allow', '10.0.0.0/8'))] },
      after: { endpoints: [natPool(rule(300, 'Allow', '10.1.0.0/16'), rule(3500, 'Deny', '*'))] },
    }),
    {
      kind: 'refused',
      message: `RequestDisallowedByPolicy: by policy "pwd", AccountKey=${SECRET}`,
    },
  );
  await write(
    ACCOUNT_ID,
    intent(30, {
      drain: { id: 'd-1', step: 'empty' },
      before: {
        scale: { kind: 'fixed', dedicated: 4, lowPriority: 0 },
        metadata: [{ name: 'team', value: 'sim', unmodelled: {} }],
      },
      after: {
        scale: { kind: 'fixed', dedicated: 0, lowPriority: 0, deallocation: 'TaskCompletion' },
        metadata: [
          { name: 'team', value: 'sim', unmodelled: {} },
          { name: 'warden:drain', value: 'd-1', unmodelled: {} },
        ],
      },
    }),
    null,
  );
  await write(
    OTHER,
    intent(20, {
      resourceId: 'https://one.vault.azure.net/secrets/acct2-frames-artist-b514471a-pending',
      rules: ['pool-named-user-secret'],
      after: { minted: { kind: 'password', replaces: 'none', maxAge: 90 * DAY } },
    }),
    { kind: 'conflict' },
  );
  await write(OTHER, intent(10, { before: { endpoints: 'x'.repeat(40_000) }, after: { endpoints: null } }), {
    kind: 'gone',
  });
  const rows = Array.from({ length: 1100 }, (_, index) => {
    const at = after(NOW, (index - 2000) * SECOND);
    return { partitionKey: tableKey(BUSY), rowKey: `${at.toISOString()}-${index}`, at, resource: BUSY };
  });
  await submitAll(
    local.storage.journal,
    rows.map((row) => ['create', row]),
    never,
  );
});
afterAll(() => local.stop());

test('17.4: as OCSF it is a Remediation Activity for each write, by the schema of the class', async () => {
  const { writes } = JSON.parse((await show(ACCOUNT_ID, '--format', 'json')).out);
  const { code, out } = await show(ACCOUNT_ID, '--format', 'ocsf');
  expect(code).toBe(0);
  expect(ocsfIn(out, 7001).map(({ command_uid }) => command_uid)).toEqual(writes.map(({ id }: { id: string }) => id));
  expect(writes.length).toBeGreaterThan(0);
});

describe('journal', () => {
  test('shows each write of an account, field by field, the newest last', async () => {
    const { code, out, err } = await show(ACCOUNT_ID);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const at = (minutes: number) => after(NOW, -minutes * MINUTE).toISOString();
    // The key of a row is random behind its time.
    expect(out.replaceAll(/Z-[0-9a-f]{16}$/gm, 'Z')).toBe(`${at(50)}
  acct1
  rules      account-aad-only, account-autostorage-identity
  changes    ~ authentication modes: SharedKey, AAD -> AAD
             ~ auto-storage / authenticationMode: StorageKeys ->
               BatchAccountManagedIdentity
  outcome    applied: Azure took it
  look       look-50

${at(40)}
  acct1/frames
  rules      pool-remote-access
  changes    ~ endpoint rules / ssh / rules / 300 / sourceAddressPrefix:
               10.0.0.0/8 -> 10.1.0.0/16
             + endpoint rules / ssh / rules / 3500: access Deny,
               sourceAddressPrefix *
             - endpoint rules / ssh / rules / 200: access Allow,
               sourceAddressPrefix Internet
  outcome    refused: Azure refused it: RequestDisallowedByPolicy: by policy
               "pwd", AccountKey=***
  look       look-40

${at(30)}
  acct1/frames
  rules      pool-remote-access
  drain      empty: the pool is emptied (drain d-1)
  changes    ~ size / dedicated: 4 -> 0
             + size / deallocation: TaskCompletion
             + metadata / warden:drain: d-1
  outcome    unknown: none is kept; the next look sees what is there
  look       look-30

3 writes in acct1: 1 applied, 1 refused, 1 unknown
`);
  });

  test('of a secret it says what was done to which, of what was too long that it was left out', async () => {
    const { code, out } = await show('ACCT2');
    expect(code).toBe(0);
    const words = out.replaceAll(/\s+/g, ' ').replaceAll('/ ', '/');
    expect(words).toContain(
      'make a new password for its user as a version of https://one.vault.azure.net/secrets/acct2-frames-artist-b514471a-pending outcome conflict: somebody else changed it first, so it was not written',
    );
    expect(words).toMatch(
      /changes not told: left out: 40\d\d\d characters are too long outcome gone: it was gone by then/,
    );
  });

  test('of more than a page of rows it shows the newest, and says how many more there are', async () => {
    const { code, out } = await show(BUSY, '--limit', '3', '--format', 'json');
    expect(code).toBe(0);
    const { writes, more } = JSON.parse(out);
    expect(more).toBe(1097);
    const last = [-903, -902, -901].map((seconds) => ({
      at: after(NOW, seconds * SECOND).toISOString(),
      outcome: null,
    }));
    expect(writes).toMatchObject(last);
    expect((await show(BUSY)).out).toContain('1050 earlier writes not shown: --limit 1100 shows all.');
  });

  test('of all accounts it shows those since a time, as JSON', async () => {
    const { code, out } = await show('--since', 'PT35M', '--format', 'json', '--limit', '2000');
    const { writes, ...rest } = JSON.parse(out);
    expect({ code, ...rest }).toMatchObject({ code: 0, schema: 1, account: null, more: 0, errors: [] });
    expect(writes).toHaveLength(1103);
    const ids = writes.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(writes.find(({ drain }: { drain: unknown }) => drain !== null)).toEqual({
      id: expect.any(String),
      at: after(NOW, -30 * MINUTE).toISOString(),
      account: ACCOUNT_ID.toLowerCase(),
      resource: poolId('frames'),
      rules: ['pool-remote-access'],
      findings: ['f1'],
      why: 'Open to the internet.',
      class: 'begin',
      drain: { id: 'd-1', step: 'empty' },
      change: 'c1',
      changes: [
        { field: 'size / dedicated', before: '4', after: '0' },
        { field: 'size / deallocation', before: null, after: 'TaskCompletion' },
        { field: 'metadata / warden:drain', before: null, after: 'd-1' },
      ],
      before: expect.objectContaining({ scale: { kind: 'fixed', dedicated: 4, lowPriority: 0 } }),
      after: expect.objectContaining({ scale: expect.anything() }),
      outcome: null,
      correlationId: 'look-30',
      version: '1.2.3',
      policy: 'h1',
    });
  });

  test('says that nothing was written', async () => {
    expect(await show(ACCOUNT_ID, '--since', 'PT5M')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Nothing was written in acct1 since 20.*Z\.\n$/),
    });
  });

  test('names rows that are none, and shows the others', async () => {
    const account = ACCOUNT_ID.replace('acct1', 'bad');
    await write(account, intent(5), { kind: 'applied', alsoMoved: [] });
    const partitionKey = tableKey(account);
    const { journal } = local.storage;
    await journal.createEntity({ partitionKey, rowKey: '2026-a', resource: 7 });
    await journal.createEntity({ partitionKey, rowKey: '2026-b-outcome', kind: 'applied', at: NOW });
    await journal.createEntity({ partitionKey, rowKey: '2026-c', at: NOW, resource: account, before: '{' });
    await journal.createEntity({ partitionKey, rowKey: '2026-c-outcome', kind: 'exploded', at: NOW });
    const { code, out, err } = await show(account);
    expect(code).toBe(2);
    expect(err.split('\n').filter(Boolean)).toEqual([
      `Rows left out of the table journal: what became of a write that has no row itself: ${partitionKey}/2026-b-outcome`,
      `Rows left out of the table journal: not a write, or not what became of one: ${partitionKey}/2026-a, ${partitionKey}/2026-c-outcome`,
    ]);
    expect(out).toContain('2 writes in bad: 1 applied, 1 unknown');
    expect(out).toContain('not told: the row does not tell what was changed');
  });
});

describe('nothing is shown', () => {
  test.each([
    [['acct'], 'No account acct is kept. Did you mean acct1 or acct2? One that has been gone for long'],
    [['busy'], `Several accounts are named busy: give the ARM id of one. `],
    [['/subscriptions/x'], 'Not the ARM id of a Batch account: /subscriptions/x'],
    [['--since', 'yesterday'], 'Not a date, a time with its zone, or an age'],
    [['--since', '2999-01-01'], 'That is still to come.'],
    [['--limit', '0'], 'Not a number from 1 to 10000.'],
    [['--storage', 'My_Storage'], 'Not a storage account: My_Storage.'],
  ])('for %j', async (args, message) => {
    const { code, out, err } = await show(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('in a storage without that table, which is not made', async () => {
    await local.storage.journal.deleteTable();
    const tries = [await show(ACCOUNT_ID), await show(ACCOUNT_ID)];
    expect(tries.map(({ code }) => code)).toEqual([2, 2]);
    expect(tries[1]?.err).toContain('Nothing could be read: there is no such thing at ');
    expect(tries[1]?.err).toContain('name the storage account of the app');
  });
});
