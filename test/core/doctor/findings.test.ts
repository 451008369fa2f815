import { expect, test } from 'vitest';
import { type Check, fail, type Judged, ok, THE_APP, warn } from '../../../shared/core/doctor/check.ts';
import { findingsAfter } from '../../../shared/core/doctor/findings.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';

const NOW = new Date('2026-11-28T03:30:00Z');
const TOMORROW = after(NOW, DAY);
const about = (check: Judged, resource = THE_APP): Check => ({ ...check, about: resource });
const FAILS = about(fail('stores', 'one is gone', 'make it'));
const WELL = about(ok('stores', 'they answer'));
const [open] = findingsAfter([FAILS], [], NOW);
const before = open === undefined ? [] : [open];

test('a check that fails is a finding with what to do', () => {
  expect(before).toMatchObject([
    {
      ruleId: 'doctor',
      resourceId: THE_APP,
      path: 'stores',
      severity: 'high',
      status: 'open',
      why: 'one is gone',
      fix: { kind: 'manual', why: 'make it' },
      firstSeen: NOW,
    },
  ]);
});

test('it stays the same finding while it fails', () => {
  const again = findingsAfter([FAILS], before, TOMORROW);
  expect(again).toEqual([{ ...open, lastSeen: TOMORROW }]);
});

test('it ends when it is well, and opens anew when it fails again', () => {
  const ended = findingsAfter([WELL], before, TOMORROW);
  expect(ended).toMatchObject([{ id: open?.id, status: 'closed', closedCode: 'checked-again', lastSeen: TOMORROW }]);
  expect(findingsAfter([WELL], ended, TOMORROW)).toEqual([]);
  expect(findingsAfter([FAILS], ended, TOMORROW)).toMatchObject([{ status: 'open', firstSeen: TOMORROW }]);
});

test('a note neither opens nor ends it: it may not have been read', () => {
  const note = about(warn('stores', 'not seen', 'look'));
  expect(findingsAfter([note], before, TOMORROW)).toEqual([]);
  expect(findingsAfter([note], [], TOMORROW)).toEqual([]);
});

test('it ends where nobody checks any more', () => {
  const ofOne = findingsAfter([about(FAILS, '/subscriptions/one')], [], NOW);
  expect(findingsAfter([WELL], ofOne, TOMORROW)).toMatchObject([{ status: 'closed', closedCode: 'not-watched' }]);
  const other = about(ok('policy', 'valid'), '/subscriptions/one');
  expect(findingsAfter([other], ofOne, TOMORROW)).toMatchObject([{ status: 'closed', closedCode: 'checked-again' }]);
});

test('it stays where the policy, which says what is checked, could not be read', () => {
  const vault = findingsAfter([about(fail('token-key-vault', 'no token', 'ask'))], [], NOW);
  const unread = [WELL, about(fail('policy', 'not read', 'look'))];
  expect(findingsAfter(unread, vault, TOMORROW).map(({ path }) => path)).toEqual(['policy']);
  const read = [WELL, about(ok('policy', 'valid'))];
  expect(findingsAfter(read, vault, TOMORROW)).toMatchObject([{ path: 'token-key-vault', status: 'closed' }]);
});
