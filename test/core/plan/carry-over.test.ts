import { describe, expect, test } from 'vitest';
import { manual } from '../../../shared/core/model/change.ts';
import { notShown } from '../../../shared/core/model/reading.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';
import { carryOver, closedAll } from '../../../shared/core/plan/carry-over.ts';
import { CLOSED_BECAUSE, CLOSED_CODES } from '../../../shared/core/plan/closing.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import type { Outcome } from '../../../shared/core/policy/rule.ts';
import { finding } from '../../support/cli/findings.ts';
import { poolRule } from '../../support/drains/examples.ts';
import { aPool, POOL_ID, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const policy = parsePolicy('mode: enforce', []);
const before = finding({ ruleId: 'a', resourceId: POOL_ID, path: 'x' });

function violation(path: string): Outcome {
  return { path, observed: 1, desired: 2, why: 'It is so.', fix: manual('Do it.') };
}

describe('what this look does not show of a finding', () => {
  const seen = (...outcomes: Outcome[]) => {
    const verdicts = [{ rule: poolRule('a', () => []), mode: 'enforce', resourceId: POOL_ID, outcomes }] as const;
    const [one] = carryOver(before, { snapshot: snapshotOf({}), verdicts, policy, now });
    return one?.held?.code ?? one?.closedCode;
  };

  test('is there all the same, where it is one of too many to have a finding each', () => {
    const verdicts = [
      { rule: poolRule('a', () => []), mode: 'enforce', resourceId: POOL_ID, outcomes: [violation('x')] },
    ] as const;
    expect(carryOver(before, { snapshot: snapshotOf({}), verdicts, policy, now })).toEqual([before]);
  });

  test('is mended where others are violated, and in doubt where the resource is', () => {
    expect(seen(violation('y'), violation(''))).toBe('compliant');
    expect(seen(violation('y'), { path: '', unknown: notShown('not shown') })).toBe('not-judged');
    expect(seen({ path: 'x', unknown: notShown('not shown') })).toBe('not-judged');
    expect(seen({ path: 'y', unknown: notShown('not shown') })).toBe('compliant');
  });

  test('of a drain is over where the pool was read, and stays where it could not be', () => {
    const drain = finding({ ruleId: 'drain', resourceId: POOL_ID });
    const read = (pools: Parameters<typeof snapshotOf>[0]['pools']) =>
      carryOver(drain, { snapshot: snapshotOf({ ...(pools && { pools }) }), verdicts: [], policy, now });
    expect(read([aPool()])).toMatchObject([{ status: 'closed', closedCode: 'drain-over' }]);
    expect(read([{ id: POOL_ID, unreadable: 'x' }])).toEqual([drain]);
  });
});

test('all that are closed at once are closed now, but for those that were', () => {
  const closed = finding({ status: 'closed', closedCode: 'compliant', lastSeen: after(now, -DAY) });
  expect(closedAll([before, closed], 'account-gone', now)).toMatchObject([
    {
      id: before.id,
      status: 'closed',
      closedCode: 'account-gone',
      why: 'the account is gone',
      lastSeen: now,
      fix: null,
    },
    closed,
  ]);
});

test('why a finding ended is said in words of its own', () => {
  const words = CLOSED_CODES.map((code) => CLOSED_BECAUSE[code]);
  expect(new Set(words).size).toBe(CLOSED_CODES.length);
  expect(words.filter((each) => each.length < 8)).toEqual([]);
});
