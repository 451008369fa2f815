import type { Account } from '../../shared/core/model/account.ts';
import type { AccountSettings, AutoStorage } from '../../shared/core/model/account-settings.ts';
import { type Facets, noFacets } from '../../shared/core/model/facet.ts';
import type { NatPool, NatRule } from '../../shared/core/model/nat-pool.ts';
import type { Image, Pool, UnreadablePool } from '../../shared/core/model/pool.ts';
import type { PoolSettings } from '../../shared/core/model/pool-settings.ts';
import { readingFailed, type UnknownReason } from '../../shared/core/model/reading.ts';
import type { RetiredParts } from '../../shared/core/model/retired-parts.ts';
import type { Snapshot } from '../../shared/core/model/snapshot.ts';

const GROUP_ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg';
export const ACCOUNT_ID = `${GROUP_ID}/providers/Microsoft.Batch/batchAccounts/acct1`;
export const POOL_ID = poolId('pool1');
export const SUBNET_ID = `${GROUP_ID}/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch`;

export function poolId(name: string): string {
  return `${ACCOUNT_ID}/pools/${name}`;
}

export function identityId(name: string): string {
  return `${GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

export function storageId(name: string): string {
  return `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/${name}`;
}

/** An account of the Batch service that complies: Entra ID only, no auto-storage, no identity. */
export function anAccount(overrides: Partial<Omit<Account, 'settings'> & AccountSettings> = {}): Account {
  const {
    authenticationModes = ['AAD'],
    autoStorage = null,
    identityIds = (overrides.identity?.userAssigned ?? []).map(({ id }) => id),
    publicNetworkAccess = 'Disabled',
    networkProfile = null,
    ...facts
  } = overrides;
  return {
    id: ACCOUNT_ID,
    location: 'westeurope',
    tags: {},
    shows: 'all',
    identity: { type: 'None', principalId: null, userAssigned: [] },
    keySource: 'Microsoft.Batch',
    poolAllocationMode: 'BatchService',
    privateEndpointConnections: [],
    source: null,
    ...facts,
    settings: { authenticationModes, autoStorage, identityIds, publicNetworkAccess, networkProfile },
  };
}

/** Auto-storage by managed identity, without a node identity. */
export function anAutoStorage(overrides: Partial<AutoStorage> = {}): AutoStorage {
  return {
    storageAccountId: storageId('store1'),
    authenticationMode: 'BatchAccountManagedIdentity',
    nodeIdentityId: null,
    ...overrides,
  };
}

/** A Linux pool that complies: made when no port is published by default, without endpoints, steady at zero nodes. */
export function aPool(overrides: Partial<Omit<Pool, 'settings'> & PoolSettings> = {}): Pool {
  const {
    identityIds = [],
    endpoints = null,
    publicIp = null,
    users = [],
    scale = { kind: 'fixed', dedicated: 0, lowPriority: 0 },
    metadata = [],
    ...facts
  } = overrides;
  return {
    id: POOL_ID,
    shows: 'all',
    etag: 'W/"0x8D4EDFEBFADF4AB"',
    isNewer: false,
    creationTime: new Date('2026-01-10T00:00:00Z'),
    deployment: { kind: 'virtual-machine', windows: false },
    interNodeCommunication: false,
    subnetId: null,
    hasIpv6: false,
    hasIpTags: false,
    usesApplicationPackages: false,
    usesAutoStorageContainers: false,
    identityReferences: [],
    identities: identityIds.map((id) => ({ id, principalId: null, clientId: null })),
    nodes: { dedicated: 0, lowPriority: 0, allocationState: 'Steady' },
    startTask: null,
    diskEncryption: { atHost: true, targets: [] },
    image: anImage(),
    launch: { securityType: 'trustedLaunch', secureBoot: true, vTpm: true },
    keyVaultExtensions: [],
    secretPlaces: [],
    source: null,
    ...facts,
    settings: { identityIds, endpoints, publicIp, users, scale, metadata },
  };
}

/** What the last api-version that shows it shows of `aPool()`: no certificates, no modes. */
export function retiredParts(overrides: Partial<RetiredParts> = {}): RetiredParts {
  return {
    poolId: POOL_ID,
    certificateIds: [],
    targetCommunicationMode: null,
    currentCommunicationMode: null,
    ...overrides,
  };
}

/** An image of the marketplace that Batch supports without a known end. */
export function anImage(overrides: Partial<Image> = {}): Image {
  return {
    nodeAgent: 'batch.node.ubuntu 24.04',
    isOwn: false,
    publisher: 'microsoft-dsvm',
    offer: 'ubuntu-hpc',
    sku: '2404',
    ...overrides,
  };
}

/** SSH on frontend ports 40000 to 40100, without a rule: everyone gets in. */
export function natPool(overrides: Partial<NatPool> = {}): NatPool {
  return {
    name: 'ssh',
    protocol: 'TCP',
    backendPort: 22,
    frontendPortRangeStart: 40000,
    frontendPortRangeEnd: 40100,
    rules: [],
    unmodelled: {},
    ...overrides,
  };
}

/** `Deny *` at the last priority, from all source ports. */
export function securityRule(overrides: Partial<NatRule> = {}): NatRule {
  return {
    priority: 3500,
    access: 'Deny',
    sourceAddressPrefix: '*',
    sourcePortRanges: null,
    unmodelled: {},
    ...overrides,
  };
}

interface Parts {
  readonly account?: Account | { readonly unknown: UnknownReason };
  readonly pools?: readonly (Pool | UnreadablePool)[];
  readonly complete?: boolean;
  /** Those that are not given are unknown. */
  readonly facets?: Partial<Facets>;
}

/** A complete look at a compliant account with one compliant pool. */
export function snapshotOf({ account = anAccount(), pools = [aPool()], complete = true, facets }: Parts): Snapshot {
  return {
    accountId: 'unknown' in account ? ACCOUNT_ID : account.id,
    account: 'unknown' in account ? account : { known: account },
    pools,
    complete,
    problems: complete ? [] : [readingFailed('a page of the list of pools could not be read')],
    facets: { ...noFacets('not read'), ...facets },
  };
}
