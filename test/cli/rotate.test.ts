import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { storageEndpoints } from '../../cli/storage-endpoints.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type Preparation, prepare, putPolicy } from '../../local/installation.ts';
import { memoryIn } from '../../shared/azure/state/memory.ts';
import { secretNameOf } from '../../shared/core/rotation/secret-name.ts';
import { ReconcileMessage } from '../../shared/messages.ts';
import { answering } from '../support/cli/answering.ts';
import { batchWarden, inProcess } from '../support/cli/harness.ts';
import { ACCOUNT, madeFor, policyOf, poolWith, VAULTS } from '../support/cli/named-users.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const FRAMES = poolId('frames');
const certificate = await makeCertificate();
const never = new AbortController().signal;
let local: Preparation;

beforeAll(async () => {
  const pools = [poolWith('frames', ['artist', 'batch']), poolWith('empty', [])];
  local = await prepare({ accounts: [ACCOUNT], pools, vaults: VAULTS });
  trust(certificate.cert);
  for (const user of ['artist', 'batch']) {
    const name = secretNameOf(FRAMES, user);
    local.azure.vaults.asPerson().set('one', name, `value of ${user}`, madeFor(FRAMES, user));
  }
});
afterAll(() => local.stop());

beforeEach(() => putPolicy(local.storage, policyOf(local.azure).replace('audit', 'enforce')));
afterEach(async () => {
  vi.unstubAllEnvs();
  await local.storage.reconcile.clearMessages();
});

const ask = (...args: readonly string[]) => inProcess(['rotate', ...args], '', 100);
const asked = async () =>
  (
    await memoryIn(
      local.storage,
      never,
      () => {},
      () => new Date(),
    ).load(ACCOUNT_ID)
  ).rotations;

/** Asks, and gives what was asked for beside what it says. */
async function asking(...args: readonly string[]) {
  const before = await asked();
  const ended = await ask(...args);
  const added = (await asked()).slice(before.length).length;
  const words = ended.out.replaceAll(/\s+/g, ' ');
  return { ...ended, words, added };
}

