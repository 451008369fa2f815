import { expect, test } from 'vitest';
import { type Finding, NO_ATTEMPTS } from '../../../shared/core/plan/finding.ts';
import { held } from '../../../shared/core/plan/held.ts';
import { changesSince, newsId } from '../../../shared/core/plan/news.ts';

const now = new Date('2026-11-22T12:00:00Z');

function finding(status: Finding['status'], changes: Partial<Finding> = {}): Finding {
  return {
    id: 'f1',
    ruleId: 'pool-identity',
    resourceId: '/pools/p',
    path: 'identity',
    severity: 'high',
    status,
    observed: null,
    desired: null,
    why: 'why',
    unknownCode: null,
    fix: null,
    held: null,
    exemption: null,
    closedCode: null,
    changeId: null,
    firstSeen: now,
    lastSeen: now,
    attempts: NO_ATTEMPTS,
    ...changes,
  };
}

test.each([
  [null, 'open', 'finding-opened'],
  [null, 'unknown', 'finding-opened'],
  [null, 'closed', null],
  ['closed', 'open', 'finding-opened'],
  ['closed', 'unknown', 'finding-opened'],
  ['closed', 'closed', null],
  ['unknown', 'open', 'finding-opened'],
  ['unknown', 'unknown', null],
  ['unknown', 'closed', 'finding-closed'],
  ['open', 'unknown', 'finding-changed'],
  ['open', 'open', null],
  ['open', 'closed', 'finding-closed'],
  [null, 'exempt', 'finding-opened'],
  ['open', 'exempt', 'finding-exempted'],
  ['unknown', 'exempt', 'finding-exempted'],
  ['closed', 'exempt', 'finding-opened'],
  ['exempt', 'exempt', null],
  ['exempt', 'open', 'finding-opened'],
  ['exempt', 'unknown', 'finding-changed'],
  ['exempt', 'closed', 'finding-closed'],
] as const)('%s, then %s: %s', (before, status, event) => {
  const news = changesSince(before === null ? [] : [finding(before)], [finding(status)], now);
  expect(news.map((each) => each.event)).toEqual(event === null ? [] : [event]);
});

test('what a reader would notice is a change; times and attempts are not', () => {
  const before = [finding('open')];
  const changed = finding('open', { held: held('audit', 'audit mode') });
  const told = { heldCode: 'audit', heldMessage: 'audit mode' };
  expect(changesSince(before, [changed], now)).toMatchObject([{ event: 'finding-changed', ...told }]);
  const otherCode = finding('open', { held: held('frozen', 'audit mode') });
  const otherMessage = finding('open', { held: held('audit', 'audit mode: by its scope') });
  for (const other of [otherCode, otherMessage])
    expect(changesSince([changed], [other], now)).toMatchObject([{ event: 'finding-changed' }]);
  const refused = finding('unknown', { unknownCode: 'reading-failed' });
  expect(changesSince([finding('unknown')], [refused], now)).toMatchObject([
    { event: 'finding-changed', unknownCode: 'reading-failed' },
  ]);
  expect(changesSince(before, [finding('open', { lastSeen: new Date('2026-11-23T12:00:00Z') })], now)).toEqual([]);
});

test('another word, reason or end of an exemption is a change, and the line tells them', () => {
  const until = new Date('2027-04-01T00:00:00Z');
  const exemption = { owner: 'Ada', reason: 'it moves', until };
  const before = [finding('exempt', { exemption })];
  expect(
    changesSince(before, [finding('exempt', { exemption: { ...exemption, until: new Date(until) } })], now),
  ).toEqual([]);
  for (const change of [{ owner: 'Bea' }, { reason: 'it stays' }, { until: now }]) {
    const other = { ...exemption, ...change };
    const told = { ...other, until: other.until.toISOString() };
    expect(changesSince(before, [finding('exempt', { exemption: other })], now)).toMatchObject([
      { event: 'finding-changed', status: 'exempt', exemption: told },
    ]);
  }
});

test('the order of keys is no change, another value is', () => {
  const fixed = (elevationLevel: string, name: string) =>
    finding('open', { fix: { kind: 'set-pool', id: '/pools/p', set: { users: [{ elevationLevel, name }] } } });
  const other = finding('open', {
    fix: { set: { users: [{ name: 'a', elevationLevel: 'Admin' }] }, id: '/pools/p', kind: 'set-pool' },
  });
  expect(changesSince([fixed('Admin', 'a')], [other], now)).toEqual([]);
  expect(changesSince([fixed('Admin', 'b')], [other], now)).toHaveLength(1);
  expect(changesSince([fixed('a', 'Admin')], [other], now)).toHaveLength(1);
});

test('a line tells how severe the finding was at the look before', () => {
  const before = [finding('open')];
  const raised = finding('open', { severity: 'critical' });
  expect(changesSince(before, [raised], now)).toMatchObject([{ severity: 'critical', severityBefore: 'high' }]);
  expect(changesSince([], [raised], now)).toMatchObject([{ severity: 'critical', severityBefore: null }]);
});

test('that it could not be judged is no news of a finding; what else is another is', () => {
  const doubtful = held('not-judged', 'not judged: HTTP 503');
  const before = [finding('open', { held: held('audit', 'audit mode') })];
  expect(changesSince(before, [finding('open', { held: doubtful })], now)).toEqual([]);
  const raised = finding('open', { held: doubtful, severity: 'critical' });
  expect(changesSince(before, [raised], now)).toMatchObject([{ event: 'finding-changed', severity: 'critical' }]);
});

test('news is known by its finding and its look', () => {
  expect(newsId('f1', now)).toBe('f1-2026-11-22T12:00:00.000Z');
});
