import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Preparation, prepare } from '../../../local/installation.ts';
import { rememberedAccounts } from '../../../shared/azure/state/account-index.ts';
import { memoryIn } from '../../../shared/azure/state/memory.ts';
import { secretIndexIn } from '../../../shared/azure/state/secret-index.ts';
import { tableKey } from '../../../shared/azure/state/storage.ts';
import type { SecretRef } from '../../../shared/core/model/secret.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';
import type { BadRows } from '../../../shared/core/plan/log-line.ts';
import type { Plan } from '../../../shared/core/plan/plan.ts';

let local: Preparation;
beforeAll(async () => {
  local = await prepare({ accounts: [] });
});
afterAll(() => local.stop());

const never = new AbortController().signal;
const now = new Date('2026-11-22T12:00:00Z');
const reported: BadRows[] = [];
const report = (bad: BadRows) => void reported.push(bad);
let made = 0;
let accountId: string;
beforeEach(async () => {
  reported.length = 0;
  accountId = newAccount();
  for await (const { partitionKey = '', rowKey = '' } of local.storage.secrets.listEntities())
    await local.storage.secrets.deleteEntity(partitionKey, rowKey);
});

function newAccount(subscription = 'indexed'): string {
  made += 1;
  return `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/acct${made}`;
}

const VAULT = 'https://kv.vault.azure.net';
const secret = (name: string, vault = VAULT): SecretRef => ({ vault, name });
const nothing: Plan = {
  findings: [],
  writes: [],
  finishes: [],
  endings: [],
  endedApprovals: [],
  endedUndos: [],
  wakeAt: null,
  failedSince: {},
  gonePools: [],
};

const memory = () => memoryIn(local.storage, never, report, () => now);
const index = () => secretIndexIn(local.storage.secrets, never, report);
const accountOf = (name: string, vault?: string) => index().accountOf(secret(name, vault));
const rows = async () =>
  (await Array.fromAsync(local.storage.secrets.listEntities()))
    .map(({ partitionKey, rowKey, account }) => `${partitionKey}/${rowKey}: ${String(account)}`)
    .toSorted();

/** As a look does it. @returns how many calls to the table it took */
async function look(secrets: readonly SecretRef[], id = accountId, at = now): Promise<number> {
  const loaded = await memory().load(id);
  let calls = 0;
  const counted = new Proxy(local.storage.secrets, {
    get(table, name) {
      const value: unknown = Reflect.get(table, name);
      if (typeof value !== 'function') return value;
      calls += 1;
      return value.bind(table);
    },
  });
  const next = await secretIndexIn(counted, never, report).indexSecrets(id, secrets, loaded, at);
  await memory().save(id, nothing, now, next);
  return calls;
}

describe('the account of a secret', () => {
  test('that nobody has is none', async () => {
    expect(await accountOf('artist')).toBeNull();
    expect(reported).toEqual([]);
  });

  test('is found by vault and name, in any case', async () => {
    await look([
      secret('Artist'),
      secret('artist', 'https://other.vault.azure.net'),
      secret('x', 'https://[::1]:8443'),
    ]);
    const id = accountId.toLowerCase();
    expect(await accountOf('aRTIST')).toBe(id);
    expect(await accountOf('artist', 'https://other.vault.azure.net')).toBe(id);
    expect(await accountOf('x', 'https://[::1]:8443')).toBe(id);
    expect(await accountOf('artist', 'https://third.vault.azure.net')).toBeNull();
    expect(await accountOf('x')).toBeNull();
  });

  test.each([
    [7],
    [null],
    [''],
    ['/subscriptions/s'],
    ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/../x'],
    ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a/pools/p'],
    ['https://evil.example/subscriptions/s'],
  ])('whose row names %j is none, and the row is reported', async (account) => {
    await local.storage.secrets.createEntity({ partitionKey: 'kv.vault.azure.net', rowKey: 'artist', account });
    expect(await accountOf('Artist')).toBeNull();
    expect(reported).toMatchObject([{ table: 'secrets', rows: ['kv.vault.azure.net/artist'] }]);
  });
});