describe('rotate', () => {
  test('leaves the request that the next look sees, and asks for the look', async () => {
    const start = Date.now();
    const { code, err, words, added } = await asking(FRAMES, 'artist', '--by', 'Ada Example');
    expect({ code, err, added }).toEqual({ code: 0, err: '', added: 1 });
    const [request] = (await asked()).toSorted((a, b) => b.at.getTime() - a.at.getTime());
    expect(request).toMatchObject({ poolId: FRAMES, user: 'artist' });
    expect(Math.abs((request?.at.getTime() ?? 0) - start)).toBeLessThan(60_000);
    const rows = await Array.fromAsync(local.storage.requests.listEntities());
    expect(rows).toMatchObject([{ action: 'rotate', who: 'Ada Example' }]);
    const { receivedMessageItems } = await local.storage.reconcile.receiveMessages({ numberOfMessages: 10 });
    const wishes = receivedMessageItems.map(({ messageText }) =>
      ReconcileMessage.parse(JSON.parse(Buffer.from(messageText, 'base64').toString())),
    );
    expect(wishes).toMatchObject([{ accountId: ACCOUNT_ID.toLowerCase(), since: request?.at }]);
    expect(words).toContain('Asked for another secret of artist on acct1/frames.');
    expect(words).toContain(`in ${local.azure.vaults.url('one')}/secrets/${secretNameOf(FRAMES, 'artist')}-pending.`);
    expect(words).toContain(
      'The pool is given it, with those of its other named users, while it has no node: it has no node now.',
    );
    expect(words).toContain('mode enforce: it is begun');
    expect(words).not.toMatch(/drains |window |freeze /);
  });

  test('writes nothing to Azure, and reads no value', () => {
    expect(local.azure.log.writes()).toEqual([]);
    const calls = local.azure.vaults.log;
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(({ method, path }) => method !== 'GET' || !path.endsWith('/versions'))).toEqual([]);
  });

  test('tells which guards still hold', async () => {
    const window = "\n  windows: [{ days: [], from: '02:00', to: '02:01', timeZone: Etc/UTC }]".replace(
      'days: [], ',
      '',
    );
    await putPolicy(local.storage, policyOf(local.azure, `freeze: true\ndrains:\n  max: 2\n  begin: any${window}\n`));
    const busy = poolWith('frames', ['artist', 'batch', 'none']);
    const properties = { ...Object(busy['properties']), currentDedicatedNodes: 4 };
    local.azure.world.setPool({ ...busy, properties });
    const { words } = await asking(FRAMES, 'artist', '--by', 'me');
    expect(words).toContain('while it has no node: it has 4 nodes, so by a drain.');
    expect(words).toContain('mode audit: nothing is begun until the policy says enforce for pool-named-user-secret');
    expect(words).toContain('freeze the policy is frozen: nothing is begun');
    expect(words).toContain('drains at most 2 at once, pools with nodes too');
    expect(words).toMatch(/window the next one opens at 20\d\d-\d\d-\d\dT02:00:00.000Z/);
    expect(words).toContain('others Batch takes the list of users only whole, and of these no secret can be had: none');
    local.azure.world.setPool(poolWith('frames', ['artist', 'batch']));
  });

  test('of a rotation under way says that it is the one', async () => {
    const name = secretNameOf(FRAMES, 'batch');
    const [current] = local.azure.vaults.versions('one', name);
    const { tags, ...made } = madeFor(FRAMES, 'batch');
    const pending = { ...made, tags: { ...tags, replaces: current?.id ?? '' } };
    local.azure.vaults.asPerson().set('one', `${name}-pending`, 'value to come', pending);
    const { words } = await asking(FRAMES, 'batch', '--by', 'me');
    expect(words).toContain(
      `1. A rotation is under way: the new version that waits in ${local.azure.vaults.url('one')}`,
    );
    expect(words).not.toContain('A new version is made');
  });

  test.each([
    ['mode: loud', 'policy invalid, so that nothing is begun'],
    ['mode: enforce', 'secret no vault: the policy names none for this user (namedUsers.vault)'],
  ])('a policy that does nothing is told of: %s', async (text, expected) => {
    await putPolicy(local.storage, text);
    const { code, words, added } = await asking(FRAMES, 'artist', '--by', 'me');
    expect({ code, added }).toEqual({ code: 0, added: 1 });
    expect(words).toContain(expected);
  });

  test('where the pool cannot be read asks all the same, and says that it was not checked', async () => {
    local.azure.faults.add({
      path: /batchAccounts\/acct1\?/i,
      do: { status: 403, body: { error: { code: 'AuthorizationFailed' } } },
    });
    const { code, words, added } = await asking(FRAMES, 'nobody', '--by', 'me');
    local.azure.faults.clear();
    expect({ code, added }).toEqual({ code: 0, added: 1 });
    expect(words).toContain('user could not be checked: AuthorizationFailed');
    expect(words).toContain('beside its secret, in one whose name ends with -pending');
  });

  test('where the queue refuses says that the next sweep sees it', async () => {
    vi.stubEnv(
      'AzureWebJobsStorage__queueServiceUri',
      await answering(certificate, () => ({ status: 403, code: 'AuthorizationPermissionMismatch' })),
    );
    const { code, words, added } = await asking(FRAMES, 'artist', '--by', 'me');
    expect({ code, added }).toEqual({ code: 0, added: 1 });
    expect(words).toContain('the next sweep sees it; no look could be asked for: you may not use the queue reconcile');
    expect(words).toContain('Storage Queue Data Message Sender on that queue');
  });

  test('where queue and policy are not known, the request is enough', async () => {
    const { table } = local.endpoints;
    vi.stubEnv('AzureWebJobsStorage__queueServiceUri', 'https://nowhere.invalid');
    const { code, words, added } = await asking(FRAMES, 'artist', '--by', 'me', '--storage', `${table}/`);
    expect({ code, added }).toEqual({ code: 0, added: 1 });
    expect(words).toContain('no look could be asked for: its endpoint is not known');
    expect(words).toContain('policy could not be read, so its guards are not told: its endpoint is not known');
  });
});

