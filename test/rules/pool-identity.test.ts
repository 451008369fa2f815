import { expect, test } from 'vitest';
import { setPool } from '../../shared/core/model/change.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import { unreadable } from '../../shared/core/model/reading.ts';
import { poolIdentity } from '../../shared/rules/pool-identity.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, aPool, identityId, poolId, snapshotOf, storageId } from '../support/snapshots.ts';

const path = 'identity.userAssignedIdentities';
const NODES = identityId('nodes');
const SPARE = identityId('spare');
const ELSEWHERE = NODES.replace(/^\/subscriptions\/[^/]+/, '/subscriptions/ffffffff-0000-0000-0000-00000000000f');

/** A pattern for identities of the subscription of NODES. */
function pattern(resourceGroup: string, name: string): string {
  return NODES.replace(/resourceGroups\/[^/]+/, `resourceGroups/${resourceGroup}`).replace(/[^/]+$/, name);
}
const READER = [{ id: NODES, principalId: 'p-nodes', clientId: null }];
const MAY_READ = {
  principalId: 'p-nodes',
  storageAccountId: storageId('store1'),
  isGone: false,
  readBlobs: { known: true },
  writeBlobs: { known: false },
};

function withPools(...pools: readonly Pool[]) {
  return snapshotOf({ account: accountWith(), pools });
}

function accountWith(mode: string | null = 'BatchAccountManagedIdentity', node: string | null = NODES) {
  return anAccount({ autoStorage: anAutoStorage({ authenticationMode: mode, nodeIdentityId: node }) });
}

function user(identityIds: readonly string[] = [], overrides: Partial<Pool> = {}): Pool {
  return aPool({ usesApplicationPackages: true, identityIds, ...overrides });
}

/** What may be added in most cases here. */
const options = { assignable: [NODES] };

function added(pool: Pool, why = /Nodes of this pool will become Unusable with ApplicationPackageError\.$/) {
  const observed = pool.settings.identityIds;
  const desired = [...observed, NODES];
  return { resource: pool.id, path, observed, desired, why, fix: setPool(pool, { identityIds: desired }) };
}

const other = user([SPARE], { id: poolId('pool2') });
const taskUser = user([], { usesApplicationPackages: false, usesAutoStorageContainers: true });

