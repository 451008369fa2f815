import * as fc from 'fast-check';
import { setAccount } from '../../shared/core/model/change.ts';
import type { StorageAccess } from '../../shared/core/model/facet.ts';
import type { AccountIdentity, UserAssignedIdentity } from '../../shared/core/model/identity.ts';
import type { Pool, UnreadablePool } from '../../shared/core/model/pool.ts';
import { notShown, type Reading, readingFailed, type UnknownReason } from '../../shared/core/model/reading.ts';
import { accountAutostorageIdentity } from '../../shared/rules/account-autostorage-identity.ts';
import { anyAccount, anyAutoStorage, anyPoolNamed, anyPools, anySnapshotWith } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, aPool, identityId, poolId, snapshotOf, storageId } from '../support/snapshots.ts';

const path = 'properties.autoStorage.authenticationMode';
const STORE = storageId('store1');
const NODES = identityId('nodes');
const BATCH = identityId('batch');
const SPARE = identityId('spare');

const SYSTEM: AccountIdentity = { type: 'SystemAssigned', principalId: 'p-system', userAssigned: [] };
const ONE = userAssigned({ id: BATCH, principalId: 'p-batch' });
const TWO = userAssigned({ id: BATCH, principalId: 'p-batch' }, { id: SPARE, principalId: 'p-spare' });
const NONE: AccountIdentity = { type: 'None', principalId: null, userAssigned: [] };

function userAssigned(...identities: Omit<UserAssignedIdentity, 'clientId'>[]): AccountIdentity {
  return {
    type: 'UserAssigned',
    principalId: null,
    userAssigned: identities.map((identity) => ({ ...identity, clientId: null })),
  };
}

function access(principalId: string, rights: Partial<StorageAccess> = {}): StorageAccess {
  const no = { known: false };
  return { principalId, storageAccountId: STORE, isGone: false, readBlobs: no, writeBlobs: no, ...rights };
}
const yes = { known: true };
const ROLES = [
  access('p-system', { writeBlobs: yes }),
  access('p-batch', { writeBlobs: yes }),
  access('p-nodes', { readBlobs: yes }),
];

interface Parts {
  readonly mode?: string | null;
  readonly node?: string | null;
  readonly identity?: AccountIdentity;
  readonly roles?: readonly StorageAccess[] | { readonly unknown: UnknownReason };
  readonly pools?: readonly (Pool | UnreadablePool)[];
  readonly complete?: boolean;
}

/** Auto-storage by keys, and all that the change to identities needs; `parts` take something away. */
function looking({ mode = 'StorageKeys', node = NODES, identity = SYSTEM, ...parts }: Parts) {
  const { roles = ROLES, pools = [carrying('pool1')], complete = true } = parts;
  const roleAssignments: Reading<readonly StorageAccess[]> = 'unknown' in roles ? roles : { known: roles };
  return snapshotOf({ account: accountWith(mode, node, identity), pools, complete, facets: { roleAssignments } });
}

function accountWith(mode: string | null, node: string | null, identity = SYSTEM) {
  return anAccount({ identity, autoStorage: anAutoStorage({ authenticationMode: mode, nodeIdentityId: node }) });
}

function carrying(name: string, principalId: string | null = 'p-nodes'): Pool {
  return aPool({
    id: poolId(name),
    identityIds: [SPARE, NODES.toLowerCase()],
    identities: [
      { id: SPARE, principalId: 'p-spare', clientId: null },
      { id: NODES.toLowerCase(), principalId, clientId: null },
    ],
  });
}

function switched(observed: string | null = 'StorageKeys', node: string | null = NODES) {
  const desired = 'BatchAccountManagedIdentity';
  const fix = setAccount(anAccount(), { autoStorage: anAutoStorage({ nodeIdentityId: node }) });
  return [{ path, observed, desired, why: /keys/, fix }];
}

function byPerson(text: RegExp) {
  return [{ path, observed: 'StorageKeys', desired: 'BatchAccountManagedIdentity', fix: { manual: text } }];
}

const lastStep = 'set authenticationMode of the auto-storage to BatchAccountManagedIdentity\\.$';

