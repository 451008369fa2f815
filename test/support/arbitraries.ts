import * as fc from 'fast-check';
import type { Account } from '../../shared/core/model/account.ts';
import type { AccountSettings, AutoStorage } from '../../shared/core/model/account-settings.ts';
import type { StorageAccess } from '../../shared/core/model/facet.ts';
import type { AccountIdentity, UserAssignedIdentity } from '../../shared/core/model/identity.ts';
import type { NatPool, NatRule } from '../../shared/core/model/nat-pool.ts';
import type { Pool, PoolNodes, UnreadablePool } from '../../shared/core/model/pool.ts';
import type { PoolSettings } from '../../shared/core/model/pool-settings.ts';
import { notShown, type Reading, readingFailed, undecided, unreadable } from '../../shared/core/model/reading.ts';
import type { RetiredParts } from '../../shared/core/model/retired-parts.ts';
import type { Shows } from '../../shared/core/model/shows.ts';
import type { Snapshot } from '../../shared/core/model/snapshot.ts';
import type { Subnet } from '../../shared/core/model/subnet.ts';
import {
  anyConnections,
  anyConnectionsRead,
  anyDiagnosticSettings,
  anyNetworkProfile,
  anyPerimeters,
  anyPublicNetworkAccess,
} from './arbitrary-account-parts.ts';
import {
  anyDiskEncryption,
  anyImage,
  anyKeyVaultExtensions,
  anyLaunch,
  anyMetadata,
  anyScale,
  anySecretPlaces,
  anyStartTask,
  anyUsers,
} from './arbitrary-pool-parts.ts';
import { anyMarkers, anySecrets, asPoolsAreNamed } from './arbitrary-secrets.ts';
import { anySecurityGroup } from './arbitrary-security-group.ts';
import { inAnyCase, words, wordsOrNull } from './arbitrary-words.ts';
import {
  anAccount,
  aPool,
  identityId,
  natPool,
  poolId,
  SUBNET_ID,
  securityRule,
  snapshotOf,
  storageId,
} from './snapshots.ts';

/** One for each. */
export type Arbitraries<T> = { readonly [Key in keyof T]: fc.Arbitrary<T[Key]> };

/** Few names, so that ids meet; in several cases, since ARM compares them without. */
const IDENTITIES = ['nodes', 'vault', 'registry'];
const STORES = ['store1', 'store2'];
const SYSTEM_PRINCIPAL = '00000000-0000-0000-0000-0000000000ff';

function principalOf(name: string): string {
  return `00000000-0000-0000-0000-00000000000${IDENTITIES.indexOf(name)}`;
}

function clientOf(name: string): string {
  return `00000000-0000-0000-0000-00000000001${IDENTITIES.indexOf(name)}`;
}

export const anyIdentityId: fc.Arbitrary<string> = words(...IDENTITIES.map(identityId));
const anyStorageId: fc.Arbitrary<string> = words(...STORES.map(storageId));

/** Distinct identities; the principal of some was not read. */
const anyIdentities: fc.Arbitrary<UserAssignedIdentity[]> = fc.subarray(IDENTITIES).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        id: inAnyCase(identityId(name)),
        principalId: fc.oneof({ weight: 5, arbitrary: inAnyCase(principalOf(name)) }, fc.constant(null)),
        clientId: fc.oneof({ weight: 5, arbitrary: inAnyCase(clientOf(name)) }, fc.constant(null)),
      }),
    ),
  ),
);

export const anyAuthenticationModes: fc.Arbitrary<readonly string[] | null> = fc.oneof(
  fc.constantFrom(
    null,
    [],
    ['AAD'],
    ['AAD', 'TaskAuthenticationToken'],
    ['SharedKey', 'AAD', 'TaskAuthenticationToken'],
  ),
  fc.array(words('AAD', 'SharedKey', 'TaskAuthenticationToken', 'Passkey'), { maxLength: 4 }),
);

export const anyAutoStorage: fc.Arbitrary<AutoStorage> = fc.record({
  storageAccountId: anyStorageId,
  authenticationMode: fc.oneof(fc.constant(null), words('StorageKeys', 'BatchAccountManagedIdentity')),
  nodeIdentityId: fc.option(anyIdentityId),
});