testRule(poolIdentity, {
  compliant: [
    { name: 'the pool has it', snapshot: withPools(user([NODES])) },
    { name: 'the pool has it among others, in another case', snapshot: withPools(user([SPARE, NODES.toUpperCase()])) },
    { name: 'the pool uses nothing of auto-storage', snapshot: withPools(aPool()) },
    {
      name: 'the pool uses nothing of auto-storage and the account could not be read',
      snapshot: snapshotOf({ account: { unknown: unreadable('no properties') } }),
    },
    { name: 'no auto-storage', snapshot: snapshotOf({ pools: [user()] }) },
    { name: 'auto-storage by keys', snapshot: snapshotOf({ account: accountWith('StorageKeys'), pools: [user()] }) },
    { name: 'auto-storage without a mode', snapshot: snapshotOf({ account: accountWith(null), pools: [user()] }) },
    {
      name: 'the account names no node identity',
      snapshot: snapshotOf({ account: accountWith('BatchAccountManagedIdentity', null), pools: [user()] }),
    },
    { name: 'a partial pool that shows it', snapshot: withPools(user([NODES], { shows: 'some', creationTime: null })) },
    {
      name: 'a partial pool of an account by keys',
      snapshot: snapshotOf({
        account: accountWith('StorageKeys'),
        pools: [user([], { shows: 'some', deployment: null })],
      }),
    },
  ],
  violating: [
    {
      name: '3: an account that names an identity which nobody allowed',
      snapshot: withPools(user()),
      expect: [
        {
          ...added(user()),
          fix: {
            manual: new RegExp(
              `^In this order: \\(1\\) see who named ${NODES} in the account's nodeIdentityReference, .*not in option assignable; \\(2\\) add it at zero nodes, .* name it in option assignable and this program adds it`,
            ),
          },
        },
      ],
    },
    {
      name: '3: an account that names an identity of another subscription',
      options: { assignable: [pattern('*', '*')] },
      snapshot: snapshotOf({ account: accountWith('BatchAccountManagedIdentity', ELSEWHERE), pools: [user()] }),
      expect: [{ path, desired: [ELSEWHERE], fix: { manual: /not in option assignable/ } }],
    },
    {
      name: '3: an account that names another identity than the pattern has',
      options: { assignable: [pattern('other-*', '*'), pattern('*', 'n'), pattern('*', 'nodes2*')] },
      snapshot: withPools(user()),
      expect: [{ ...added(user()), fix: { manual: /not in option assignable/ } }],
    },
    {
      name: '3: what names no identity is not assigned',
      options: { assignable: [pattern('*', '*')] },
      snapshot: snapshotOf({ account: accountWith('BatchAccountManagedIdentity', 'nodes'), pools: [user()] }),
      expect: [
        {
          path,
          fix: { manual: /^Name a user-assigned identity by its ARM id in the account's nodeIdentityReference\.$/ },
        },
      ],
    },
    {
      name: '3: nobody allowed it, and a second identity would break the start task',
      snapshot: withPools(user([SPARE], { startTask: { user: null, asksForAnyToken: true } })),
      expect: [
        {
          ...added(user([SPARE])),
          fix: { manual: /\(1\) see who named .*; \(2\) let the start task say .*; \(3\) .*; \(4\) add it / },
        },
      ],
    },
    {
      name: 'a pattern that fits, in another case',
      options: { assignable: [pattern('R*', 'NO*s')] },
      snapshot: withPools(user()),
      expect: [added(user())],
    },
    {
      name: 'a second identity, and a start task that asks for a token of whichever there is',
      options,
      snapshot: withPools(user([SPARE], { startTask: { user: null, asksForAnyToken: true } })),
      expect: [
        {
          ...added(user([SPARE])),
          fix: { manual: /^In this order: \(1\) let the start task say for which identity .*; \(2\) .*; \(3\) add / },
        },
      ],
    },
    {
      name: 'a first identity, and such a start task',
      options,
      snapshot: withPools(user([], { startTask: { user: null, asksForAnyToken: true } })),
      expect: [added(user())],
    },
    { name: 'a pool with packages and no identity', options, snapshot: withPools(user()), expect: [added(user())] },
    {
      name: 'a pool with auto-storage containers and no identity',
      options,
      snapshot: withPools(taskUser),
      expect: [added(taskUser, /fail with ResourceContainerListMiscError\.$/)],
    },
    {
      name: 'a pool with both: the prediction is about packages',
      options,
      snapshot: withPools(user([], { usesAutoStorageContainers: true })),
      expect: [added(user())],
    },
    {
      name: 'the node identity may read, which the pool does not help',
      options,
      snapshot: snapshotOf({
        account: accountWith(),
        pools: [user(), aPool({ id: poolId('pool2'), identityIds: [NODES], identities: READER })],
        facets: { roleAssignments: { known: [MAY_READ] } },
      }),
      expect: [added(user())],
    },
    {
      name: 'pools with none and with another: others stay',
      options,
      snapshot: withPools(user(), other),
      expect: [added(user()), added(other)],
    },
    {
      name: 'the mode in another case',
      options,
      snapshot: snapshotOf({ account: accountWith('batchaccountmanagedidentity'), pools: [other] }),
      expect: [added(other)],
    },
    {
      name: 'a pool with nodes',
      options,
      snapshot: withPools(user([SPARE], { nodes: { ...user().nodes, dedicated: 4 } })),
      expect: [added(user([SPARE]))],
    },
  ],
  unknown: [
    {
      name: 'the account could not be read',
      snapshot: snapshotOf({ account: { unknown: unreadable('no properties') }, pools: [user([NODES])] }),
      expect: [{ path, unknown: /no properties/, code: 'unreadable' }],
    },
    {
      name: 'the body of the account is partial',
      snapshot: snapshotOf({ account: anAccount({ shows: 'some' }), pools: [user()] }),
      expect: [{ path, unknown: /account is partial/, code: 'not-shown' }],
    },
    {
      name: 'a pool without creation time',
      snapshot: withPools(user([], { shows: 'some', creationTime: null })),
      expect: [{ path, unknown: /pool is partial/, code: 'not-shown' }],
    },
    {
      name: 'a pool without deployment that shows no use of auto-storage',
      snapshot: withPools(aPool({ shows: 'some', deployment: null })),
      expect: [{ path, unknown: /pool is partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});

test.each([
  ['nodes'],
  [NODES.replace(/^\/subscriptions\/[^/]+/, '/subscriptions/*')],
  [NODES.replace(/^\/subscriptions\/[^/]+/, '/subscriptions/0*')],
  ['*'],
  [`${NODES}/*`],
  [''],
])('3: option assignable does not take %j', (wrong) => {
  expect(() => poolIdentity.options.parse({ assignable: [wrong] })).toThrow(
    /must be the ARM id of a user-assigned identity/,
  );
});
