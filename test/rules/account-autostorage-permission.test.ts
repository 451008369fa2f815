import type { StorageAccess } from '../../shared/core/model/facet.ts';
import type { AccountIdentity, UserAssignedIdentity } from '../../shared/core/model/identity.ts';
import type { Pool, UnreadablePool } from '../../shared/core/model/pool.ts';
import { type Reading, readingFailed, type UnknownReason, undecided } from '../../shared/core/model/reading.ts';
import type { Shows } from '../../shared/core/model/shows.ts';
import { accountAutostoragePermission } from '../../shared/rules/account-autostorage-permission.ts';
import { anyAccount, anyAutoStorage, anySnapshotWith } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, aPool, identityId, poolId, snapshotOf, storageId } from '../support/snapshots.ts';

const STORE = storageId('store1');
const NODES = identityId('nodes');
const BATCH = identityId('batch');
const SPARE = identityId('spare');
const BATCH_ELSEWHERE = BATCH.replace('/rg/', '/rg2/').replace('/batch', '/Batch');

const ACCOUNT = 'identity';
const NODE = 'properties.autoStorage.nodeIdentityReference';
const ofAccount = (name: string) => `identity.userAssignedIdentities[${name}]`;

const SYSTEM: AccountIdentity = { type: 'SystemAssigned', principalId: 'p-system', userAssigned: [] };
const NONE: AccountIdentity = { type: 'None', principalId: null, userAssigned: [] };

function userAssigned(...entries: readonly (readonly [id: string, principalId: string | null])[]): AccountIdentity {
  return { type: 'UserAssigned', principalId: null, userAssigned: entries.map(identity) };
}

function identity([id, principalId]: readonly [id: string, principalId: string | null]): UserAssignedIdentity {
  return { id, principalId, clientId: null };
}

function carrying(name: string, principalId: string | null = 'p-nodes', overrides: Partial<Pool> = {}): Pool {
  const identities = [identity([NODES.toLowerCase(), principalId])];
  return aPool({ id: poolId(name), identityIds: [NODES], identities, usesApplicationPackages: true, ...overrides });
}

const yes = { known: true };
const no = { known: false };

function access(principalId: string, rights: Partial<StorageAccess>): StorageAccess {
  return { principalId, storageAccountId: STORE, isGone: false, readBlobs: no, writeBlobs: no, ...rights };
}

const ROLES = [
  access('p-system', { readBlobs: yes, writeBlobs: yes }),
  access('p-batch', { readBlobs: yes, writeBlobs: yes }),
  access('p-nodes', { readBlobs: yes }),
  access('p-spare', {}),
];

interface Parts {
  readonly mode?: string | null;
  readonly node?: string | null;
  readonly shows?: Shows;
  readonly identity?: AccountIdentity;
  readonly roles?: readonly StorageAccess[] | { readonly unknown: UnknownReason };
  readonly pools?: readonly (Pool | UnreadablePool)[];
}

/** All that may be needed is allowed; `parts` take something away. */
function looking({ mode = 'BatchAccountManagedIdentity', node = NODES, identity = SYSTEM, ...parts }: Parts) {
  const { roles = ROLES, pools = [carrying('pool1')], shows = 'all' } = parts;
  const roleAssignments: Reading<readonly StorageAccess[]> = 'unknown' in roles ? roles : { known: roles };
  const autoStorage = anAutoStorage({ authenticationMode: mode, nodeIdentityId: node });
  const account = anAccount({ identity, autoStorage, shows });
  return snapshotOf({ account, pools, facets: { roleAssignments } });
}

function mayNotWrite(path: string, name: string, principalId: string, why = /AutoStorageNoPermission\.$/) {
  const steps = [
    `\\(1\\) open Access control \\(IAM\\) of the storage account ${STORE}; `,
    `\\(2\\) assign the role Storage Blob Data Contributor there to ${name} \\(principal ${principalId}\\)\\.$`,
  ];
  const fix = { manual: new RegExp(`^In this order: ${steps.join('')}`) };
  return { path, observed: 'may not write blobs', desired: 'may write blobs', why, fix };
}

function mayNotRead(why: RegExp) {
  const steps = [
    `\\(1\\) open Access control \\(IAM\\) of the storage account ${STORE}; `,
    `\\(2\\) assign the role Storage Blob Data Reader there to the node identity ${NODES} \\(principal p-nodes\\)\\.$`,
  ];
  const fix = { manual: new RegExp(`^In this order: ${steps.join('')}`) };
  return { path: NODE, observed: 'may not read blobs', desired: 'may read blobs', why, fix };
}

