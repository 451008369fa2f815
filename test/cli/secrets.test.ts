import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { handClock } from '../../local/azure/clock.ts';
import { type LocalAzure, startLocalAzure } from '../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { after, DAY, SECOND } from '../../shared/core/model/time.ts';
import { secretNameOf } from '../../shared/core/rotation/secret-name.ts';
import { batchWarden, file, inProcess, reportOf } from '../support/cli/harness.ts';
import { ACCOUNT, MADE, madeFor, policyOf, poolWith, SUBSCRIPTION, VAULTS } from '../support/cli/named-users.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const FRAMES = poolId('frames');
const SIM = poolId('sim');
const LOST = poolId('lost');
const TODAY = new Date();
/** A version of 12 days and one of 50 are made. */
const clock = handClock(after(TODAY, -50 * DAY));
const LAST = after(TODAY, 20 * DAY);

let azure: LocalAzure;
let env: Record<string, string>;
let policy: string;
/** Ids of versions by what they are for. */
const made: Record<string, string> = {};

function put(pool: string, user: string, suffix = '', more: object = {}, expires: Date | null = LAST) {
  const properties = madeFor(pool, user, expires);
  const name = secretNameOf(pool, user) + suffix;
  const tags = { ...properties.tags, ...more };
  return azure.vaults.asPerson().set('one', name, `value of ${user}${suffix}`, { ...properties, tags });
}

beforeAll(async () => {
  const certificate = await makeCertificate();
  azure = await startLocalAzure({ ...certificate, accounts: [ACCOUNT], vaults: VAULTS, clock });
  trust(certificate.cert);
  env = {
    NODE_EXTRA_CA_CERTS: await file('ca.pem', certificate.cert),
    ARM_ENDPOINT: azure.armEndpoint,
    IDENTITY_ENDPOINT: azure.identity.endpoint,
    IDENTITY_HEADER: azure.identity.header,
  };
  Object.assign(process.env, env);
  made['old'] = put(SIM, 'old');
  clock.advance(38 * DAY);
  made['artist'] = put(FRAMES, 'artist', '', {}, after(TODAY, 60 * DAY));
  made['batch'] = put(FRAMES, 'batch', '', {}, null);
  made['off'] = put(SIM, 'off');
  azure.vaults.asPerson().disable('one', secretNameOf(SIM, 'off'), made['off']);
  put(SIM, 'theirs', '', { user: 'somebody' });
  made['wait'] = put(SIM, 'wait', '', {}, after(TODAY, 60 * DAY));
  made['next'] = put(SIM, 'wait', '-pending', { replaces: made['wait'] });
  made['half'] = put(SIM, 'half', '', {}, after(TODAY, 60 * DAY));
  made['given'] = put(SIM, 'half', '-pending', { replaces: made['half'], offered: MADE });
  clock.advance(12 * DAY);
  azure.world.setPool(poolWith('frames', ['artist', 'batch'], { artist: made['artist'] }));
  const users = ['old', 'none', 'off', 'theirs', 'wait', 'half'];
  azure.world.setPool(poolWith('sim', users, { old: made['old'], wait: made['wait'], half: made['given'] }));
  azure.world.setPool(poolWith('lost', ['far']));
  azure.world.setPool(poolWith('empty', []));
  azure.vaults.setClosed('two', true);
  const scopes = `scopes:\n  - match: { pool: lost }\n    namedUsers: { vault: '${azure.vaults.url('two')}' }
  - match: { pool: frames }\n    rules: { pool-named-user-secret: enforce }\n`;
  policy = await file('vaults.yaml', policyOf(azure, scopes));
});

afterAll(() => azure.stop());

const Version = z.strictObject({
  version: z.string().regex(/^[0-9a-f]{32}$/),
  created: z.iso.datetime(),
  expires: z.iso.datetime().nullable(),
  enabled: z.boolean(),
});
const Inventory = z.strictObject({
  schema: z.literal(1),
  at: z.iso.datetime(),
  accounts: z.int(),
  pools: z.int(),
  users: z.array(
    z.strictObject({
      account: z.string(),
      pool: z.string(),
      user: z.string(),
      vault: z.url().nullable(),
      secret: z.string().nullable(),
      current: Version.nullable(),
      pending: Version.nullable(),
      given: z.string().nullable(),
      isGiven: z.boolean().nullable(),
      state: z.string(),
      due: z.string().nullable(),
      why: z.string().nullable(),
      nextRotation: z.iso.datetime().nullable(),
      neverWarns: z.boolean(),
      mode: z.string(),
    }),
  ),
  errors: z.array(z.strictObject({ source: z.string(), path: z.string(), message: z.string() })),
});

