import type { PrivateEndpointConnection } from '../../../shared/core/model/account.ts';
import type { DiagnosticSetting, Perimeter, StorageAccess } from '../../../shared/core/model/facet.ts';
import { anAccount, anAutoStorage, aPool, identityId, poolId, SUBNET_ID, snapshotOf, storageId } from '../snapshots.ts';
import { access, allOf, type Cause, type Cure, onAccount, onFacets, onPools, profile } from './cause.ts';

type Parts = Parameters<typeof anAccount>[0];

const NODES = identityId('nodes');
const STORE = storageId('store1');

function account(parts: Parts, facets = {}) {
  return snapshotOf({ account: anAccount(parts), pools: [aPool({ subnetId: SUBNET_ID })], facets });
}

function connection(groupIds: readonly string[], parts: Partial<PrivateEndpointConnection> = {}) {
  return { name: 'endpoint1', status: 'Approved', provisioningState: 'Succeeded', groupIds, ...parts };
}

function connected(...privateEndpointConnections: readonly PrivateEndpointConnection[]) {
  return account({ privateEndpointConnections });
}

const addBatchAccount = onAccount(({ privateEndpointConnections }) => ({
  privateEndpointConnections: [...privateEndpointConnections, connection(['batchAccount'], { name: 'new' })],
}));

function diagnostics(...logs: readonly string[]): { known: DiagnosticSetting[] } {
  const known = logs.map((category) => ({ category, categoryGroup: null, enabled: true }));
  return { known: [{ name: 'all', hasDestination: true, logs: known }] };
}

function cutOff(parts: Parts, subnetId: string | null) {
  const scale = { kind: 'fixed', dedicated: 2, lowPriority: 0 } as const;
  return snapshotOf({ account: anAccount(parts), pools: [aPool({ subnetId, scale })] });
}

function perimeters(accessMode: string, ...inbound: readonly string[]): { known: Perimeter[] } {
  return { known: [{ name: 'perimeter1', accessMode, provisioningState: 'Succeeded', inbound }] };
}

/** Its rules stay as they are. */
const enforce: Cure = (snapshot) => {
  const { perimeters } = snapshot.facets;
  if ('unknown' in perimeters) return snapshot;
  const known = perimeters.known.map((one) => ({ ...one, accessMode: 'Enforced' }));
  return onFacets({ perimeters: { known } })(snapshot);
};

const BATCH = { id: identityId('batch'), principalId: 'p-batch', clientId: null };
const WITH_BATCH = { type: 'UserAssigned', principalId: null, userAssigned: [BATCH] };

function roles(principalId: string, rights: Partial<StorageAccess>): { known: StorageAccess[] } {
  const no = { known: false };
  return { known: [{ principalId, storageAccountId: STORE, isGone: false, readBlobs: no, writeBlobs: no, ...rights }] };
}

/** A pool that uses auto-storage. */
function using(...identityIds: readonly string[]) {
  const identities = identityIds.map((id) => ({ id, principalId: 'p-nodes', clientId: null }));
  return aPool({ usesApplicationPackages: true, identityIds, identities });
}

