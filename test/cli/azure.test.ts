import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type LocalAzure, startLocalAzure } from '../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { officialBodies } from '../support/cli/contract.ts';
import { batchWarden, file, inProcess, reportOf } from '../support/cli/harness.ts';

const SUBSCRIPTION = 'subid';
let azure: LocalAzure;
let env: Record<string, string>;

const Body = z.looseObject({ id: z.string() });
const account = official('BatchAccountGet.json');
const pool = official('PoolGet.json');

function official(name: string) {
  return Body.parse(officialBodies().find(({ file }) => file === name)?.body);
}

beforeAll(async () => {
  const certificate = await makeCertificate();
  azure = await startLocalAzure({
    ...certificate,
    accounts: [account],
    pools: [pool],
    pageSize: 2,
    subscriptions: [
      { id: SUBSCRIPTION, name: 'Render Farm Dev/Test', groups: ['renders', 'root'] },
      { id: '11111111-aaaa-4aaa-8aaa-111111111111', name: 'Twins' },
      { id: '22222222-aaaa-4aaa-8aaa-222222222222', name: 'TWINS', groups: ['root'] },
      { id: '33333333-aaaa-4aaa-8aaa-333333333333', name: 'Empty', groups: ['root'] },
    ],
  });
  env = {
    NODE_EXTRA_CA_CERTS: await file('ca.pem', certificate.cert),
    ARM_ENDPOINT: azure.armEndpoint,
    IDENTITY_ENDPOINT: azure.identity.endpoint,
    IDENTITY_HEADER: azure.identity.header,
  };
  trust(certificate.cert);
  Object.assign(process.env, env);
});

afterAll(() => azure.stop());

