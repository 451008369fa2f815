import { expect, test } from 'vitest';
import { countedSlots } from '../../../shared/core/drain/counted-slots.ts';
import { ACCOUNT_ID, poolId } from '../../support/snapshots.ts';

const [A, B, C] = [poolId('a'), poolId('b'), poolId('c')];

test('a slot is had where fewer than the most are taken, and each pool has one', async () => {
  const slots = countedSlots([{ poolId: A, isFree: false }]);
  const claim = (pool: string, most: number) => slots.claimSlot(ACCOUNT_ID, pool, most);
  expect([await claim(B, 1), await claim(B, 2), await claim(B.toUpperCase(), 2), await claim(C, 2)]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  await slots.freeSlot(A.toUpperCase());
  await slots.freeSlot(poolId('nobody'));
  expect([await claim(C, 2), await claim(A, 2)]).toEqual([true, false]);
});

test.each([
  ["one that nobody keeps is anybody's", [{ poolId: A, isFree: true }], B, true],
  ['one that a row does not tell of is taken', [{ poolId: null, isFree: false }], B, false],
  [
    'the own one is kept, however many are taken',
    [
      { poolId: A, isFree: false },
      { poolId: B, isFree: false },
    ],
    B,
    true,
  ],
  [
    'the own one that ran out too',
    [
      { poolId: A, isFree: false },
      { poolId: B, isFree: true },
    ],
    B,
    true,
  ],
])('%s', async (_, seen, pool, expected) => {
  expect(await countedSlots(seen).claimSlot(ACCOUNT_ID, pool, 1)).toBe(expected);
});