const listed = async (...args: readonly string[]) => {
  const ended = await inProcess(['secrets', ...args, '--policy', policy, '--format', 'json']);
  return { ...ended, report: Inventory.parse(JSON.parse(ended.out)) };
};
const all = ['--subscription', SUBSCRIPTION];

describe('secrets', () => {
  let before: number;
  beforeEach(() => {
    before = azure.vaults.log.length;
  });

  test('lists each named user of each pool, and says how its secret stands', async () => {
    const { code, err, report } = await listed(...all);
    expect(code).toBe(2);
    expect(err).toMatch(/^Of 1 of 9 named users the secret could not be read\. HTTP 403 means that [^\n]+\n$/);
    expect(report).toMatchObject({ accounts: 1, pools: 4, errors: [] });
    const stand = report.users.map(({ pool, user, state, isGiven, mode }) => [pool, user, state, isGiven, mode]);
    expect(stand.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      [FRAMES, 'artist', 'given', true, 'enforce'],
      [FRAMES, 'batch', 'not-given', false, 'enforce'],
      [LOST, 'far', 'unread', null, 'audit'],
      [SIM, 'half', 'promoting', false, 'audit'],
      [SIM, 'none', 'missing', false, 'audit'],
      [SIM, 'off', 'disabled', false, 'audit'],
      [SIM, 'old', 'due', true, 'audit'],
      [SIM, 'theirs', 'foreign', false, 'audit'],
      [SIM, 'wait', 'waiting', true, 'audit'],
    ]);
    console.log(`secrets: ${stand.length} named users in ${new Set(stand.map(([, , state]) => state)).size} states`);
  });

  test('tells version, age, expiry, marker and when it is rotated next', async () => {
    const { report } = await listed(ACCOUNT_ID);
    const of = (name: string) => report.users.find(({ user }) => user === name);
    const created = new Date(Math.floor(after(TODAY, -12 * DAY).getTime() / SECOND) * SECOND);
    expect(of('artist')).toMatchObject({
      account: ACCOUNT_ID,
      vault: azure.vaults.url('one'),
      secret: secretNameOf(FRAMES, 'artist'),
      current: { version: made['artist'], created: created.toISOString(), enabled: true },
      pending: null,
      given: made['artist'],
      neverWarns: false,
      // `maxAge` of 60 days, less a third.
      nextRotation: after(created, 40 * DAY).toISOString(),
    });
    expect(of('batch')).toMatchObject({ current: { expires: null }, neverWarns: true, given: null });
    expect(of('wait')).toMatchObject({ pending: { version: made['next'] }, nextRotation: null });
    expect(of('half')).toMatchObject({ given: made['given'], current: { version: made['half'] } });
    expect(of('old')).toMatchObject({ due: 'soon', nextRotation: after(created, -38 * DAY + 40 * DAY).toISOString() });
    expect(of('off')).toMatchObject({ current: { enabled: false }, nextRotation: null });
    expect(of('none')).toMatchObject({ current: null, secret: secretNameOf(SIM, 'none'), neverWarns: false });
    expect(of('far')).toMatchObject({
      vault: azure.vaults.url('two'),
      secret: secretNameOf(LOST, 'far'),
      why: expect.stringMatching(/could not be read: HTTP 403 Forbidden/),
    });
  });

  test('reads no value, and needs no more than the right to see versions', async () => {
    azure.vaults.grant(['Microsoft.KeyVault/vaults/secrets/readMetadata/action']);
    const json = await listed(...all);
    const table = await inProcess(['secrets', ACCOUNT_ID, '-p', policy]);
    expect(json.report.users.filter(({ state }) => state === 'unread').map(({ user }) => user)).toEqual(['far']);
    const calls = azure.vaults.log.slice(before);
    expect(calls.length).toBeGreaterThan(18);
    expect(calls.filter(({ method, path }) => method !== 'GET' || !/^\/secrets\/[\w-]+\/versions$/.test(path))).toEqual(
      [],
    );
    const values = azure.vaults.allValues();
    expect(values.length).toBeGreaterThan(6);
    for (const text of [json.out, json.err, table.out, table.err])
      expect(values.filter((value) => text.includes(value))).toEqual([]);
    console.log(`secrets: ${calls.length} calls of vaults, none for a value`);
  });

  test.each([60, 80, 120])('is readable on a terminal of %i columns', async (width) => {
    const { out } = await inProcess(['secrets', ACCOUNT_ID, '-p', policy], '', width);
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(width);
    const words = out.replaceAll(/[\s│]+/g, ' ');
    expect(words).toContain('1 account, 4 pools, 9 named users:');
    expect(words).toContain('1 secret without expiry, of which Key Vault never warns');
    const whole = Object.entries(made).filter(([name]) => name !== 'next' && (width > 100 || name !== 'given'));
    for (const [, version] of whole) expect(out).toContain(width < 80 ? version.slice(0, 8) : version);
  });

  test('of a policy without a vault says so', async () => {
    const bare = await file('bare.yaml', 'rules: { pool-named-user-secret: "off" }');
    const { code, out } = await inProcess(['secrets', ACCOUNT_ID, '-p', bare, '-f', 'json']);
    expect(code).toBe(0);
    const { users } = Inventory.parse(JSON.parse(out));
    expect(new Set(users.map(({ state, mode }) => `${state} ${mode}`))).toEqual(new Set(['no-vault off']));
    expect(azure.vaults.log.length).toBe(before);
  });

  test('lists them whatever the rules do', async () => {
    const off = await file('off.yaml', policyOf(azure).replace('audit', '"off"'));
    const { out } = await inProcess(['secrets', ACCOUNT_ID, '-p', off, '-f', 'json']);
    const artist = Inventory.parse(JSON.parse(out)).users.find(({ user }) => user === 'artist');
    expect(artist).toMatchObject({ state: 'given', mode: 'off' });
  });

  test('has no users to list where there are none', async () => {
    azure.world.setAccount({ ...ACCOUNT, id: ACCOUNT_ID.replace('acct1', 'idle'), name: 'idle' });
    const { code, out } = await inProcess(['secrets', ACCOUNT_ID.replace('acct1', 'idle'), '-p', policy]);
    azure.world.deleteAccount(ACCOUNT_ID.replace('acct1', 'idle'));
    expect({ code, out }).toEqual({ code: 0, out: '1 account, 0 pools, 0 named users\n' });
  });

  test('bad input is said', async () => {
    const bad = async (...args: readonly string[]) => {
      const { code, out, err } = await inProcess(['secrets', ...args]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      return err;
    };
    expect(await bad(ACCOUNT_ID)).toContain("required option '-p, --policy <file>' not specified");
    expect(await bad('-p', policy)).toBe('Say where to look: the ARM ids of Batch accounts, or --subscription ID.\n');
    expect(await bad(SIM, '-p', policy)).toBe(`Not the ARM id of a Batch account: ${SIM}\n`);
    expect(await bad(...all, '-p', 'nowhere.yaml')).toContain('nowhere.yaml: no such file');
  });

  test('an account that is gone is an error, and the others are listed', async () => {
    const gone = ACCOUNT_ID.replace('acct1', 'gone');
    const { code, err, report } = await listed(gone, ACCOUNT_ID.toUpperCase(), ...all);
    expect(code).toBe(2);
    expect(err).toContain(`${gone}: Azure has no such Batch account\n`);
    expect(report).toMatchObject({ accounts: 1, errors: [{ source: gone }] });
    expect(report.users).toHaveLength(9);
  });

  test('a process says what a call says', async () => {
    const ended = await batchWarden(['secrets', ACCOUNT_ID, '-p', policy], { env });
    expect(ended).toEqual(await inProcess(['secrets', ACCOUNT_ID, '-p', policy]));
  });
});

