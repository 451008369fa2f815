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
  expect(await read(account.id, '-s', 'other')).toMatchObject({
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
  expect(throttled.out).toMatch(/^2 accounts, 1 pool: .*1 unreadable$/m);
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
  expect(ended).toMatchObject({ code: 2, err: expect.stringContaining('not signed in: run "az login" first.') });
  const plain = await batchWarden(['scan', '-s', SUBSCRIPTION], { env: { ...env, ARM_ENDPOINT: 'http://x' } });
  expect(plain).toMatchObject({ code: 2, out: '', err: 'ARM_ENDPOINT must be a URL that begins with https://.\n' });
});

test('14: a subscription that shows nothing because it may not be seen is an error, not health', async () => {
  azure.grant([]);
  const ended = await inProcess(['scan', '--subscription', SUBSCRIPTION]);
  azure.grant(['*']);
  expect(ended).toMatchObject({ code: 2 });
  expect(ended.out + ended.err).toMatch(/whether all its accounts are listed is not known/);
});
