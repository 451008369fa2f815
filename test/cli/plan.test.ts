import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type Preparation, prepare, putPolicy } from '../../local/installation.ts';
import { accountKeys } from '../../shared/azure/state/account-rows.ts';
import { encodeDrain, encodeEnd } from '../../shared/azure/state/drain-rows.ts';
import { claimSlot } from '../../shared/azure/state/slots.ts';
import type { Storage } from '../../shared/azure/state/storage.ts';
import { after, DAY } from '../../shared/core/model/time.ts';
import { answering } from '../support/cli/answering.ts';
import { accountBody, type Body, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess } from '../support/cli/harness.ts';
import { VAULTS } from '../support/cli/named-users.ts';
import { aDrain } from '../support/drains/examples.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const NOW = new Date();
const FEW = 'rules: { account-aad-only: enforce, pool-remote-access: enforce }';
const ENFORCED = `mode: off\n${FEW}\nkeyUse: { graceDays: 0 }\n`;
const DRAINED = `${ENFORCED}drains: { max: 1, begin: any }\n`;
const certificate = await makeCertificate();
const never = new AbortController().signal;
let local: Preparation;

const plan = (...args: readonly string[]) => inProcess(['plan', ...args], '', 80);

function busy(name: string): Body {
  const body = openPool(name);
  const scaleSettings = { fixedScale: { targetDedicatedNodes: 4, targetLowPriorityNodes: 0 } };
  return { ...body, properties: { ...Object(body['properties']), scaleSettings, currentDedicatedNodes: 4 } };
}

/** All rows of all tables, less their times. */
async function rowsIn({ accounts, findings, hints, requests, drains, journal, budget, secrets }: Storage) {
  const tables = [accounts, findings, hints, requests, drains, journal, budget, secrets];
  return Promise.all(tables.map((table) => Array.fromAsync(table.listEntities())));
}

beforeAll(async () => {
  local = await prepare({
    accounts: [keyedAccount()],
    pools: [openPool(), busy('busy'), busy('late')],
    vaults: VAULTS,
  });
  trust(certificate.cert);
});
afterAll(() => local.stop());