describe('scan', () => {
  const scan = (...args: readonly string[]) =>
    inProcess(['scan', ...all, '--rule', 'pool-named-user-secret', '--format', 'json', ...args]);

  test('by a policy that names vaults judges the secrets of named users', async () => {
    const before = azure.vaults.log.length;
    const { findings } = reportOf(await scan('--policy', policy));
    const found = findings.map(({ resource, path, status }) => `${status} ${resource.replace(/.*\//, '')} ${path}`);
    expect(found.toSorted()).toEqual(
      [
        ...['half', 'none', 'off', 'old', 'theirs', 'wait'].map((user) => `open sim ${user}`),
        'open frames batch',
        'unknown lost far',
      ]
        .map((text) => text.replace(/(\w+)$/, 'properties.userAccounts[$1].password'))
        .toSorted(),
    );
    const calls = azure.vaults.log.slice(before);
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter(({ path }) => !path.endsWith('/versions'))).toEqual([]);
  });

  test('without a vault does not know, and asks none', async () => {
    const before = azure.vaults.log.length;
    const { findings } = reportOf(await scan());
    expect(findings).toHaveLength(9);
    for (const { status, unknownCode, why } of findings)
      expect({ status, unknownCode, why }).toMatchObject({
        status: 'unknown',
        unknownCode: 'not-shown',
        why: expect.stringContaining('names no vault'),
      });
    expect(azure.vaults.log.length).toBe(before);
  });
});
