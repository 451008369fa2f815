import { setAccount } from '../../shared/core/model/change.ts';
import type { AccountIdentity } from '../../shared/core/model/identity.ts';
import type { Pool, UnreadablePool } from '../../shared/core/model/pool.ts';
import { accountNodeIdentity } from '../../shared/rules/account-node-identity.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, aPool, identityId, poolId, snapshotOf, storageId } from '../support/snapshots.ts';

const path = 'properties.autoStorage.nodeIdentityReference';
const NODES = identityId('nodes');
const FOREIGN = NODES.replace('/subscriptions/', '/subscriptions/f');
const SPARE = identityId('spare');
const SOME_IDENTITY = 'a user-assigned identity that these pools have';

function withPools(...pools: readonly (Pool | UnreadablePool)[]) {
  return snapshotOf({ account: accountWith({}), pools });
}

function accountWith(overrides: { mode?: string | null; node?: string | null; identity?: AccountIdentity }) {
  const { mode = 'BatchAccountManagedIdentity', node = null, identity } = overrides;
  return anAccount({
    autoStorage: anAutoStorage({ authenticationMode: mode, nodeIdentityId: node }),
    ...(identity === undefined ? {} : { identity }),
  });
}

function user(name: string, identityIds: readonly string[], overrides: Partial<Pool> = {}): Pool {
  return aPool({ id: poolId(name), usesApplicationPackages: true, identityIds, ...overrides });
}

function named(
  nodeIdentityId: string,
  why = /^The account names no node identity, and its auto-storage is read by pools? pool1/,
) {
  const fix = setAccount(anAccount(), { autoStorage: anAutoStorage({ nodeIdentityId }) });
  return [{ path, observed: null, desired: nodeIdentityId, why, fix }];
}

function choosing(identity: string, why?: RegExp) {
  return byPerson(new RegExp(`^In this order: \\(1\\) choose ${identity}, if it is yours`), why);
}

function byPerson(text: RegExp, why = /will stay in Starting\.$/) {
  return [{ path, observed: null, desired: SOME_IDENTITY, why, fix: { manual: text } }];
}