const anyAccountIdentity: fc.Arbitrary<AccountIdentity> = fc.oneof(
  fc.record({
    type: fc.oneof(fc.constant(null), words('None')),
    principalId: fc.constant(null),
    userAssigned: fc.constant([]),
  }),
  fc.record({
    type: words('SystemAssigned'),
    principalId: fc.option(inAnyCase(SYSTEM_PRINCIPAL)),
    userAssigned: fc.constant([]),
  }),
  fc.record({ type: words('UserAssigned'), principalId: fc.constant(null), userAssigned: anyIdentities }),
);

const anyShows: fc.Arbitrary<Shows> = fc.oneof({ weight: 8, arbitrary: fc.constant('all') }, fc.constant('some'));

/** Each fact of an account: one that is left out does not compile. */
const ACCOUNT_FACTS: Arbitraries<Omit<Account, 'id' | 'settings' | 'source'>> = {
  shows: anyShows,
  location: wordsOrNull('westeurope', 'northeurope'),
  tags: fc.constantFrom({}, { env: 'prod' }, { Env: 'test', owner: '' }),
  identity: anyAccountIdentity,
  privateEndpointConnections: anyConnections,
  keySource: wordsOrNull('Microsoft.Batch', 'Microsoft.KeyVault'),
  poolAllocationMode: wordsOrNull('BatchService', 'UserSubscription'),
};

/** Each setting of an account; its identities follow from the facts. */
const ACCOUNT_SETTINGS: Arbitraries<Omit<AccountSettings, 'identityIds'>> = {
  authenticationModes: anyAuthenticationModes,
  autoStorage: fc.option(anyAutoStorage, { freq: 4 }),
  publicNetworkAccess: anyPublicNetworkAccess,
  networkProfile: fc.option(anyNetworkProfile),
};

export const anyAccount: fc.Arbitrary<Account> = fc
  .record({ facts: fc.record(ACCOUNT_FACTS), settings: fc.record(ACCOUNT_SETTINGS) })
  .map(({ facts, settings }) => anAccount({ ...facts, ...settings }));

const anyNodes: fc.Arbitrary<PoolNodes> = fc.record({
  dedicated: fc.constantFrom(0, 0, 2, null),
  lowPriority: fc.constantFrom(0, 0, 3, null),
  allocationState: fc.oneof(words('Steady'), words('Steady', 'Resizing', 'Stopping'), fc.constant(null)),
});

const PREFIXES = [
  '*',
  'Internet',
  'VirtualNetwork',
  'AzureLoadBalancer',
  'Storage',
  'BatchNodeManagement.WestEurope',
  '203.0.113.7',
  '198.51.100.0/24',
  '198.51.100.128/25',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '2001:db8::7',
  '2001:db8::/32',
  '::/0',
];

const anyUnmodelled = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, fc.constant({ futureField: ['kept'] }));

function anyRule(priority: number): fc.Arbitrary<NatRule> {
  return fc
    .record({
      priority: fc.constant(priority),
      access: words('Allow', 'Deny'),
      sourceAddressPrefix: words(...PREFIXES),
      sourcePortRanges: fc.constantFrom(null, null, ['*'], ['22'], ['1-1023', '49152-65535'], ['0-65535']),
      unmodelled: anyUnmodelled,
    })
    .map(securityRule);
}

/** No two overlap, none touches 50000 to 55000; some lie where a new NAT pool would go. */
const FRONTENDS = [1, 4000, 39_950, 40_051, 40_152, 49_899, 55_001, 60_000, 65_434];
const BACKENDS = [22, 3389, 80, 8080, 29_875];

/** The NAT pools of one pool, within Batch's limits: at most 5, 25 rules in all, and nothing unique twice. */
export const anyEndpoints: fc.Arbitrary<NatPool[]> = fc
  .record({
    backendPorts: fc.shuffledSubarray(BACKENDS),
    frontends: fc.shuffledSubarray(FRONTENDS, { minLength: BACKENDS.length }),
    priorities: fc.uniqueArray(
      fc.oneof(
        fc.integer({ min: 150, max: 3500 }),
        fc.integer({ min: 150, max: 160 }),
        fc.integer({ min: 3490, max: 3500 }),
      ),
      { maxLength: 25 },
    ),
  })
  .chain(({ backendPorts, frontends, priorities }) =>
    fc.tuple(
      ...backendPorts.map((backendPort, index) =>
        fc
          .record({
            name: fc.constant(`nat-${index}`),
            protocol: fc.oneof({ weight: 4, arbitrary: words('TCP') }, words('UDP')),
            backendPort: fc.constant(backendPort),
            frontendPortRangeStart: fc.constant(frontends[index] ?? 0),
            frontendPortRangeEnd: fc.constant((frontends[index] ?? 0) + 100),
            rules: fc.tuple(...priorities.filter((_, at) => at % backendPorts.length === index).map(anyRule)),
            unmodelled: anyUnmodelled,
          })
          .map(natPool),
      ),
    ),
  );