testRule(accountAutostorageIdentity, {
  compliant: [
    { name: 'no auto-storage', snapshot: snapshotOf({ account: anAccount({ autoStorage: null }) }) },
    { name: 'by managed identity', snapshot: looking({ mode: 'BatchAccountManagedIdentity' }) },
    { name: 'by managed identity, in another case', snapshot: looking({ mode: 'batchaccountmanagedidentity' }) },
  ],
  violating: [
    {
      name: 'the storage account is gone: that comes first',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ authenticationMode: 'StorageKeys' }), identity: SYSTEM }),
        pools: [],
        facets: { roleAssignments: { known: [access('p-system', { isGone: true })] } },
      }),
      expect: [
        {
          path: 'properties.autoStorage.authenticationMode',
          fix: {
            manual:
              /^In this order: \(1\) link a storage account that is there: Azure says that there is no .*store1; \(2\) let/,
          },
        },
      ],
    },
    { name: 'keys, all is ready', snapshot: looking({}), expect: switched() },
    { name: 'no mode, which means keys', snapshot: looking({ mode: null }), expect: switched(null) },
    { name: 'keys in another case', snapshot: looking({ mode: 'storagekeys' }), expect: switched('storagekeys') },
    { name: 'one user-assigned identity that may write', snapshot: looking({ identity: ONE }), expect: switched() },
    {
      name: 'several user-assigned identities that all may write',
      snapshot: looking({ identity: TWO, roles: [...ROLES, access('p-spare', { writeBlobs: yes })] }),
      expect: switched(),
    },
    {
      name: 'principals and stores in another case',
      snapshot: looking({
        roles: ROLES.map(({ principalId, ...rest }) => ({
          ...rest,
          principalId: principalId.toUpperCase(),
          storageAccountId: STORE.toLowerCase(),
        })),
      }),
      expect: switched(),
    },
    {
      name: 'no pools and no node identity',
      snapshot: looking({ node: null, pools: [] }),
      expect: switched('StorageKeys', null),
    },
    {
      name: 'no pools and a node identity that may not read',
      snapshot: looking({ pools: [], roles: [access('p-system', { writeBlobs: yes })] }),
      expect: switched(),
    },
    {
      name: 'a pool carries the identity and has nodes, which may be older than that',
      snapshot: looking({ pools: [{ ...carrying('pool1'), nodes: { ...aPool().nodes, dedicated: 2 } }] }),
      expect: byPerson(/^In this order: \(1\) see that all nodes of pool1 were made since: .*; \(2\) set /),
    },
    {
      name: 'role assignments are not known',
      snapshot: looking({ roles: { unknown: notShown('role assignments are not read yet') } }),
      expect: byPerson(
        new RegExp(
          `^In this order: \\(1\\) let the account's system-assigned identity write blobs in ${STORE} .*not read yet.*; ` +
            `\\(2\\) let the node identity ${NODES} read blobs in ${STORE} .*not read yet.*; \\(3\\) ${lastStep}`,
        ),
      ),
    },
    {
      name: 'the account has no identity',
      snapshot: looking({ identity: NONE }),
      expect: byPerson(
        new RegExp(
          `\\(1\\) give the account a managed identity and let it write blobs in ${STORE} .*; \\(2\\) ${lastStep}`,
        ),
      ),
    },
    {
      name: 'the account says UserAssigned and names none',
      snapshot: looking({ identity: userAssigned() }),
      expect: byPerson(/\(1\) give the account a managed identity/),
    },
    {
      name: 'the account may read but not write',
      snapshot: looking({ roles: [access('p-system', { readBlobs: yes }), access('p-nodes', { readBlobs: yes })] }),
      expect: byPerson(
        new RegExp(
          `\\(1\\) let the account's system-assigned identity write .*: no role allows it yet; \\(2\\) ${lastStep}`,
        ),
      ),
    },
    {
      name: 'the account may write to another storage account only',
      snapshot: looking({
        roles: [
          access('p-system', { writeBlobs: yes, storageAccountId: storageId('store2') }),
          access('p-nodes', { readBlobs: yes }),
        ],
      }),
      expect: byPerson(/\(1\) let the account's system-assigned identity write .*: no role allows it yet/),
    },
    {
      name: 'whether the account may write could not be read',
      snapshot: looking({
        roles: [
          access('p-system', { writeBlobs: { unknown: readingFailed('throttled') } }),
          access('p-nodes', { readBlobs: yes }),
        ],
      }),
      expect: byPerson(/\(1\) let the account's system-assigned identity write .*not known \(throttled\); \(2\) set /),
    },
    {
      name: 'the principal of the account was not read',
      snapshot: looking({ identity: { ...SYSTEM, principalId: null } }),
      expect: byPerson(/\(1\) let the account's system-assigned identity write .*principal was not read/),
    },
    {
      name: 'one of several user-assigned identities may not write',
      snapshot: looking({ identity: TWO }),
      expect: byPerson(
        new RegExp(
          `\\(1\\) let the account's identity ${SPARE} write .*Batch may use any of its identities.*; \\(2\\) ${lastStep}`,
        ),
      ),
    },
    {
      name: 'the node identity may write but not read',
      snapshot: looking({
        roles: [access('p-system', { writeBlobs: yes }), access('p-nodes', { writeBlobs: yes })],
      }),
      expect: byPerson(
        new RegExp(
          `^In this order: \\(1\\) let the node identity ${NODES} read .*: no role allows it yet; \\(2\\) ${lastStep}`,
        ),
      ),
    },
    {
      name: 'the principal of the node identity was not read',
      snapshot: looking({ pools: [carrying('pool1', null)] }),
      expect: byPerson(/\(1\) let the node identity .*principal was not read/),
    },
    {
      name: 'only the account shows the principal of the node identity',
      snapshot: looking({
        identity: userAssigned({ id: NODES, principalId: 'p-nodes' }),
        roles: [access('p-nodes', { readBlobs: yes, writeBlobs: yes })],
        pools: [carrying('pool1', null)],
      }),
      expect: switched(),
    },
    {
      name: 'a pool lacks the node identity',
      snapshot: looking({ pools: [carrying('pool1'), aPool({ id: poolId('pool2'), identityIds: [SPARE] })] }),
      expect: byPerson(
        new RegExp(
          `^In this order: \\(1\\) add ${NODES} to every pool that lacks it \\(pool2\\), each at zero nodes; \\(2\\) ${lastStep}`,
        ),
      ),
    },
    {
      name: 'a partial pool does not show its identities',
      snapshot: looking({
        pools: [carrying('pool1'), aPool({ id: poolId('pool2'), shows: 'some', creationTime: null })],
      }),
      expect: byPerson(/\(1\) add .* to every pool that lacks it \(pool2\)/),
    },
    {
      name: 'a pool could not be read',
      snapshot: looking({ pools: [carrying('pool1'), { id: poolId('pool2'), unreadable: 'no properties' }] }),
      expect: byPerson(/^In this order: \(1\) see that the account can be read whole: no properties; \(2\) set /),
    },
    {
      name: 'no pools were seen, but not all could be listed',
      snapshot: looking({ node: null, pools: [], complete: false }),
      expect: byPerson(
        /\(1\) choose a user-assigned identity .*; \(2\) see that .*; \(3\) add that identity to every pool; \(4\) set, in one/,
      ),
    },
    {
      name: 'all pools carry the node identity, but not all could be listed',
      snapshot: looking({ complete: false }),
      expect: byPerson(
        /\(1\) see that the account can be read whole: a page of the list of pools could not be read; \(2\) set /,
      ),
    },
    {
      name: 'pools and no node identity',
      snapshot: looking({ node: null }),
      expect: byPerson(
        new RegExp(
          `^In this order: \\(1\\) choose a user-assigned identity for the nodes and let it read blobs in ${STORE} .*; ` +
            '\\(2\\) add that identity to every pool \\(pool1\\), each at zero nodes; ' +
            '\\(3\\) set, in one write, authenticationMode .* and its nodeIdentityReference to the identity of the nodes\\.$',
        ),
      ),
    },
    {
      name: 'everything is missing: roles, pool identities, account last',
      snapshot: looking({ identity: NONE, pools: [aPool()], roles: [] }),
      expect: byPerson(
        /\(1\) give the account .*; \(2\) let the node identity .*; \(3\) add .*\(pool1\).*; \(4\) set authenticationMode/,
      ),
    },
  ],
  unknown: [
    {
      name: 'no auto-storage in a partial body',
      snapshot: snapshotOf({ account: anAccount({ shows: 'some' }) }),
      expect: [{ path: 'properties.autoStorage', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a mode that is not known',
      snapshot: looking({ mode: 'Quantum' }),
      expect: [{ path, unknown: /Quantum/, code: 'undecided' }],
    },
  ],
  converges: fc.oneof(
    anySnapshotWith({}),
    anySnapshotWith({
      account: fc
        .record({ account: anyAccount, autoStorage: anyAutoStorage })
        .map(({ account, autoStorage }) =>
          anAccount({ ...account, autoStorage: { ...autoStorage, authenticationMode: null } }),
        ),
      pools: fc.oneof(fc.array(anyPoolNamed('pool1'), { maxLength: 1 }), anyPools),
    }),
  ),
});