export const ACCOUNT_CAUSES: { readonly [id: string]: readonly Cause[] } = {
  'account-public-network': [
    {
      name: 'everyone is allowed by default',
      snapshot: account({ publicNetworkAccess: 'Enabled' }),
      cure: onAccount(({ settings: { networkProfile } }) => ({
        networkProfile: {
          ...(networkProfile ?? profile({})),
          accountAccess: { ...(networkProfile?.accountAccess ?? access(null, '203.0.113.7')), defaultAction: 'Deny' },
        },
      })),
      says: /name their addresses in the ipRules .* then set its defaultAction to Deny/,
    },
    {
      name: 'everyone is among the IP rules',
      snapshot: account({
        publicNetworkAccess: 'Enabled',
        networkProfile: profile({ accountAccess: access('Deny', '0.0.0.0/0') }),
      }),
      cure: onAccount(({ settings: { networkProfile } }) => ({
        networkProfile: {
          ...(networkProfile ?? profile({})),
          accountAccess: {
            ...access(networkProfile?.accountAccess?.defaultAction ?? null, '203.0.113.7'),
          },
        },
      })),
      says: /of the ipRules .*, leave only those/,
    },
    {
      name: 'a perimeter only learns',
      snapshot: account({ publicNetworkAccess: 'Enabled' }, { perimeters: perimeters('Learning') }),
      cure: enforce,
      says: /set the access mode of that association to Enforced/,
    },
    {
      name: 'everyone is among the rules of an enforced perimeter',
      snapshot: account({ publicNetworkAccess: 'Enabled' }, { perimeters: perimeters('Enforced', '0.0.0.0/0') }),
      cure: onFacets({ perimeters: perimeters('Enforced', '203.0.113.7') }),
      says: /leave only inbound access rules for the addresses of known callers/,
    },
    {
      name: 'IP rules are not enough',
      snapshot: account({
        publicNetworkAccess: 'Enabled',
        networkProfile: profile({ accountAccess: access('Deny', '203.0.113.7') }),
      }),
      options: { allowIpRules: false },
      cure: onAccount(() => ({ publicNetworkAccess: 'Disabled' })),
      says: /set publicNetworkAccess to Disabled\.$/,
    },
  ],
  'account-node-management-access': [
    {
      name: 'every node is allowed by default',
      snapshot: account({ publicNetworkAccess: 'Enabled' }),
      cure: onAccount(({ settings: { networkProfile } }) => ({
        networkProfile: {
          ...(networkProfile ?? profile({})),
          nodeManagementAccess: { ...(networkProfile?.nodeManagementAccess ?? access(null)), defaultAction: 'Deny' },
        },
      })),
      says: /set the defaultAction of networkProfile\.nodeManagementAccess to Deny/,
    },
    {
      name: 'everyone is among the IP rules',
      snapshot: account({
        publicNetworkAccess: 'Enabled',
        networkProfile: profile({ nodeManagementAccess: access('Deny', '0.0.0.0/0') }),
      }),
      cure: onAccount(({ settings: { networkProfile } }) => ({
        networkProfile: {
          ...(networkProfile ?? profile({})),
          nodeManagementAccess: access(networkProfile?.nodeManagementAccess?.defaultAction ?? null, '203.0.113.7'),
        },
      })),
      says: /leave only rules for those addresses/,
    },
    {
      name: 'both',
      snapshot: account({
        publicNetworkAccess: 'Enabled',
        networkProfile: profile({ nodeManagementAccess: access('Allow', '0.0.0.0/0') }),
      }),
      cure: onAccount(() => ({ networkProfile: profile({ nodeManagementAccess: access('Deny', '203.0.113.7') }) })),
      says: /leave in the ipRules .* only rules for public addresses of nodes, if any; .*set the defaultAction/,
    },
  ],
  'account-private-endpoint': [
    {
      name: 'there is none',
      snapshot: connected(),
      cure: addBatchAccount,
      says: /make a private endpoint for batchAccount/,
    },
    {
      name: 'it waits for approval',
      snapshot: connected(connection(['batchAccount'], { status: 'Pending' })),
      cure: onAccount(({ privateEndpointConnections }) => ({
        privateEndpointConnections: privateEndpointConnections.map((one) =>
          one.status === 'Pending' ? { ...one, status: 'Approved' } : one,
        ),
      })),
      says: /approve the private endpoint connection endpoint1/,
    },
    {
      name: 'it is being made',
      snapshot: connected(connection(['batchAccount'], { provisioningState: 'Creating' })),
      cure: onAccount(({ privateEndpointConnections }) => ({
        privateEndpointConnections: privateEndpointConnections.map((one) =>
          one.provisioningState === 'Creating' ? { ...one, provisioningState: 'Succeeded' } : one,
        ),
      })),
      says: /see that the private endpoint connection endpoint1, .* comes to its end/,
    },
    {
      name: 'it was rejected',
      snapshot: connected(connection(['batchAccount'], { status: 'Rejected' })),
      cure: addBatchAccount,
      says: /make a private endpoint for batchAccount/,
    },
  ],
  'account-nodes-cut-off': [
    {
      name: 'there is no private endpoint',
      snapshot: cutOff({ publicNetworkAccess: 'Disabled' }, SUBNET_ID),
      cure: onAccount(() => ({ privateEndpointConnections: [connection(['nodeManagement'])] })),
      says: /make a private endpoint for nodeManagement/,
    },
    {
      name: 'the pool is in no subnet',
      snapshot: cutOff(
        { publicNetworkAccess: 'Disabled', privateEndpointConnections: [connection(['nodeManagement'])] },
        null,
      ),
      cure: onPools(() => ({ subnetId: SUBNET_ID })),
      says: /put into a subnet that reaches it: pool1/,
    },
    {
      name: 'nobody is let in',
      snapshot: cutOff(
        {
          publicNetworkAccess: 'Enabled',
          networkProfile: profile({ nodeManagementAccess: access('Deny') }),
        },
        SUBNET_ID,
      ),
      cure: onAccount(({ settings: { networkProfile } }) => ({
        networkProfile: networkProfile && { ...networkProfile, nodeManagementAccess: access('Deny', '0.0.0.0/0') },
      })),
      says: /Or name the public addresses of nodes in the ipRules/,
    },
  ],
  'account-customer-managed-key': [
    {
      name: 'Batch has the key',
      snapshot: account({}),
      cure: onAccount(() => ({ keySource: 'Microsoft.KeyVault' })),
      says: /set encryption: keySource Microsoft\.KeyVault/,
    },
  ],
  'account-diagnostic-logs': [
    {
      name: 'nothing is sent',
      snapshot: account({}, { diagnosticSettings: { known: [] } }),
      cure: onFacets({ diagnosticSettings: diagnostics('ServiceLog', 'AuditLog') }),
      says: /enable ServiceLog and AuditLog;/,
    },
    {
      name: 'one log is not sent',
      snapshot: account({}, { diagnosticSettings: diagnostics('ServiceLog') }),
      cure: onFacets({ diagnosticSettings: diagnostics('ServiceLog', 'AuditLog') }),
      says: /enable AuditLog;/,
    },
  ],
  'account-identity': [
    {
      name: 'auto-storage needs one',
      snapshot: account({ autoStorage: anAutoStorage() }),
      cure: onAccount(() => ({ identity: { type: 'SystemAssigned', principalId: 'p', userAssigned: [] } })),
      says: /let it write blobs/,
    },
  ],
  'account-autostorage-identity': [
    {
      name: 'the account has no identity',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ authenticationMode: 'StorageKeys' }) }),
        pools: [],
      }),
      cure: onAccount(({ settings }) => ({
        identity: WITH_BATCH,
        autoStorage: settings.autoStorage && {
          ...settings.autoStorage,
          authenticationMode: 'BatchAccountManagedIdentity',
        },
      })),
      says: /give the account a managed identity .*set authenticationMode/,
    },
    {
      name: 'nodes have no identity',
      snapshot: snapshotOf({
        account: anAccount({
          identity: WITH_BATCH,
          autoStorage: anAutoStorage({ authenticationMode: 'StorageKeys' }),
        }),
        pools: [using()],
        facets: { roleAssignments: roles('p-batch', { writeBlobs: { known: true } }) },
      }),
      cure: allOf(
        onPools(() => ({ identityIds: [NODES] })),
        onAccount(() => ({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) })),
      ),
      says: /add that identity to every pool .*set, in one write/,
    },
  ],
  'account-node-identity': [
    {
      name: 'no identity is common to the pools',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage(), identity: WITH_BATCH }),
        pools: [using()],
      }),
      cure: allOf(
        onPools(() => ({ identityIds: [NODES] })),
        onAccount(() => ({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) })),
      ),
      says: /add it to pool pool1/,
    },
    {
      name: 'one is common to the pools, and the policy names none',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage(), identity: WITH_BATCH }),
        pools: [using(NODES)],
      }),
      cure: onAccount(() => ({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) })),
      says: /choose .*nodes, if it is yours/,
    },
    {
      name: 'several are common to the pools',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage(), identity: WITH_BATCH }),
        pools: [using(NODES, identityId('other')), { ...using(NODES, identityId('other')), id: poolId('pool2') }],
      }),
      cure: onAccount(() => ({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) })),
      says: /choose one of .*nodes, .*other/,
    },
  ],
  'account-autostorage-permission': [
    {
      name: 'the storage account is gone',
      snapshot: account(
        { identity: WITH_BATCH, autoStorage: anAutoStorage() },
        { roleAssignments: roles('p-batch', { isGone: true }) },
      ),
      cure: onFacets({ roleAssignments: roles('p-batch', { writeBlobs: { known: true } }) }),
      says: /restored for 14 days/,
    },
    {
      name: 'the account may not write',
      snapshot: account(
        { identity: WITH_BATCH, autoStorage: anAutoStorage() },
        { roleAssignments: roles('p-batch', {}) },
      ),
      cure: onFacets({ roleAssignments: roles('p-batch', { writeBlobs: { known: true } }) }),
      says: /assign the role Storage Blob Data Contributor .*p-batch/,
    },
    {
      name: 'nodes may not read',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) }),
        pools: [using(NODES)],
        facets: { roleAssignments: roles('p-nodes', {}) },
      }),
      cure: onFacets({ roleAssignments: roles('p-nodes', { readBlobs: { known: true } }) }),
      says: /assign the role Storage Blob Data Reader .*p-nodes/,
    },
  ],
  'account-pool-allocation-mode': [
    {
      name: 'Batch has the pools',
      snapshot: account({}),
      cure: onAccount(() => ({ poolAllocationMode: 'UserSubscription' })),
      says: /pool allocation mode UserSubscription and that Key Vault/,
    },
    {
      name: 'the subscription has the pools',
      snapshot: account({ poolAllocationMode: 'UserSubscription' }),
      options: { required: 'BatchService' },
      cure: onAccount(() => ({ poolAllocationMode: 'BatchService' })),
      says: /pool allocation mode BatchService/,
    },
  ],
};