/** Where a pool's body can refer to an identity. */
const REFERENCES = [
  'properties.startTask.resourceFiles[setup.sh].identityReference',
  'properties.startTask.containerSettings.registry.identityReference',
  'properties.deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerRegistries[acr1.azurecr.io].identityReference',
  'properties.deploymentConfiguration.virtualMachineConfiguration.diskEncryptionConfiguration.customerManagedKey.identityReference',
  'properties.mountConfiguration[data].azureBlobFileSystemConfiguration.identityReference',
];

/** On both sides of each date at which the publishing of the default port changed; null where the body does not show it. */
const CREATION_TIMES = [
  '2023-03-01T00:00:00Z',
  '2024-06-30T23:59:59.999Z',
  '2024-07-01T00:00:00Z',
  '2025-11-30T23:59:59.999Z',
  '2025-12-01T00:00:00Z',
  '2026-01-10T00:00:00Z',
];

/** Each fact of a pool: one that is left out does not compile. */
const POOL_FACTS: Arbitraries<Omit<Pool, 'id' | 'settings' | 'source'>> = {
  shows: anyShows,
  etag: fc.oneof({ weight: 8, arbitrary: fc.constant('W/"0x8D4EDFEBFADF4AB"') }, fc.constant(null)),
  isNewer: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, fc.constant(true)),
  creationTime: fc.constantFrom(...CREATION_TIMES.map((time) => new Date(time)), null),
  deployment: fc.oneof(
    { weight: 8, arbitrary: fc.boolean().map((windows) => ({ kind: 'virtual-machine' as const, windows })) },
    fc.boolean().map((inferred) => ({ kind: 'cloud-service' as const, inferred })),
    fc.constant(null),
  ),
  interNodeCommunication: fc.boolean(),
  hasIpv6: fc.boolean(),
  hasIpTags: fc.boolean(),
  subnetId: fc.option(fc.constant(SUBNET_ID)),
  usesApplicationPackages: fc.boolean(),
  usesAutoStorageContainers: fc.boolean(),
  identityReferences: fc
    .subarray(REFERENCES)
    .chain((paths) =>
      fc.tuple(...paths.map((path) => fc.record({ path: fc.constant(path), identityId: anyIdentityId }))),
    ),
  identities: anyIdentities,
  nodes: anyNodes,
  startTask: fc.option(anyStartTask),
  diskEncryption: anyDiskEncryption,
  image: fc.oneof({ weight: 8, arbitrary: anyImage }, fc.constant(null)),
  launch: anyLaunch,
  keyVaultExtensions: anyKeyVaultExtensions([...IDENTITIES.map(clientOf), 'another-client']),
  secretPlaces: anySecretPlaces,
};

/** Each setting of a pool; its identities follow from the facts. */
const POOL_SETTINGS: Arbitraries<Omit<PoolSettings, 'identityIds'>> = {
  endpoints: fc.option(anyEndpoints),
  publicIp: fc.oneof(fc.constant(null), words('BatchManaged', 'UserManaged', 'NoPublicIPAddresses')),
  users: anyUsers,
  scale: fc.oneof({ weight: 8, arbitrary: anyScale }, fc.constant(null)),
  metadata: anyMetadata,
};

export function anyPoolNamed(name: string): fc.Arbitrary<Pool> {
  return fc
    .record({
      id: inAnyCase(poolId(name)),
      facts: fc.record(POOL_FACTS),
      settings: fc.record(POOL_SETTINGS),
      markers: anyMarkers,
    })
    .map(({ id, facts, settings, markers }) =>
      aPool({
        id,
        ...facts,
        ...settings,
        metadata: [...settings.metadata, ...markers(facts)],
        endpoints: settings.publicIp?.toLowerCase() === 'nopublicipaddresses' ? null : settings.endpoints,
        identityIds: facts.identities.map(({ id }) => id),
      }),
    );
}

