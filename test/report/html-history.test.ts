import { expect, test } from 'vitest';
import { after, DAY, HOUR } from '../../shared/core/model/time.ts';
import type { JournalEntry } from '../../shared/core/plan/journal.ts';
import { historyOf } from '../../shared/report/html/history.ts';
import { exempt, finding, NOW, unknown } from '../support/cli/findings.ts';
import { ACCOUNT_ID, POOL_ID } from '../support/snapshots.ts';

const NOTHING = { at: NOW, findings: [], accounts: [], drains: [], writes: [] };

/** Closed so many days ago. */
const fixed = (first: number, last: number, more: object = {}) =>
  finding({
    status: 'closed',
    closedCode: 'compliant',
    firstSeen: after(NOW, -first * DAY),
    lastSeen: after(NOW, -last * DAY),
    ...more,
  });

test('the trend counts what was open at the end of each day, from first seen until closed', () => {
  const { trend } = historyOf({
    ...NOTHING,
    findings: [
      finding({ firstSeen: after(NOW, -100 * DAY) }),
      finding({ severity: 'low', firstSeen: after(NOW, -2 * DAY) }),
      fixed(5, 3),
      exempt({ firstSeen: after(NOW, -9 * DAY) }),
      unknown({ firstSeen: after(NOW, -9 * DAY) }),
    ],
  });
  expect(trend.days.slice(-7)).toEqual([4, 5, 6, 7, 8, 9, 10].map((day) => `2026-01-${String(day).padStart(2, '0')}`));
  expect(trend.open.high.slice(-7)).toEqual([1, 2, 2, 1, 1, 1, 1]);
  expect(trend.open.low.slice(-7)).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(trend.open.high).toHaveLength(31);
});

test('time to fix counts what became compliant, and of that what followed a write of ours', () => {
  const attempts = { accepted: [NOW], refused: null };
  const findings = [fixed(4, 3), fixed(8, 3, { attempts }), fixed(20, 3), fixed(9, 1, { closedCode: 'pool-gone' })];
  expect(historyOf({ ...NOTHING, findings }).sections.map(({ rows }) => rows)).toEqual([
    [['account-aad-only', '3', '1', '5 days', '17 days']],
  ]);
});

test('exemptions, drains, writes and accounts have a table each; a drain that ended is told from its steps', () => {
  const write = (step: 'empty' | 'restore', id: string, hours: number): JournalEntry => ({
    id: `${id}-${step}`,
    at: after(NOW, -hours * HOUR),
    accountId: ACCOUNT_ID,
    resourceId: POOL_ID,
    writeClass: 'begin',
    drain: { id, step },
    written: { kind: 'settings', before: {}, after: {} },
    changeHash: '',
    rules: ['pool-subnet'],
    findings: [],
    why: '',
    correlationId: '',
    version: '',
    policy: '',
    outcome: { kind: 'applied', message: null, at: after(NOW, -hours * HOUR) },
  });
  const { sections } = historyOf({
    ...NOTHING,
    findings: [finding(), exempt()],
    accounts: [{ account: ACCOUNT_ID, lookedFrom: null, wakeAt: null, goneSince: null, failedSince: {} }],
    writes: [write('empty', 'over', 9), write('restore', 'over', 4), write('empty', 'open', 1)],
    drains: [
      {
        id: 'open',
        poolId: POOL_ID,
        begunAt: NOW,
        deadline: after(NOW, HOUR),
        saved: { kind: 'fixed', dedicated: 1, lowPriority: 0 },
        lastWrite: { step: 'empty', at: NOW, outcome: 'applied' },
      },
    ],
  });
  expect(Object.fromEntries(sections.map(({ title, rows }) => [title, rows]))).toEqual({
    Exemptions: [['2026-03-01 00:00 UTC', 'acct1', 'account-aad-only', 'Ada Example', 'the subnet moves']],
    'Drains under way': [['acct1/pool1', '2026-01-10 00:00 UTC', '2026-01-10 01:00 UTC', 'empty: applied']],
    'Drains that ended': [['acct1/pool1', '2026-01-09 15:00 UTC', '5 hours', 'empty (applied), restore (applied)']],
    'What Batch Warden wrote': [
      ['2026-01-09 23:00 UTC', 'acct1/pool1', 'pool-subnet', 'applied', 'open-empty'],
      ['2026-01-09 20:00 UTC', 'acct1/pool1', 'pool-subnet', 'applied', 'over-restore'],
      ['2026-01-09 15:00 UTC', 'acct1/pool1', 'pool-subnet', 'applied', 'over-empty'],
    ],
    Accounts: [['acct1', 'none yet', '1', '']],
  });
});
