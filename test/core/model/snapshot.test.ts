import { expect, test } from 'vitest';
import { findPool } from '../../../shared/core/model/snapshot.ts';
import { aPool, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const [first, second, other] = [aPool(), aPool({ id: POOL_ID.toUpperCase() }), aPool({ id: poolId('pool2') })];
const unread = { id: POOL_ID, unreadable: 'its body is not as specified' };
const snapshot = snapshotOf({ pools: [unread, first, other, second] });

test.each([
  ['by its id', POOL_ID, first],
  ['whatever the case', POOL_ID.toLowerCase(), first],
  ['of two the first, whichever is asked for', POOL_ID.toUpperCase(), first],
  ['another', poolId('pool2'), other],
  ['one that is not there', poolId('pool3'), undefined],
])('a pool is found: %s', (_, id, expected) => {
  expect(findPool(snapshot, id)).toBe(expected);
});

test('one that could not be read is not found', () => {
  expect(findPool(snapshotOf({ pools: [unread] }), POOL_ID)).toBeUndefined();
});
