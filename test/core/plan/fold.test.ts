import { describe, expect, test } from 'vitest';
import { type Fix, manual } from '../../../shared/core/model/change.ts';
import { notShown, readingFailed } from '../../../shared/core/model/reading.ts';
import { folded } from '../../../shared/core/plan/fold.ts';
import type { Outcome, Severity } from '../../../shared/core/policy/rule.ts';
import { POOL_ID } from '../../support/snapshots.ts';

const WRITTEN: Fix = { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } };
const BY_HAND = manual('Do it.');

function violation(path: string, fix: Fix = BY_HAND, severity?: Severity, why = 'It is so.'): Outcome {
  return { path, observed: 1, desired: 2, why, fix, ...(severity && { severity }) };
}
const unknown = (path: string, reason = notShown('not shown')): Outcome => ({ path, unknown: reason });
const times = (many: number, make: (path: string) => Outcome) => Array.from({ length: many }, (_, n) => make(`p${n}`));
const TEN = 'p0, p1, p2, p3, p4, p5, p6, p7, p8, p9';

test('twenty outcomes stay as they are, and so do more that our writes mend', () => {
  const twenty = times(20, violation);
  expect(folded(twenty, 'high')).toBe(twenty);
});

test('more are one, at the whole resource, that says how many and where', () => {
  expect(folded(times(21, violation), 'high')).toEqual([
    {
      path: '',
      observed: '21 places',
      desired: 'none',
      why: `21 places of the resource: ${TEN}, and 11 more. Of the first: It is so.`,
      fix: manual('Mend every one of these places. Of the first: Do it.'),
      severity: 'high',
    },
  ]);
});

test('what a write of ours mends stays by itself, in its place, and goes before what a person mends', () => {
  const mended = [violation('a', WRITTEN), violation('b', WRITTEN)];
  const [first, second, rest] = folded([...times(19, violation), ...mended], 'high');
  expect([first, second]).toEqual(mended);
  expect(rest).toMatchObject({ observed: '19 places more', why: expect.stringMatching(/^19 places more of the/) });
});

test('of too many that writes mend the more severe stay; the rest is by hand', () => {
  const low = times(15, (path) => violation(`low ${path}`, WRITTEN, 'low'));
  const critical = times(15, (path) => violation(`critical ${path}`, WRITTEN, 'critical'));
  const all = folded([...low, ...critical], 'high');
  expect(all).toHaveLength(21);
  expect(all.slice(0, 20)).toEqual([...low.slice(0, 5), ...critical]);
  expect(all[20]).toMatchObject({ severity: 'low', fix: manual('Mend every one of these places.') });
});

describe('it is as severe as the worst of them', () => {
  test.each<[string, Outcome, Severity]>([
    ['by the rule', violation('a'), 'medium'],
    ['by an outcome', violation('a', BY_HAND, 'critical'), 'critical'],
    ['not by one that could not be judged', unknown('a'), 'medium'],
    ['not by one that stays by itself', violation('a', WRITTEN, 'critical'), 'medium'],
  ])('%s', (_, outcome, severity) => {
    const low = times(21, (path) => violation(path, BY_HAND, 'low'));
    expect(folded([...low, violation('b'), outcome], 'medium').at(-1)).toMatchObject({ severity });
  });
});

describe('what could not be judged', () => {
  const failed = readingFailed('HTTP 500');

  test('is told with the violations', () => {
    const [only] = folded([unknown('u'), ...times(20, violation)], 'high');
    expect(only).toMatchObject({
      observed: '21 places',
      why: expect.stringContaining('and 11 more. 1 of them could not be judged. Of the first: It is so.'),
    });
  });

  test('is unknown where there is nothing else, by the reason that weighs most', () => {
    expect(folded([...times(20, unknown), unknown('x', failed)], 'high')).toEqual([
      {
        path: '',
        unknown: {
          code: 'reading-failed',
          message: expect.stringMatching(/^21 places could not be judged: p0, .*500/),
        },
      },
    ]);
  });

  test('is unknown beside what is written', () => {
    const [, rest] = folded([...times(20, unknown), violation('x', WRITTEN)], 'high');
    expect(rest).toMatchObject({
      unknown: { message: expect.stringMatching(/^20 places more could not be judged: p0,/) },
    });
  });
});

test('long texts are cut', () => {
  const long = 'x'.repeat(3000);
  const [one] = folded(
    times(21, () => violation(long, BY_HAND, 'low', long)),
    'low',
  );
  expect(one).toMatchObject({ why: expect.stringMatching(/^.{2000,2200}Of the first: x{2000} …$/s) });
  const [other] = folded(
    times(21, () => unknown('p', notShown(long))),
    'low',
  );
  expect(other).toMatchObject({ unknown: { message: expect.stringMatching(/ x{2000} …$/) } });
});