describe('of the app', () => {
  test('that keeps no account says what to do', async () => {
    const { code, out, err } = await plan();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Nothing would be written.');
    expect(out).toContain(
      '\n  The app keeps no account yet. Name one by its ARM id, or wait for its first\n  sweep.\n',
    );
  });

  describe('that keeps one', () => {
    beforeAll(async () => {
      const { storage } = local;
      await storage.accounts.createEntity({ ...accountKeys(ACCOUNT_ID), accountId: ACCOUNT_ID, lookedFrom: NOW });
      // One that a look would forget.
      const over = aDrain({ id: 'd9', poolId: poolId('old'), begunAt: after(NOW, -41 * DAY) });
      await storage.drains.createEntity(encodeDrain(ACCOUNT_ID, over));
      const end = { at: after(NOW, -40 * DAY), how: 'restored', changes: 1 } as const;
      await storage.drains.createEntity(encodeEnd(ACCOUNT_ID, 'd9', end));
    });

    test('without a policy: all is held, and what another policy would write is one command away', async () => {
      const { code, out, err } = await plan('acct1', '--detailed-exitcode');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('policy     there is none: every rule that is on by default only reports\n');
      expect(out).toContain(`
Held: not written now
  audit: the rule only reports there (mode audit)
    3  pool-remote-access  acct1/busy, acct1/late, acct1/open1
    1  account-aad-only    acct1
`);
      expect(out).toMatch(/\nNothing would be written, 4 are held, \d+ need you(, \d+ could not be judged)?\.\n/);
      expect(out).toContain('    npx batch-warden plan acct1 --policy policy.yaml\n');
    });

    test('with a policy: each write, and nothing is written or made', async () => {
      await putPolicy(local.storage, DRAINED);
      const before = await rowsIn(local.storage);
      const { code, out, err } = await plan(
        '--storage',
        local.endpoints.table,
        '--policy',
        await file('p.yaml', DRAINED),
        '--detailed-exitcode',
      );
      expect({ code, err }).toEqual({ code: 1, err: '' });
      expect(out).toContain('acct1\n  asked by   account-aad-only (change ');
      expect(out).toContain('  changes    ~ authentication modes: SharedKey, AAD -> AAD\n');
      expect(out).toContain(
        '  now        empty: the pool is emptied (this begins a drain)\n             ~ size / dedicated: 4 -> 0\n',
      );
      expect(out).toContain('\n3 writes, 1 waits for empty nodes.\n');
      expect(local.azure.log.writes()).toEqual([]);
      expect(await rowsIn(local.storage)).toEqual(before);
      expect(before.flat().length).toBeGreaterThan(2);
    });

    test('a slot that another pool has is none for this one', async () => {
      await putPolicy(local.storage, DRAINED);
      await claimSlot(local.storage.budget, ACCOUNT_ID, poolId('other'), 1, NOW, never);
      const { code, out } = await plan(ACCOUNT_ID);
      expect(code).toBe(0);
      expect(out).toContain('\n2 writes, 2 wait for empty nodes.\n');
      expect(out).toContain('drain-slot: as many drains are open as may be at once (drains.max is 1)');
    });

    test('what waits for approval is shown with its id, by which it is approved', async () => {
      await putPolicy(local.storage, ENFORCED.replace('account-aad-only: enforce', 'account-aad-only: approve'));
      const { out } = await plan('acct1');
      expect(out).toMatch(
        /needs-approval: [^]*?\n {4}acct1\n {6}asked by {3}account-aad-only \(change [0-9a-f]{16}\)\n.*SharedKey, AAD -> AAD\n/,
      );
      expect(out).toContain('\n    npx batch-warden approve CHANGE... --by WHO\n');
      const unread = await plan('acct1', '--policy', await file('grace.yaml', 'rules: { account-aad-only: enforce }'));
      expect(unread.out.replaceAll(/\s+/g, ' ')).toContain('no event of its subscription was ever received');
    });

    test('what cannot be read is said as the app says it, and nothing rests on it', async () => {
      const { vaults, world } = local.azure;
      const userAccounts = [{ name: 'artist', elevationLevel: 'NonAdmin' }];
      world.setPool({ ...poolBody('named'), properties: { ...Object(poolBody('named')['properties']), userAccounts } });
      const vault = vaults.url('one');
      const named = `mode: off\nrules: { pool-named-user-secret: enforce }\nnamedUsers: { vault: "${vault}" }\n`;
      vaults.faults.add({ path: /./, do: { status: 403 } });
      const { code, out, err } = await plan(ACCOUNT_ID, '--policy', await file('named.yaml', named));
      vaults.faults.clear();
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/Could not be judged\n {2}1 {2}high {2}pool-named-user-secret {2}acct1\/named: /);
      expect(out).toMatch(/Could not be read\n {2}acct1 {2}versions of named users' secrets in Key Vault/);
      expect(out).toContain('\nNothing would be written, 1 could not be judged.\n');
    });

    test('an account that cannot be read, or is not kept, is an error', async () => {
      const { faults } = local.azure;
      faults.add({
        path: /batchAccounts\/acct1\?/i,
        do: { status: 403, body: { error: { code: 'AuthorizationFailed' } } },
      });
      expect(await plan('acct1')).toMatchObject({
        code: 2,
        err: expect.stringMatching(/acct1: could not be read: Auth/),
      });
      faults.clear();
      expect(await plan('act1')).toMatchObject({
        code: 2,
        err: 'No account act1 is kept. Did you mean acct1? One that the app has not read yet is found by its ARM id alone.\n',
      });
    });

    test('a policy with faults begins nothing', async () => {
      await putPolicy(local.storage, 'mode: enforc\n');
      const { code, out } = await plan('acct1');
      expect(code).toBe(2);
      expect(out).toContain('policy     INVALID, so nothing is judged or begun: policy.yaml: line 1, column');
      expect(await plan('acct1', '--policy', await file('bad.yaml', 'mode: enforc\n'))).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/bad\.yaml:1:1: mode: must be one of/),
      });
    });

    test('who may not read the storage is told which role it takes', async () => {
      const refusing = await answering(certificate, () => ({ status: 403, code: 'AuthorizationPermissionMismatch' }));
      vi.stubEnv('AzureWebJobsStorage__tableServiceUri', refusing);
      const { code, out, err } = await plan(ACCOUNT_ID, '--policy', await file('p.yaml', ENFORCED));
      vi.unstubAllEnvs();
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('Nothing could be read: you may not use the tables that a look goes by at 127.0.0.1');
      expect(err).toContain(
        'Storage Table Data Reader on the tables accounts, findings, hints, requests, drains and journal',
      );
    });
  });
});

