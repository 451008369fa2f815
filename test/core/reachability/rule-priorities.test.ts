import { expect, test } from 'vitest';
import { assignPriorities } from '../../../shared/core/reachability/rule-priorities.ts';
import { securityRule } from '../../support/snapshots.ts';

type At = number | 'next' | 'last';

const { priority: _, ...rule } = securityRule();

test.each<[string, readonly (readonly At[])[], readonly (readonly number[])[] | null]>([
  ['all are kept', [[150, 3500], [200]], [[150, 3500], [200]]],
  ['the next is next', [[150, 'next']], [[150, 151]]],
  ['the next is first', [['next']], [[150]]],
  ['the last is last', [[150, 'last']], [[150, 3500]]],
  ['a next of another NAT pool is taken', [[150, 'next'], [151]], [[150, 152], [151]]],
  ['a next that was given to another NAT pool is taken', [[150, 'next'], ['next']], [[150, 151], [152]]],
  ['a last that was given to another NAT pool is taken', [['last'], ['last']], [[3500], [3499]]],
  ['the next stays before what it keeps', [[150, 'next', 152]], [[150, 151, 152]]],
  ['where that is full, all are numbered anew', [[150, 'next', 151]], [[150, 160, 170]]],
  ['so they are where the last has no room', [[3500, 'last'], [150]], [[150, 160], [170]]],
  ['so they are where the first stands at the lowest', [['next', 150]], [[150, 160]]],
  ['so they are where two NAT pools share one', [[150], [150]], [[150], [160]]],
  ['a high one is kept, and the last goes before no other', [[4000, 'last']], [[150, 160]]],
  ['two of a NAT pool share one: their order is open', [[150, 150]], null],
  ['two that stand apart say it too', [[150, 200, 200]], null],
])('13: %s', (_name, natPools, expected) => {
  const drafts = natPools.map((ats) => ats.map((at) => ({ at, rule })));
  const numbered = assignPriorities(drafts);
  expect(numbered?.map((rules) => rules.map(({ priority }) => priority)) ?? null).toEqual(expected);
});