function anyUnreadablePool(name: string): fc.Arbitrary<UnreadablePool> {
  return fc.constant({ id: poolId(name), unreadable: 'properties.networkConfiguration does not parse' });
}

/** Up to three pools with distinct names; now and then there is none, or one of them does not parse. */
export const anyPools: fc.Arbitrary<(Pool | UnreadablePool)[]> = fc
  .oneof(
    { weight: 7, arbitrary: fc.subarray(['pool1', 'pool2', 'pool3'], { minLength: 1 }) },
    fc.constant<string[]>([]),
  )
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.oneof({ weight: 15, arbitrary: anyPoolNamed(name) }, anyUnreadablePool(name)))),
  );

/** One entry for each principal and store: shown for everyone, shown for some, or not read. */
const anyRoleAssignments: fc.Arbitrary<Reading<StorageAccess[]>> = fc.oneof(
  fc.constant({ unknown: notShown('role assignments are not read yet') }),
  anyAccess(fc.constant({ known: true })),
  anyAccess(
    fc.constantFrom({ known: true }, { known: false }, { unknown: undecided('a condition was not understood') }),
  ),
);

function anyAccess(answer: fc.Arbitrary<Reading<boolean>>): fc.Arbitrary<Reading<StorageAccess[]>> {
  const principals = [...IDENTITIES.map(principalOf), SYSTEM_PRINCIPAL];
  const entries = principals.flatMap((principalId) =>
    STORES.map((store) =>
      fc.record({
        principalId: inAnyCase(principalId),
        storageAccountId: inAnyCase(storageId(store)),
        isGone: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
        readBlobs: answer,
        writeBlobs: answer,
      }),
    ),
  );
  return fc.tuple(...entries).map((known) => ({ known }));
}

/** The one subnet of the pools: without a group, with one, or not read. */
const anySubnets: fc.Arbitrary<Reading<Subnet[]>> = fc.oneof(
  fc
    .oneof(
      fc.constant({ known: null }),
      anySecurityGroup.map((known) => ({ known })),
      fc.constant({ unknown: readingFailed('AuthorizationFailed') }),
    )
    .map((securityGroup) => ({ known: [{ id: SUBNET_ID, securityGroup }] })),
  fc.constant({ unknown: notShown('no rule that is on needs them') }),
);

const anyMode = wordsOrNull('Default', 'Classic', 'Simplified');

/** Of each pool, of some, or not read. */
const anyRetired: fc.Arbitrary<Reading<RetiredParts[]>> = fc.oneof(
  fc
    .tuple(
      ...['pool1', 'pool2', 'pool3'].map((name) =>
        fc.record({
          poolId: inAnyCase(poolId(name)),
          certificateIds: fc.subarray(['certificates/sha1-0123', 'certificates/sha1-4567']),
          targetCommunicationMode: anyMode,
          currentCommunicationMode: anyMode,
        }),
      ),
    )
    .chain((all) => fc.subarray(all))
    .map((known) => ({ known })),
  fc.constant({ unknown: notShown('Azure no longer answers at that api-version') }),
);

interface Parts {
  readonly account?: fc.Arbitrary<Account>;
  readonly pools?: fc.Arbitrary<(Pool | UnreadablePool)[]>;
}

/** Any look whose given parts are as given. */
export function anySnapshotWith({ account = anyAccount, pools = anyPools }: Parts): fc.Arbitrary<Snapshot> {
  return fc
    .record({
      account: fc.oneof(
        { weight: 15, arbitrary: account },
        fc.constant({ unknown: unreadable('the account does not parse') }),
      ),
      pools,
      listed: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
      facets: fc.record({
        roleAssignments: anyRoleAssignments,
        diagnosticSettings: anyDiagnosticSettings,
        subnets: anySubnets,
        retired: anyRetired,
        connections: anyConnectionsRead,
        perimeters: anyPerimeters,
        secrets: anySecrets,
      }),
    })
    .map(({ listed, ...parts }) => {
      const parsed = !('unknown' in parts.account) && parts.pools.every((pool) => !('unreadable' in pool));
      const facets = { ...parts.facets, secrets: asPoolsAreNamed(parts.facets.secrets, parts.pools) };
      return snapshotOf({ ...parts, facets, complete: listed && parsed });
    });
}

export const anySnapshot: fc.Arbitrary<Snapshot> = anySnapshotWith({});