describe('of files', () => {
  const asked = async (bodies: readonly unknown[], policy: string, ...more: readonly string[]) => {
    const [input, by] = [await file('bodies.json', bodies), await file('by.yaml', policy)];
    return plan('--input', input, '--policy', by, ...more);
  };

  test('that are taken for all that there is', async () => {
    const all = [keyedAccount(), openPool(), busy('busy')];
    const { code, out, err } = await asked(all, DRAINED, '--assume-complete', '--detailed-exitcode');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('What Batch Warden would write, as far as files tell\n');
    expect(out).toContain('  changes    ~ authentication modes: SharedKey, AAD -> AAD\n');
    expect(out).toContain('  last       restore: it gets 4 dedicated and 0 low-priority nodes back, at\n');
    expect(out).toContain('\n3 writes.\n');
    expect(out).toContain('To have it written, upload the policy');
    const json = await asked(all, DRAINED, '--assume-complete', '--format', 'json');
    expect(json).toMatchObject({ code: 0, err: '' });
    const [id] = out.match(/(?<=account-aad-only \(change )[0-9a-f]{16}/) ?? [];
    expect(JSON.parse(json.out)).toMatchObject({
      summary: { writes: 3 },
      writes: expect.arrayContaining([
        expect.objectContaining({ asked: [expect.objectContaining({ rule: 'account-aad-only', change: id })] }),
      ]),
    });
  });

  test('that may lack something hold all, and say what to do', async () => {
    const { code, out } = await asked([keyedAccount(), openPool()], ENFORCED, '--detailed-exitcode');
    expect(code).toBe(0);
    expect(out).toContain('\nNothing would be written, 2 are held.\n');
    expect(out).toMatch(
      /If the files have the\n {2}account and all of its pools, say so:\n {4}npx batch-warden plan --input \S+ --policy \S+ --assume-complete\n/,
    );
  });

  test.each<[string, readonly unknown[], string]>([
    ['no body of the account', [openPool()], 'its body was not given'],
    [
      'a pool that cannot be read',
      [keyedAccount(), { ...openPool(), properties: { creationTime: 1 } }],
      'may be of it',
    ],
  ])('with %s are not complete, whatever is said', async (_, bodies, why) => {
    const { out } = await asked(bodies, ENFORCED, '--assume-complete');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(why);
    expect(out).toContain('Nothing would be written, 1 is held');
  });

  test('with the mark of a drain that files know nothing of: no drain is judged', async () => {
    const body = busy('marked');
    const metadata = [{ name: 'warden:drain', value: 'd1' }];
    const marked = { ...body, properties: { ...Object(body['properties']), metadata } };
    const { out } = await asked([accountBody(), marked], DRAINED, '--assume-complete');
    expect(out).toContain('Nothing would be written, 1 waits for empty nodes.');
  });

  test.each([
    [['--assume-complete'], '--assume-complete is for files'],
    [['acct1', '--input', 'a.json'], 'give --input or an account, not both'],
    [['--input', 'a.json', '--storage', 'st'], 'cannot be used with'],
  ])('%j is bad input', async (args, why) => {
    const { code, out, err } = await plan(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(why);
  });
});