test('--subscription judges what stands in Azure, and only reads', async () => {
  const ended = await batchWarden(['scan', '--subscription', SUBSCRIPTION, '--format', 'json'], { env });
  expect(ended).toMatchObject({ code: 1, err: '' });
  const { accounts, pools, errors, findings } = reportOf(ended);
  expect({ accounts, pools, errors }).toEqual({ accounts: 1, pools: 1, errors: [] });
  expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['account-aad-only', 'pool-remote-access']));
  expect(new Set(azure.log.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('explain reads only the account in question: by its id alone, or by its name in a subscription', async () => {
  const another = account.id.replace(/[^/]+$/, 'another');
  azure.world.setAccount({ ...account, id: another, name: 'another' });
  const read = async (...args: readonly string[]) => {
    const before = azure.log.calls.length;
    const ended = await inProcess(['explain', ...args]);
    const calls = azure.log.calls.slice(before);
    expect(calls.map(({ method }) => method)).toEqual(calls.map(() => 'GET'));
    return { ...ended, accounts: calls.flatMap(({ path }) => /batchAccounts\/(\w+)/i.exec(path)?.[1] ?? []) };
  };
  const name = account.id.replace(/.*\//, '');
  for (const args of [[account.id], [account.id, '-s', SUBSCRIPTION], [name.toUpperCase(), '-s', SUBSCRIPTION]]) {
    const { code, out, err, accounts } = await read(...args);
    expect({ code, err, first: out.split('\n')[0] }).toEqual({ code: 0, err: '', first: `The account ${name}` });
    expect(out).toMatch(/^open +account-aad-only$/m);
    expect(accounts.length).toBeGreaterThan(0);
    expect(new Set(accounts.map((one) => one.toLowerCase()))).toEqual(new Set([name]));
  }
  // Its subnet is nowhere, so what its security group stops is not known.
  expect((await read(pool.id)).out).toMatch(/^unknown +pool-remote-access$/m);
  expect(await read(`${name}/nowhere`, '-s', SUBSCRIPTION)).toMatchObject({
    code: 2,
    err: expect.stringContaining(`Not found in what was read: ${name}/nowhere. Read were: ${name}`),
  });
  expect(await read('anothr', '-s', SUBSCRIPTION)).toMatchObject({
    code: 2,
    err: 'No account anothr in the subscription. Did you mean another?\n',
    accounts: [],
  });
  expect(await read(account.id, '-s', EMPTY)).toMatchObject({
    code: 2,
    err: `The id names another subscription than --subscription: ${SUBSCRIPTION}\n`,
  });
  const gone = account.id.replace(/[^/]+$/, 'gone');
  expect(await read(gone)).toMatchObject({ code: 2, err: `Azure has no such Batch account: ${gone}\n` });
  azure.world.deleteAccount(another);
});

test('an account that cannot be read is an error; the others are judged', async () => {
  const locked = { ...account, id: account.id.replace(/[^/]+$/, 'locked'), name: 'locked' };
  azure.world.setAccount(locked);
  azure.faults.add({
    path: /batchAccounts\/locked\?/i,
    do: { status: 403, body: { error: { code: 'AuthorizationFailed' } } },
  });
  const ended = await inProcess(['scan', '-s', SUBSCRIPTION, '--format', 'json']);
  expect(ended.code).toBe(2);
  expect(ended.err).toMatch(/batchaccounts\/locked: could not be read: AuthorizationFailed/);
  const report = reportOf(ended);
  expect(report).toMatchObject({ accounts: 2, pools: 1, errors: [{ path: '' }] });
  expect(report.findings.length).toBeGreaterThan(0);
  expect(report.findings.filter(({ resource }) => resource.includes('locked'))).toEqual([]);
});

test('a subscription that cannot be listed, and one that Azure asks to wait for', async () => {
  azure.faults.add({
    path: /subscriptions\/subid\/providers/,
    do: { status: 403, body: { error: { code: 'Forbidden' } } },
  });
  const refused = await inProcess(['scan', '-s', SUBSCRIPTION]);
  expect(refused).toMatchObject({ code: 2, err: 'subscription subid: could not be read: Forbidden\n' });
  azure.faults.add({ path: /batchAccounts\/locked\?/i, do: { status: 429, headers: { 'Retry-After': '3600' } } });
  const throttled = await inProcess(['scan', '-s', SUBSCRIPTION]);
  expect(throttled).toMatchObject({ code: 2, err: expect.stringMatching(/locked: Azure asks to wait until 20/) });
  expect(throttled.out).toMatch(/^2 accounts, 1 pool: .*\n(?: .*\n)*? {2}to do .*1 unreadable$/m);
});

test('a body that Azure answers otherwise than specified is an error', async () => {
  azure.world.setPool({ ...pool, id: `${account.id}/pools/odd`, properties: { creationTime: 'yesterday' } });
  const ended = await inProcess(['scan', '-s', SUBSCRIPTION, '--format', 'json']);
  expect(ended.code).toBe(2);
  expect(reportOf(ended).errors).toMatchObject([{ message: expect.stringMatching(/odd: the pool's body is not as/) }]);
});

test('who is not signed in learns how to; an endpoint without https is refused', async () => {
  const signedOut = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('IDENTITY_')));
  const nobody = { ...signedOut, PATH: '', AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' };
  const ended = await batchWarden(['scan', '-s', SUBSCRIPTION], { env: nobody });
  // One line, whatever the ways that were tried.
  expect(ended).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^not signed in: run "az login" first\.[^\n]*\n$/),
  });
  const plain = await batchWarden(['scan', '-s', SUBSCRIPTION], { env: { ...env, ARM_ENDPOINT: 'http://x' } });
  expect(plain).toMatchObject({ code: 2, out: '', err: 'ARM_ENDPOINT must be a URL that begins with https://.\n' });
});

/** What a scan reads: the ids of the subscriptions whose accounts it lists. */
async function listedBy(...args: readonly string[]) {
  const before = azure.log.calls.length;
  const { code, err } = await inProcess(['scan', '--rule', 'account-aad-only', ...args]);
  const paths = azure.log.calls.slice(before).map(({ path }) => path);
  const ids = paths.flatMap(
    (path) => /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Batch\/batchAccounts$/.exec(path)?.[1] ?? [],
  );
  return { code, err, ids: [...new Set(ids)], paths };
}

const TWINS = ['11111111-aaaa-4aaa-8aaa-111111111111', '22222222-aaaa-4aaa-8aaa-222222222222'];
const EMPTY = '33333333-aaaa-4aaa-8aaa-333333333333';

test('17.6: subscriptions by name, all of them, and those below a management group, over all pages', async () => {
  expect(await listedBy('-s', 'render farm dev/test')).toMatchObject({ ids: [SUBSCRIPTION] });
  expect(await listedBy('-s', 'Empty', SUBSCRIPTION, EMPTY)).toMatchObject({ ids: [EMPTY, SUBSCRIPTION] });
  const all = await listedBy('--all-subscriptions');
  expect(new Set(all.ids)).toEqual(new Set([SUBSCRIPTION, ...TWINS, EMPTY]));
  expect(all.err).toContain('4 subscriptions\n');
  const below = await listedBy('--management-group', 'Root');
  expect(new Set(below.ids)).toEqual(new Set([SUBSCRIPTION, TWINS[1], EMPTY]));
  expect(below.err).toContain('3 subscriptions below the management group Root\n');
  expect(await listedBy('--management-group', 'nowhere')).toMatchObject({
    code: 2,
    ids: [],
    err: expect.stringMatching(/^management group nowhere: could not be read: .*cannot be found/),
  });
});

test('17.6: a name of several subscriptions, or of none, says so; a name is never a part of a path', async () => {
  expect(await listedBy('-s', 'twins')).toMatchObject({
    code: 2,
    ids: [],
    err: `Several subscriptions are named twins. Give the id of one:\n${TWINS.join('\n')}\n`,
  });
  expect(await listedBy('-s', 'Emty')).toMatchObject({
    code: 2,
    err: 'No subscription is named Emty. Did you mean Empty? You can see: Twins, TWINS, Empty, Render Farm Dev/Test.\n',
  });
  const { paths, code } = await listedBy('-s', 'x/../y');
  expect({ code, paths: new Set(paths) }).toEqual({ code: 2, paths: new Set(['/subscriptions']) });
});

test('17.6: without input and subscription, the one that az is on, and it is told', async () => {
  const profile = {
    subscriptions: [
      { id: EMPTY, name: 'Empty', isDefault: false },
      { id: SUBSCRIPTION, name: 'Render\u001b[2J', isDefault: true },
    ],
  };
  const folder = dirname(await file('azureProfile.json', `\ufeff${JSON.stringify(profile)}`));
  const before = process.env['AZURE_CONFIG_DIR'];
  process.env['AZURE_CONFIG_DIR'] = folder;
  try {
    expect(await listedBy()).toMatchObject({
      ids: [SUBSCRIPTION],
      err: expect.stringMatching(
        /^Subscription: Render \[2J, subid \("az account set" chooses it; --subscription names another\)\n/,
      ),
    });
    const explained = await inProcess(['explain', account.id.replace(/.*\//, '')]);
    expect(explained).toMatchObject({
      out: expect.stringMatching(/^The account /),
      err: expect.stringMatching(/^Subscription: /),
    });
    process.env['AZURE_SUBSCRIPTION_ID'] = EMPTY;
    expect(await listedBy('--quiet')).toMatchObject({
      ids: [EMPTY],
      err: 'Nothing was judged: there is no Batch account and no pool in what was read.\n',
    });
    expect((await listedBy()).err).toContain(`Subscription: ${EMPTY} (AZURE_SUBSCRIPTION_ID names it`);
    await file('azureProfile.json', 'oops');
    delete process.env['AZURE_SUBSCRIPTION_ID'];
    expect(await listedBy()).toMatchObject({ code: 2, paths: [], err: expect.stringContaining('Say what to scan') });
  } finally {
    delete process.env['AZURE_SUBSCRIPTION_ID'];
    process.env['AZURE_CONFIG_DIR'] = before;
  }
});

test('14: a subscription that shows nothing because it may not be seen is an error, not health', async () => {
  azure.grant([]);
  const ended = await inProcess(['scan', '--subscription', SUBSCRIPTION]);
  azure.grant(['*']);
  expect(ended).toMatchObject({ code: 2 });
  expect(ended.out + ended.err).toMatch(/whether all its accounts are listed is not known/);
});