const system = mayNotWrite(ACCOUNT, "the account's system-assigned identity", 'p-system');
const writing = access('p-system', { writeBlobs: yes });
const reading = access('p-nodes', { readBlobs: yes });

testRule(accountAutostoragePermission, {
  compliant: [
    { name: 'no auto-storage', snapshot: snapshotOf({ facets: { roleAssignments: { known: [] } } }) },
    { name: 'auto-storage by keys, nobody may do anything', snapshot: looking({ mode: 'StorageKeys', roles: [] }) },
    { name: 'auto-storage without a mode, which means keys', snapshot: looking({ mode: null, roles: [] }) },
    { name: 'both may do what they must', snapshot: looking({ roles: [writing, reading] }) },
    {
      name: 'the only user-assigned identity may write; principals and stores in another case',
      snapshot: looking({
        identity: userAssigned([BATCH, 'P-BATCH']),
        roles: ROLES.map((one) => ({ ...one, storageAccountId: STORE.toUpperCase() })),
      }),
    },
    { name: 'no node identity: nodes read nothing', snapshot: looking({ node: null, roles: [writing] }) },
    { name: 'the account has no identity: for another rule', snapshot: looking({ identity: NONE }) },
    {
      name: 'the account shows no identity type: for another rule',
      snapshot: looking({ identity: { ...NONE, type: null } }),
    },
    {
      name: 'a partial account that shows both',
      snapshot: looking({ shows: 'some' }),
    },
    {
      name: 'the account shows the node identity, no pool carries it',
      snapshot: looking({ identity: userAssigned([NODES, 'p-batch']), pools: [] }),
    },
  ],
  violating: [
    {
      name: 'the storage account is gone: one finding, which stays open',
      snapshot: looking({ roles: [access('p-system', { isGone: true }), access('p-nodes', { isGone: true })] }),
      expect: [
        {
          path: 'properties.autoStorage.storageAccountId',
          observed: STORE,
          why: /^Azure says that there is no storage account .*store1: /,
          fix: { manual: /restored for 14 days.*\(2\) restore it, or set the account's autoStorage whole/ },
        },
      ],
    },
    { name: 'the account may not write', snapshot: looking({ roles: [reading] }), expect: [system] },
    {
      name: 'the account may only read',
      snapshot: looking({ roles: [access('p-system', { readBlobs: yes }), reading] }),
      expect: [system],
    },
    {
      name: 'the account may write to another storage account',
      snapshot: looking({ roles: [{ ...writing, storageAccountId: storageId('store2') }, reading] }),
      expect: [system],
    },
    {
      name: 'the mode in another case',
      snapshot: looking({ mode: 'BATCHACCOUNTMANAGEDIDENTITY', node: null, roles: [] }),
      expect: [system],
    },
    {
      name: 'the only user-assigned identity of the account may not write',
      snapshot: looking({ identity: userAssigned([SPARE, 'p-spare']) }),
      expect: [mayNotWrite(ofAccount('spare'), `the account's identity ${SPARE}`, 'p-spare')],
    },
    {
      name: 'one of two user-assigned identities may not write',
      snapshot: looking({ identity: userAssigned([BATCH, 'p-batch'], [SPARE, 'p-spare']) }),
      expect: [
        mayNotWrite(
          ofAccount('spare'),
          `the account's identity ${SPARE}`,
          'p-spare',
          /AutoStorageNoPermission\. Batch may use any of its identities, so each needs the role\.$/,
        ),
      ],
    },
    {
      name: 'two user-assigned identities of one name may not write',
      snapshot: looking({
        identity: userAssigned([BATCH, 'p-batch'], [BATCH_ELSEWHERE, 'p-spare']),
        roles: [reading],
      }),
      expect: [
        mayNotWrite(ofAccount(BATCH), `the account's identity ${BATCH}`, 'p-batch', /each needs the role/),
        mayNotWrite(
          ofAccount(BATCH_ELSEWHERE),
          `the account's identity ${BATCH_ELSEWHERE}`,
          'p-spare',
          /each needs the role/,
        ),
      ],
    },
    {
      name: 'the node identity may not read; a pool has packages',
      snapshot: looking({ roles: [writing] }),
      expect: [
        mayNotRead(
          new RegExp(
            `^No role lets the node identity ${NODES} read blobs in ${STORE}\\. ` +
              'Nodes of pools with application packages will start and become Idle, but the packages will not arrive\\.$',
          ),
        ),
      ],
    },
    {
      name: 'the node identity may only write; a start task takes files',
      snapshot: looking({
        roles: [writing, access('p-nodes', { writeBlobs: yes })],
        pools: [
          carrying('pool1', 'p-nodes', { usesApplicationPackages: false, usesAutoStorageContainers: true }),
          aPool({ id: poolId('pool2'), usesApplicationPackages: true }),
        ],
      }),
      expect: [
        mayNotRead(/\. Tasks that take files from auto-storage will fail with ResourceContainerAccessDenied\.$/),
      ],
    },
    {
      name: 'the node identity may not read; no pool uses auto-storage',
      snapshot: looking({
        roles: [writing],
        pools: [carrying('pool1', 'p-nodes', { usesApplicationPackages: false })],
      }),
      expect: [mayNotRead(new RegExp(`read blobs in ${STORE}\\.$`))],
    },
    {
      name: 'only the account shows the principal of the node identity',
      snapshot: looking({ identity: userAssigned([NODES, 'p-nodes']), pools: [], roles: [] }),
      expect: [
        mayNotWrite(ofAccount('nodes'), `the account's identity ${NODES}`, 'p-nodes'),
        mayNotRead(new RegExp(`read blobs in ${STORE}\\.$`)),
      ],
    },
    {
      name: 'the account has no identity and the node identity may not read',
      snapshot: looking({ identity: NONE, roles: [] }),
      expect: [mayNotRead(/the packages will not arrive\.$/)],
    },
    {
      name: 'one is known not to, of the other it is not known',
      snapshot: looking({ roles: [access('p-nodes', { readBlobs: { unknown: undecided('a condition') } })] }),
      expect: [system, { path: NODE, unknown: /a condition/, code: 'undecided' }],
    },
  ],
  unknown: [
    {
      name: 'the role assignments could not be read: said of each identity',
      snapshot: looking({
        identity: userAssigned([BATCH, 'p-batch'], [SPARE, 'p-spare']),
        roles: { unknown: readingFailed('AuthorizationFailed') },
      }),
      expect: [
        {
          path: ofAccount('batch'),
          unknown: new RegExp(
            `^whether the account's identity ${BATCH} may write blobs in ${STORE} is not known: AuthorizationFailed$`,
          ),
        },
        { path: ofAccount('spare'), unknown: /AuthorizationFailed/, code: 'reading-failed' },
        {
          path: NODE,
          unknown: new RegExp(
            `^whether the node identity ${NODES} may read blobs in ${STORE} is not known: AuthorizationFailed$`,
          ),
        },
      ],
    },
    {
      name: 'one answer could not be read',
      snapshot: looking({
        roles: [access('p-system', { writeBlobs: { unknown: undecided('a condition') } }), reading],
      }),
      expect: [{ path: ACCOUNT, unknown: /a condition/, code: 'undecided' }],
    },
    {
      name: 'the principals were not read',
      snapshot: looking({ identity: { ...SYSTEM, principalId: null }, pools: [carrying('pool1', null)] }),
      expect: [
        { path: ACCOUNT, unknown: /its principal was not read/, code: 'not-shown' },
        { path: NODE, unknown: /its principal was not read/, code: 'not-shown' },
      ],
    },
    {
      name: 'no pool that was read carries the node identity',
      snapshot: looking({ pools: [aPool(), { id: poolId('pool2'), unreadable: 'no properties' }] }),
      expect: [{ path: NODE, unknown: /its principal was not read/, code: 'not-shown' }],
    },
    {
      name: 'no auto-storage in a partial body',
      snapshot: snapshotOf({ account: anAccount({ shows: 'some' }) }),
      expect: [{ path: 'properties.autoStorage', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'no identity in a partial body',
      snapshot: looking({ shows: 'some', identity: { ...NONE, type: null } }),
      expect: [{ path: ACCOUNT, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'the account says UserAssigned and names none',
      snapshot: looking({ identity: userAssigned() }),
      expect: [{ path: ACCOUNT, unknown: /UserAssigned/, code: 'undecided' }],
    },
    {
      name: 'a type of identity that is not known',
      snapshot: looking({ identity: { ...SYSTEM, type: 'Quantum' } }),
      expect: [{ path: ACCOUNT, unknown: /Quantum/, code: 'undecided' }],
    },
  ],
  converges: anySnapshotWith({
    account: anyAccount.chain((account) =>
      anyAutoStorage.map((autoStorage) =>
        anAccount({ ...account, autoStorage: { ...autoStorage, authenticationMode: 'BatchAccountManagedIdentity' } }),
      ),
    ),
  }),
});
