import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { type Preparation, prepare } from '../../local/installation.ts';
import { endApproval } from '../../shared/azure/state/approval-rows.ts';
import { encodeFinding } from '../../shared/azure/state/finding-rows.ts';
import { memoryIn } from '../../shared/azure/state/memory.ts';
import { tableKey } from '../../shared/azure/state/storage.ts';
import { after, DAY, HOUR } from '../../shared/core/model/time.ts';
import type { Finding } from '../../shared/core/plan/finding.ts';
import { held } from '../../shared/core/plan/held.ts';
import { finding } from '../support/cli/findings.ts';
import { inProcess } from '../support/cli/harness.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const [WAITS, KEYS, FROZEN, CLOSED] = ['a'.repeat(16), 'b'.repeat(16), 'c'.repeat(16), 'd'.repeat(16)] as const;
const FRAMES = poolId('frames');
const never = new AbortController().signal;
const certificate = await makeCertificate();
let local: Preparation;

beforeAll(async () => {
  local = await prepare({ accounts: [] });
  trust(certificate.cert);
  const endpoints = { kind: 'set-pool', id: FRAMES, set: { endpoints: null } } as const;
  const modes = { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: ['AAD'] } } as const;
  const of = (id: string, changes: Partial<Finding>) => finding({ id, ...changes });
  const rows = [
    of('1', {
      resourceId: FRAMES,
      ruleId: 'pool-remote-access',
      changeId: WAITS,
      fix: endpoints,
      held: held('needs-approval', ''),
    }),
    of('2', {
      resourceId: FRAMES,
      ruleId: 'pool-remote-access',
      changeId: WAITS,
      fix: endpoints,
      held: held('needs-approval', ''),
    }),
    of('3', {
      resourceId: ACCOUNT_ID,
      ruleId: 'account-aad-only',
      changeId: KEYS,
      fix: modes,
      held: held('keys-in-use', ''),
    }),
    of('4', {
      resourceId: FRAMES,
      ruleId: 'pool-public-ip',
      changeId: FROZEN,
      fix: endpoints,
      held: held('frozen', ''),
    }),
    of('5', { resourceId: FRAMES, ruleId: 'pool-public-ip', changeId: CLOSED, fix: endpoints, status: 'closed' }),
  ];
  for (const row of rows) await local.storage.findings.createEntity(encodeFinding(tableKey(ACCOUNT_ID), row));
});
afterAll(() => local.stop());
afterEach(async () => {
  await local.storage.reconcile.clearMessages();
  for await (const { partitionKey = '', rowKey = '' } of local.storage.requests.listEntities())
    await local.storage.requests.deleteEntity(partitionKey, rowKey);
});

const approvals = async () => (await memoryIn(local.storage, never, () => {}).load(ACCOUNT_ID)).approvals;

async function approving(...args: readonly string[]) {
  const { out, ...ended } = await inProcess(['approve', ...args], '', 80);
  return { ...ended, out, words: out.replaceAll(/\s+/g, ' ') };
}

test('each change is approved for a day, and a look is asked for', async () => {
  const { code, err, words, out } = await approving(WAITS, KEYS.toUpperCase(), WAITS, '--by', ' Ada Example ');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const left = await approvals();
  expect(left.map(({ changeId }) => changeId).toSorted()).toEqual([WAITS, KEYS]);
  for (const { who, at, until } of left) {
    expect(who).toBe('Ada Example');
    // The one is the table's clock, the other that of an answer, which tells no milliseconds.
    expect(Math.abs(after(at, DAY).getTime() - until.getTime())).toBeLessThan(HOUR);
  }
  const { receivedMessageItems } = await local.storage.reconcile.receiveMessages({ numberOfMessages: 10 });
  expect(receivedMessageItems.length).toBeGreaterThan(0);
  expect(words).toContain('Approved 2 changes.');
  expect(words).toContain(`${WAITS} acct1/frames for pool-remote-access does remove endpointConfiguration`);
  expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('what else holds a change is told', async () => {
  const { words } = await approving(FROZEN, '--by', 'Ada', '--for', 'PT4H');
  expect(words).toContain('held frozen: the policy says freeze: true. It waits for that, too.');
});

test('the same for programs', async () => {
  const { code, out } = await approving(WAITS, '--by', 'Ada', '--for', 'PT1H', '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    schema: 1,
    who: 'Ada',
    approved: [
      { change: WAITS, resource: FRAMES, rules: ['pool-remote-access'], held: ['needs-approval'], look: null },
    ],
  });
});

describe('nothing is approved', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['without a name', [WAITS, '--by', ' '], /^Say with --by who asks/],
    ['of what is no id', ['all', '--by', 'Ada'], /^Not the id of a change: all\. It has 16 hex digits/],
    ['for longer than 30 days', [WAITS, '--by', 'Ada', '--for', 'P31D'], /^--for must be a duration up to P30D/],
    ['for no time', [WAITS, '--by', 'Ada', '--for', 'PT0S'], /^--for must be a duration/],
    ['for what is no duration', [WAITS, '--by', 'Ada', '--for', '4h'], /here it is "4h": did you mean "PT4H"\?/],
    [
      'where one change is asked for by no finding',
      [WAITS, 'e'.repeat(16), '--by', 'Ada'],
      /^Nothing was approved\.\ne{16}: no finding asks for it\. Run batch-warden plan/,
    ],
    ['where its finding is closed', [CLOSED, '--by', 'Ada'], /d{16}: no finding asks for it/],
  ])('%s', async (_, args, fault) => {
    const { code, err, out } = await approving(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(fault);
    expect(await approvals()).toEqual([]);
  });

  test('twice: it says what became of the first', async () => {
    const at = new Date();
    for (const [how, words] of [
      ['used', /that approval was used at 2/],
      ['void', /that approval became void at 2/],
    ] as const) {
      const row = { partitionKey: tableKey(ACCOUNT_ID), rowKey: how, action: 'approve', change: CLOSED, who: 'Eve' };
      await local.storage.requests.createEntity({ ...row, when: at, until: after(at, HOUR) });
      const approval = { id: how, changeId: CLOSED, who: 'Eve', at, until: after(at, HOUR), isSpent: false };
      await endApproval(local.storage.requests, ACCOUNT_ID, { approval, how }, at, never);
      const { code, err } = await approving(CLOSED, '--by', 'Ada');
      expect(code).toBe(2);
      expect(err).toMatch(/it was approved by Eve, and no finding asks for it any more/);
      expect(err).toMatch(words);
    }
  });
});