describe('what is kept of an account', () => {
  const many = Array.from({ length: 230 }, (_, n) => secret(`user-${n}`));

  test('is written once: a look at the same set asks the table nothing', async () => {
    expect(await look(many)).toBeGreaterThan(0);
    expect(await rows()).toHaveLength(230);
    expect(await look(many.toReversed())).toBe(0);
    expect(await look(many.map(({ vault, name }) => secret(name.toUpperCase(), vault)))).toBe(0);
    expect(await look([...many, ...many])).toBe(0);
  });

  test('comes back the next day when it is lost', async () => {
    await look([secret('a'), secret('b')]);
    await local.storage.secrets.deleteEntity('kv.vault.azure.net', 'a');
    expect(await look([secret('a'), secret('b')])).toBe(0);
    const next = after(now, DAY);
    expect(await look([secret('a'), secret('b')], accountId, next)).toBe(1);
    expect(await rows()).toHaveLength(2);
    expect(await look([secret('a'), secret('b')], accountId, next)).toBe(0);
  });

  test('of one without secrets is nothing, and costs nothing', async () => {
    expect(await look([])).toBe(0);
    const row = await local.storage.accounts.getEntity('indexed', tableKey(accountId));
    expect(row).not.toHaveProperty('indexed');
  });

  test('follows the set, and leaves what is of others', async () => {
    const other = newAccount();
    await look([secret('a'), secret('b')]);
    await look([secret('c')], other);
    await look([secret('b'), secret('d', 'https://other.vault.azure.net')]);
    expect(await rows()).toEqual([
      `kv.vault.azure.net/b: ${accountId.toLowerCase()}`,
      `kv.vault.azure.net/c: ${other.toLowerCase()}`,
      `other.vault.azure.net/d: ${accountId.toLowerCase()}`,
    ]);
    await look([]);
    expect(await rows()).toEqual([`kv.vault.azure.net/c: ${other.toLowerCase()}`]);
    expect(await look([])).toBe(0);
  });

  test('by another account now is not deleted with the account that had it', async () => {
    const other = newAccount();
    await look([secret('a')]);
    await look([secret('a')], other);
    await look([]);
    expect(await accountOf('a')).toBe(other.toLowerCase());
  });

  test('that another account takes while it is deleted stays with that', async () => {
    const other = newAccount();
    await look([secret('a')]);
    const raced = Object.assign(Object.create(local.storage.secrets), {
      deleteEntity: async (...given: Parameters<typeof local.storage.secrets.deleteEntity>) => {
        await look([secret('a')], other);
        return local.storage.secrets.deleteEntity(...given);
      },
    });
    const loaded = await memory().load(accountId);
    await secretIndexIn(raced, never, report).indexSecrets(accountId, [], loaded, now);
    expect(await accountOf('a')).toBe(other.toLowerCase());
  });

  test('is written again when the look was cut before it was saved', async () => {
    const loaded = await memory().load(accountId);
    await index().indexSecrets(accountId, [secret('a')], loaded, now);
    expect(await accountOf('a')).toBe(accountId.toLowerCase());
    expect((await memory().load(accountId)).indexed).toBeNull();
    expect(await look([secret('a')])).toBeGreaterThan(0);
    expect((await memory().load(accountId)).indexed).not.toBeNull();
  });

  test('is known through a throttled look, and while the account is gone', async () => {
    await look([secret('a')]);
    await memory().defer(accountId, after(now, DAY), await memory().load(accountId));
    expect(await look([secret('a')])).toBe(0);
    await memory().gone(accountId, [], now, await memory().load(accountId));
    expect(await look([secret('a')])).toBe(0);
  });

  test('is forgotten with the account', async () => {
    const id = newAccount('forgotten');
    await look([secret('a'), secret('b')], id);
    await look([secret('c')]);
    await memory().gone(id, [], after(now, -8 * DAY), await memory().load(id));
    expect(await rememberedAccounts(local.storage, 'forgotten', new Set(), now, report)).toEqual([]);
    expect(await rows()).toEqual([`kv.vault.azure.net/c: ${accountId.toLowerCase()}`]);
  });

  test('is written anew where the column of the account is none', async () => {
    await look([secret('a')]);
    const key = { partitionKey: 'indexed', rowKey: tableKey(accountId) };
    await local.storage.accounts.updateEntity({ ...key, indexed: 7 }, 'Merge');
    expect(await look([secret('a')])).toBeGreaterThan(0);
  });
});
