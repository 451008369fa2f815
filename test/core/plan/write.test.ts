import { expect, test } from 'vitest';
import { type Change, manual } from '../../../shared/core/model/change.ts';
import type { Fixable } from '../../../shared/core/plan/finding.ts';
import { joinChanges, withGivenAlong, writeOf } from '../../../shared/core/plan/write.ts';
import { finding } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const snapshot = snapshotOf({});
const users = [{ name: 'render', elevationLevel: null }];
const set = (fix: Change, id = fix.id): Fixable => ({ ...finding({ id }), fix });
const account: Change = { kind: 'set-account', id: ACCOUNT_ID, set: { authenticationModes: ['AAD'] } };
const ofUsers: Change = { kind: 'set-pool', id: POOL_ID, set: { users } };
const ofEndpoints: Change = { kind: 'set-pool', id: POOL_ID, set: { endpoints: null } };

test('a list of users is written also for what else asked for it, whatever holds that', () => {
  const own = set(ofUsers, 'own');
  const others = [
    own,
    set({ ...ofUsers, id: POOL_ID.toUpperCase() }, 'same pool'),
    set({ ...ofUsers, id: poolId('other') }, 'other pool'),
    set(ofEndpoints, 'endpoints'),
    set(account, 'account'),
    { ...finding({ id: 'by hand' }), fix: manual('Do it.') },
  ];
  const along = (change: Change) => withGivenAlong(writeOf(snapshot, change, [own], null), others);
  expect(along(ofUsers).findings.map(({ id }) => id)).toEqual(['own', 'same pool']);
  expect([along(ofEndpoints), along(account)].map(({ findings }) => findings)).toEqual([[own], [own]]);
});

test('changes of two kinds never go together, whatever their ids', () => {
  const pairs: [Change, Change][] = [
    [{ ...account, id: POOL_ID }, ofEndpoints],
    [ofEndpoints, { ...account, id: POOL_ID }],
  ];
  for (const [one, other] of pairs) {
    const { writes, postponed } = joinChanges(snapshot, [set(one, 'one'), set(other, 'other')], new Map());
    expect(writes.map(({ change }) => change)).toEqual([one]);
    expect([...postponed]).toEqual(['other']);
  }
});

test('of a pool that was not read nothing is known from before', () => {
  expect(writeOf(snapshotOf({ pools: [] }), ofEndpoints, [], null).was).toEqual({});
});
