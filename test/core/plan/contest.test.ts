import { describe, expect, test } from 'vitest';
import { readingFailed } from '../../../shared/core/model/reading.ts';
import { after, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { acceptedWrites, type Release, whyUndoneByOthers } from '../../../shared/core/plan/contest.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import type { LastChange } from '../../../shared/core/plan/last-change.ts';
import { finding } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, POOL_ID, poolId } from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const ago = (hours: number) => after(now, -hours * HOUR);
const NOBODY = { known: null };

/** Open since then, with writes so many hours ago. */
function tried(hours: readonly number[], changes: Partial<Finding> = {}): Finding {
  const attempts = { accepted: hours.map(ago), refused: null };
  return finding({ resourceId: POOL_ID, firstSeen: ago(1), attempts, ...changes });
}

function contested(one: Finding, others: readonly Finding[] = [], releases: readonly Release[] = []): boolean {
  const held = whyUndoneByOthers(one, acceptedWrites([one, ...others])(one), releases, NOBODY, now);
  expect(held?.code ?? 'contested').toBe('contested');
  expect(held?.until ?? null).toBeNull();
  return held !== null;
}

describe('13: it is contested', () => {
  test.each<[string, Finding, boolean]>([
    ['after no write', tried([]), false],
    ['after one', tried([1]), false],
    ['after two at once', tried([1, 1]), false],
    ['after two within an hour', tried([2, 1]), true],
    ['after two within a day', tried([24, 0]), true],
    ['after two, a day and a minute apart', tried([24 + 1 / 60, 0]), false],
    ['after many, each a day and an hour after the other', tried([100, 75, 50, 25]), false],
    ['still, a week later, while it stays open', tried([7 * 24 + 1, 7 * 24], { firstSeen: ago(8 * 24) }), true],
    ['still, when it came back within a day of the second', tried([30, 25], { firstSeen: ago(2) }), true],
    ['still, when it came back a day after the second', tried([30, 25], { firstSeen: ago(1) }), true],
    ['no more, when it came back more than a day later', tried([30, 25], { firstSeen: ago(0.5) }), false],
    ['for an earlier pair that it did not come back from', tried([99, 98, 1], { firstSeen: ago(2) }), false],
  ])('%s: %#', (_name, one, expected) => {
    expect(contested(one)).toBe(expected);
  });

  test('by the writes for all findings of the rule on the resource, closed ones and other paths too', () => {
    const renamed = tried([2], { id: 'other', path: 'inboundNatPools[other]', status: 'closed' });
    expect(contested(tried([1]), [renamed])).toBe(true);
    expect(contested(tried([]), [renamed, tried([3], { id: 'third', resourceId: POOL_ID.toUpperCase() })])).toBe(true);
    expect(contested(tried([1]), [{ ...renamed, ruleId: 'another-rule' }])).toBe(false);
    expect(contested(tried([1]), [{ ...renamed, resourceId: poolId('other') }])).toBe(false);
  });

  test('by writes in the order in which they were accepted', () => {
    const others = [tried([1]), tried([3, 2], { id: 'other' })];
    expect(acceptedWrites(others)(tried([]))).toEqual([ago(3), ago(2), ago(1)]);
    expect(acceptedWrites([])(tried([]))).toEqual([]);
  });

  test('by one write of two findings once', () => {
    expect(contested(tried([1]), [tried([1], { id: 'other' })])).toBe(false);
  });

  test.each<[string, Partial<Release>, boolean]>([
    ['after both writes', {}, false],
    ['now', { at: now }, false],
    ['as the first was accepted', { at: ago(2) }, false],
    ['between them', { at: ago(1.5) }, false],
    ['before them', { at: ago(3) }, true],
    ['to come: it counts from then', { at: after(now, MINUTE) }, true],
    ['of another rule', { ruleId: 'another-rule' }, true],
    ['of another resource', { resourceId: ACCOUNT_ID }, true],
    ['of it, in other case', { resourceId: POOL_ID.toUpperCase() }, false],
  ])('but for a release %s', (_name, changes, expected) => {
    const one = tried([2, 1]);
    const release = { ruleId: one.ruleId, resourceId: POOL_ID, at: ago(0.5), ...changes };
    expect(contested(one, [], [release])).toBe(expected);
  });

  test('again, by two writes after a release', () => {
    const one = tried([9, 8, 2, 1]);
    expect(contested(one, [], [{ ruleId: one.ruleId, resourceId: POOL_ID, at: ago(5) }])).toBe(true);
  });
});

describe('13: it names the last actor', () => {
  const one = tried([2, 1]);
  const said = (change: Partial<LastChange>) => {
    const known = { time: ago(1), application: 'app-1', objectId: 'oid-1', ...change };
    return whyUndoneByOthers(one, acceptedWrites([one])(one), [], { known }, now)?.message;
  };

  test.each<[string, Partial<LastChange>, string]>([
    ['whole', {}, 'last changed by application app-1, object id oid-1'],
    ['by its application', { objectId: null }, 'last changed by application app-1'],
    ['as far as it is told', { application: null, objectId: null }, 'last changed by whom the event does not tell'],
    [
      'whole, where it changed as we first wrote',
      { time: ago(2) },
      'last changed by application app-1, object id oid-1',
    ],
    ['not, where the change is older than our writes', { time: ago(3) }, 'no event tells who changed it'],
  ])('%s', (_name, change, words) => {
    expect(said(change)).toBe(
      `accepted writes of 2026-11-22T10:00:00.000Z and 2026-11-22T11:00:00.000Z did not last; ${words}: settle it, then release it`,
    );
  });

  test('and the last two of our writes', () => {
    const many = tried([50, 2, 1]);
    const message = whyUndoneByOthers(many, acceptedWrites([many])(many), [], NOBODY, now)?.message;
    expect(message).toMatch(/^accepted writes of 2026-11-22T10:00:00.000Z and 2026-11-22T11:00:00.000Z did not last;/);
  });

  test('and says when it cannot, or when there is none', () => {
    const message = (change: Parameters<typeof whyUndoneByOthers>[3]) =>
      whyUndoneByOthers(one, acceptedWrites([one])(one), [], change, now)?.message;
    expect(message(NOBODY)).toMatch(/no event tells/);
    expect(message({ unknown: readingFailed('no table') })).toMatch(/who changed it is not known, no table/);
  });

  test('in words that stay as they are while the other side goes on', () => {
    expect(said({ time: ago(0.5) })).toBe(said({ time: ago(0.2) }));
  });
});