testRule(accountNodeIdentity, {
  compliant: [
    { name: 'no auto-storage', snapshot: snapshotOf({ pools: [user('pool1', [NODES])] }) },
    {
      name: 'auto-storage by keys',
      snapshot: snapshotOf({ account: accountWith({ mode: 'StorageKeys' }), pools: [user('pool1', [NODES])] }),
    },
    {
      name: 'auto-storage without a mode, which means keys',
      snapshot: snapshotOf({ account: accountWith({ mode: null }), pools: [user('pool1', [NODES])] }),
    },
    {
      name: 'a node identity is named, whatever pools have',
      snapshot: snapshotOf({ account: accountWith({ node: SPARE }), pools: [user('pool1', [NODES])] }),
    },
    { name: 'no pools', snapshot: withPools() },
    { name: 'no pool uses auto-storage', snapshot: withPools(aPool({ identityIds: [NODES] })) },
  ],
  violating: [
    {
      name: 'a pool with packages has one identity',
      snapshot: withPools(user('pool1', [NODES])),
      expect: choosing(NODES, /read by pool pool1\. Nodes of pools with application packages will stay in Starting\.$/),
    },
    {
      name: 'a pool with auto-storage containers has one identity',
      snapshot: withPools(user('pool1', [NODES], { usesApplicationPackages: false, usesAutoStorageContainers: true })),
      expect: choosing(NODES, /ResourceContainerAccessDenied\.$/),
    },
    {
      name: 'the mode in another case',
      snapshot: snapshotOf({
        account: accountWith({ mode: 'BATCHACCOUNTMANAGEDIDENTITY' }),
        pools: [user('pool1', [SPARE, NODES])],
      }),
      options: { identityId: NODES },
      expect: [
        {
          path,
          fix: setAccount(anAccount(), {
            autoStorage: anAutoStorage({ authenticationMode: 'BATCHACCOUNTMANAGEDIDENTITY', nodeIdentityId: NODES }),
          }),
        },
      ],
    },
    {
      name: 'pools with packages and with containers: the prediction is about packages',
      snapshot: withPools(
        user('pool1', [NODES], { usesApplicationPackages: false, usesAutoStorageContainers: true }),
        user('pool2', [NODES]),
      ),
      expect: choosing(NODES, /read by pools pool1, pool2\. Nodes of pools .* will stay in Starting\.$/),
    },
    {
      name: 'the pool that uses auto-storage is partial: nothing is predicted',
      snapshot: withPools(user('pool1', [NODES], { shows: 'some', creationTime: null })),
      expect: byPerson(/the body of pool pool1 is partial/, /read by pool pool1\.$/),
    },
    {
      name: 'pools have one identity in common, in other cases and among others',
      snapshot: withPools(
        user('pool1', [NODES, SPARE]),
        user('pool2', [NODES.toLowerCase()]),
        user('pool3', [identityId('vault'), NODES.toUpperCase()]),
      ),
      expect: choosing(NODES, /read by pools pool1, pool2, pool3\./),
    },
    {
      name: 'one identity written twice is one',
      snapshot: withPools(user('pool1', [NODES, NODES.toLowerCase()])),
      expect: choosing(NODES),
    },
    {
      name: 'pools that do not use auto-storage have no say',
      snapshot: withPools(user('pool1', [NODES]), aPool({ id: poolId('pool2'), identityIds: [SPARE] })),
      expect: choosing(NODES),
    },
    {
      name: '10: the identity in common is of another subscription: who writes pools does not choose for the account',
      snapshot: withPools(user('pool1', [FOREIGN]), user('pool2', [FOREIGN, NODES])),
      expect: choosing(FOREIGN),
    },
    {
      name: 'the option names one, which no pool has',
      snapshot: withPools(user('pool1', [NODES])),
      options: { identityId: SPARE },
      expect: named(SPARE),
    },
    {
      name: 'the option names one and the account was not read whole',
      snapshot: snapshotOf({ account: accountWith({}), pools: [user('pool1', [NODES])], complete: false }),
      options: { identityId: NODES },
      expect: named(NODES),
    },
    {
      name: 'the account is system-assigned',
      snapshot: snapshotOf({
        account: accountWith({ identity: { type: 'systemAssigned', principalId: 'p1', userAssigned: [] } }),
        pools: [user('pool1', [NODES])],
      }),
      options: { identityId: NODES },
      expect: [
        {
          path,
          why: /The account's own identity is system-assigned and cannot serve pools: they need a user-assigned one\./,
          fix: setAccount(anAccount(), { autoStorage: anAutoStorage({ nodeIdentityId: NODES }) }),
        },
      ],
    },
    {
      name: 'a pool has several identities',
      snapshot: withPools(user('pool1', [NODES, SPARE])),
      expect: byPerson(
        new RegExp(
          `^In this order: \\(1\\) choose one of ${NODES}, ${SPARE}, if it is yours \\(who writes pools chose it\\), and let it read blobs in ${storageId('store1')} .*; ` +
            "\\(2\\) name it in the account's nodeIdentityReference, or as option identityId of this rule\\.$",
        ),
      ),
    },
    {
      name: 'pools have nothing in common',
      snapshot: withPools(user('pool1', [NODES]), user('pool2', [SPARE])),
      expect: byPerson(
        /^No identity is common to pools pool1, pool2\. In this order: \(1\) choose .* \(2\) add it to pools pool1, pool2, at zero nodes; \(3\) name it/,
      ),
    },
    {
      name: 'a pool has no identity',
      snapshot: withPools(user('pool1', [])),
      expect: byPerson(/^No identity is common to pool pool1\./),
    },
    {
      name: 'another pool could not be read',
      snapshot: withPools(user('pool1', [NODES]), { id: poolId('pool2'), unreadable: 'no properties' }),
      expect: byPerson(/^Which identity all pools have is not known: pool pool2: no properties\. In this order: \(1\)/),
    },
    {
      name: 'the account was not read whole',
      snapshot: snapshotOf({ account: accountWith({}), pools: [user('pool1', [NODES])], complete: false }),
      expect: byPerson(/is not known: the account could not be read whole; a page of the list of pools/),
    },
    {
      name: 'the body of a pool is partial',
      snapshot: withPools(user('pool1', [NODES]), aPool({ id: poolId('pool2'), shows: 'some', deployment: null })),
      expect: byPerson(/is not known: the body of pool pool2 is partial/),
    },
  ],
  unknown: [
    {
      name: 'no auto-storage in a partial body',
      snapshot: snapshotOf({ account: anAccount({ shows: 'some' }) }),
      expect: [{ path: 'properties.autoStorage', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'no pool is seen to use auto-storage, one could not be read',
      snapshot: withPools(aPool(), { id: poolId('pool2'), unreadable: 'no properties' }),
      expect: [{ path, unknown: /pool pool2: no properties/, code: 'unreadable' }],
    },
    {
      name: 'no pool is seen to use auto-storage, one body is partial',
      snapshot: withPools(aPool({ shows: 'some', creationTime: null })),
      expect: [{ path, unknown: /the body of pool pool1 is partial/, code: 'not-shown' }],
    },
    {
      name: 'no pool is seen to use auto-storage, the account was not read whole',
      snapshot: snapshotOf({ account: accountWith({}), pools: [], complete: false }),
      expect: [{ path, unknown: /could not be read whole/, code: 'reading-failed' }],
    },
  ],
  converges: anySnapshot,
});
