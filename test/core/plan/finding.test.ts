import { expect, test } from 'vitest';
import { ownIds } from '../../../shared/core/plan/finding.ts';
import { finding } from '../../support/cli/findings.ts';

test('findings that are named alike are told apart by their number, the same at each look', () => {
  const three = [
    finding({ path: 'x' }),
    finding({ path: 'x' }),
    finding({ path: 'x' }),
    finding({ id: 'other', path: 'y' }),
  ];
  const [look, next] = [three.map(ownIds()), three.map(ownIds())];
  expect(look.map(({ path }) => path)).toEqual(['x', 'x #2', 'x #3', 'y']);
  expect(new Set(look.map(({ id }) => id)).size).toBe(4);
  expect([look[0], look[3]]).toEqual([three[0], three[3]]);
  expect(next).toEqual(look);
});