describe('nothing is asked for', () => {
  const refused = async (...args: readonly string[]) => {
    const { code, out, err, added } = await asking(...args);
    expect({ code, out, added }).toEqual({ code: 2, out: '', added: 0 });
    expect((await local.storage.reconcile.peekMessages()).peekedMessageItems).toEqual([]);
    return err;
  };

  test.each([
    [['frames', 'artist', '--by', 'me'], 'Not the ARM id of a Batch pool: frames'],
    [[ACCOUNT_ID, 'artist', '--by', 'me'], 'Not the ARM id of a Batch pool: /subscriptions'],
    [[FRAMES, 'artist'], "required option '--by <who>' not specified"],
    [[FRAMES, 'artist', '--by', ' '], 'Say with --by who asks'],
    [[FRAMES, 'a'.repeat(21), '--by', 'me'], 'has a name of 1 to 20 characters'],
    [[FRAMES, 'a\tb', '--by', 'me'], 'has a name of 1 to 20 characters'],
    [[poolId('frame'), 'artist', '--by', 'me'], 'The account acct1 has no pool frame. Did you mean frames?'],
    [[FRAMES, 'Artist', '--by', 'me'], 'no named user Artist. Did you mean artist? It has: artist, batch.'],
    [[poolId('empty'), 'artist', '--by', 'me'], 'The pool acct1/empty has no named user artist. It has none.'],
    [[FRAMES.replace('acct1', 'gone'), 'artist', '--by', 'me'], 'Azure has no such Batch account: '],
    [[FRAMES, 'artist', '--by', 'me', '--storage', 'My_Storage'], 'Not a storage account: My_Storage.'],
    [[FRAMES, 'artist', '--by', 'me', '--storage', 'http://a.table.core.windows.net'], 'Not a storage account: http'],
    [[FRAMES, 'artist', '--by', 'me', '--storage', 'https://a.blob.core.windows.net'], 'Not a storage account: https'],
  ])('for %j', async (args, message) => {
    expect(await refused(...args)).toContain(message);
  });

  test('where nobody says which storage', async () => {
    vi.stubEnv('AzureWebJobsStorage__tableServiceUri', '');
    expect(await refused(FRAMES, 'artist', '--by', 'me')).toContain(
      'Name the storage account of the app: --storage NAME',
    );
  });

  test.each([
    [403, 'AuthorizationPermissionMismatch', 'you need the role Storage Table Data Contributor on that table'],
    [404, 'TableNotFound', 'there is no such thing at'],
    [400, 'InvalidInput', 'did not take it (HTTP 400'],
  ])('where the table answers %i %s', async (status, code, message) => {
    const endpoint = await answering(certificate, () => ({ status, code }));
    const err = await refused(FRAMES, 'artist', '--by', 'me', '--storage', endpoint);
    expect(err).toContain('Nothing was asked for: ');
    expect(err).toContain(message);
  });

  test('in a storage that does not have the table, which is not made', async () => {
    const { table } = local.endpoints;
    await local.storage.requests.deleteTable();
    const { code, err } = await ask(FRAMES, 'artist', '--by', 'me', '--storage', table);
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining('name the storage account of the app'),
    });
    const again = await ask(FRAMES, 'artist', '--by', 'me', '--storage', table);
    expect(again.code).toBe(2);
    await local.storage.requests.createTable();
  });
  test('where there is no such storage account', { timeout: 60_000 }, async () => {
    vi.stubEnv('NO_PROXY', '*');
    const err = await refused(FRAMES, 'artist', '--by', 'me', '--storage', 'https://nosuch.invalid');
    expect(err).toContain('there is no storage account at nosuch.invalid, or its name is not known here');
  });

  test('where nobody is signed in', async () => {
    const { code, out, err } = await batchWarden(['rotate', FRAMES, 'artist', '--by', 'me'], {
      env: {
        PATH: '',
        AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential',
        ARM_ENDPOINT: local.azure.armEndpoint,
        AzureWebJobsStorage__tableServiceUri: local.endpoints.table,
      },
    });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe('Nothing was asked for: not signed in, run "az login" first.\n');
  });
});

describe('the storage', () => {
  const of = (service: string, host = 'core.windows.net') => `https://stbatchwarden1.${service}.${host}`;

  test.each([
    ['stbatchwarden1', { table: of('table'), queue: of('queue'), blob: of('blob') }],
    [`${of('table')}/`, { table: of('table'), queue: of('queue'), blob: of('blob') }],
    [
      of('table', 'core.chinacloudapi.cn'),
      {
        table: of('table', 'core.chinacloudapi.cn'),
        queue: of('queue', 'core.chinacloudapi.cn'),
        blob: of('blob', 'core.chinacloudapi.cn'),
      },
    ],
    ['https://localhost:10002/one', { table: 'https://localhost:10002/one', queue: null, blob: null }],
  ])('%s', (storage, endpoints) => {
    expect(storageEndpoints(storage, {})).toEqual(endpoints);
  });
});
