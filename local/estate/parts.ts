import { normaliseIdentity, principalOf } from '../azure/normalise.ts';
import { ticksOf, weakEtag } from '../azure/ticks.ts';

/** A raw ARM body. */
export type Body = Record<string, unknown>;

export const PRODUCTION = '11111111-aaaa-4aaa-8aaa-111111111111';
export const TRADING = '22222222-bbbb-4bbb-8bbb-222222222222';

export function accountId(subscription: string, group: string, name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Batch/batchAccounts/${name}`;
}

export function identityId(subscription: string, group: string, name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

export function storageId(subscription: string, group: string, name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
}

export function subnetId(subscription: string, group: string, name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/hub/subnets/${name}`;
}

/** The identity member for these user-assigned identities. */
export function userAssigned(...ids: readonly string[]): Body {
  return { type: 'UserAssigned', userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, principalOf(id)])) };
}

/** The identity member of an account that has its own. */
export function systemAssigned(ownerId: string): Body {
  return normaliseIdentity({ type: 'SystemAssigned' }, ownerId);
}

/** The extension that fetches one certificate, signed in as the identity. */
export function keyVaultExtension(type: string, identityId: string, certificate: Body): Body {
  return {
    name: 'keyvault',
    publisher: 'Microsoft.Azure.KeyVault',
    type,
    typeHandlerVersion: '3.0',
    autoUpgradeMinorVersion: true,
    settings: {
      secretsManagementSettings: { pollingIntervalInS: '3600', observedCertificates: [certificate] },
      authenticationSettings: {
        msiEndpoint: 'http://169.254.169.254/metadata/identity',
        msiClientId: principalOf(identityId).clientId,
      },
    },
  };
}

/** An approved connection to one sub-resource of an account. */
export function privateEndpoint(accountId: string, group: string): Body {
  const name = `${group}-endpoint`;
  const scope = accountId.slice(0, accountId.indexOf('/providers/'));
  return {
    id: `${accountId}/privateEndpointConnections/${name}`,
    name,
    type: 'Microsoft.Batch/batchAccounts/privateEndpointConnections',
    properties: {
      provisioningState: 'Succeeded',
      privateEndpoint: { id: `${scope}/providers/Microsoft.Network/privateEndpoints/${name}` },
      groupIds: [group],
      privateLinkServiceConnectionState: { status: 'Approved', description: '', actionsRequired: 'None' },
    },
  };
}

/** What an account's own list of perimeters shows of the one that it is associated with. */
export function perimeter(
  accountId: string,
  name: string,
  accessMode: 'Enforced' | 'Learning',
  inbound: string[],
): Body {
  const scope = accountId.slice(0, accountId.indexOf('/providers/'));
  const guid = '5b1f8f2e-0000-4000-8000-000000000001';
  return {
    id: `${accountId}/networkSecurityPerimeterConfigurations/${guid}.${name}`,
    name: `${guid}.${name}`,
    type: 'Microsoft.Batch/batchAccounts/networkSecurityPerimeterConfigurations',
    properties: {
      provisioningState: 'Succeeded',
      provisioningIssues: [],
      networkSecurityPerimeter: {
        id: `${scope}/providers/Microsoft.Network/networkSecurityPerimeters/${name}`,
        perimeterGuid: guid,
        location: 'westeurope',
      },
      resourceAssociation: { name, accessMode },
      profile: {
        name: 'callers',
        accessRulesVersion: 1,
        accessRules: [{ name: 'office', properties: { direction: 'Inbound', addressPrefixes: inbound } }],
        diagnosticSettingsVersion: 1,
        enabledLogCategories: [],
      },
    },
  };
}

/** An account as Batch shows one, with what `properties` says otherwise. */
export function account(
  id: string,
  location: string,
  {
    properties = {},
    absent = [],
    ...others
  }: { properties?: Body; absent?: readonly string[]; identity?: Body; tags?: Body },
): Body {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const whole: Body = {
    accountEndpoint: `${name}.${location}.batch.azure.com`,
    nodeManagementEndpoint: `9b1f8f2e-0000-4000-8000-00000000000${name.length % 10}.${location}.service.batch.azure.com`,
    provisioningState: 'Succeeded',
    dedicatedCoreQuota: 350,
    dedicatedCoreQuotaPerVMFamily: [
      { name: 'standardDSv3Family', coreQuota: 100 },
      { name: 'standardDDSv5Family', coreQuota: 250 },
    ],
    dedicatedCoreQuotaPerVMFamilyEnforced: true,
    lowPriorityCoreQuota: 500,
    poolQuota: 100,
    activeJobAndJobScheduleQuota: 300,
    poolAllocationMode: 'BatchService',
    publicNetworkAccess: 'Enabled',
    privateEndpointConnections: [],
    encryption: { keySource: 'Microsoft.Batch' },
    allowedAuthenticationModes: ['SharedKey', 'AAD', 'TaskAuthenticationToken'],
    ...properties,
  };
  return {
    id,
    name,
    type: 'Microsoft.Batch/batchAccounts',
    location,
    properties: Object.fromEntries(Object.entries(whole).filter(([property]) => !absent.includes(property))),
    identity: { type: 'None' },
    ...others,
  };
}

/** A steady pool as Batch shows one, with as many nodes as its fixed scale asks for. */
export function pool(
  accountId: string,
  name: string,
  created: string,
  { properties, ...others }: { properties: Body; identity?: Body },
): Body {
  return {
    id: `${accountId}/pools/${name}`,
    name,
    type: 'Microsoft.Batch/batchAccounts/pools',
    etag: weakEtag(ticksOf(created)),
    properties: {
      lastModified: created,
      creationTime: created,
      provisioningState: 'Succeeded',
      provisioningStateTransitionTime: created,
      allocationState: 'Steady',
      allocationStateTransitionTime: created,
      vmSize: 'STANDARD_D4S_V3',
      interNodeCommunication: 'Disabled',
      taskSlotsPerNode: 1,
      taskSchedulingPolicy: { nodeFillType: 'Spread' },
      currentDedicatedNodes: 0,
      currentLowPriorityNodes: 0,
      ...properties,
    },
    ...others,
  };
}

export const UBUNTU: Body = {
  imageReference: {
    publisher: 'canonical',
    offer: 'ubuntu-24_04-lts',
    sku: 'server',
    version: 'latest',
  },
  nodeAgentSkuId: 'batch.node.ubuntu 24.04',
};

export const LINUX: Body = { virtualMachineConfiguration: UBUNTU };

export const WINDOWS: Body = {
  virtualMachineConfiguration: {
    imageReference: {
      publisher: 'MicrosoftWindowsServer',
      offer: 'WindowsServer',
      sku: '2022-datacenter-g2',
      version: 'latest',
    },
    nodeAgentSkuId: 'batch.node.windows amd64',
    windowsConfiguration: { enableAutomaticUpdates: true },
  },
};

/** A fixed size, reached. */
export function fixed(dedicated: number, lowPriority = 0): Body {
  return {
    scaleSettings: {
      fixedScale: { targetDedicatedNodes: dedicated, targetLowPriorityNodes: lowPriority, resizeTimeout: 'PT15M' },
    },
    currentDedicatedNodes: dedicated,
    currentLowPriorityNodes: lowPriority,
    ...(dedicated + lowPriority > 0 ? { currentNodeCommunicationMode: 'Simplified' } : {}),
  };
}

export function autoscale(formula: string, evaluationInterval = 'PT15M'): Body {
  return { scaleSettings: { autoScale: { formula, evaluationInterval } } };
}

/** A network configuration as the service shows one. */
export function network(configuration: Body): Body {
  return {
    networkConfiguration: {
      ...configuration,
      dynamicVnetAssignmentScope: 'None',
      enableAcceleratedNetworking: false,
    },
  };
}

/** A NAT pool's rule as the service shows one. */
export function rule(priority: number, access: 'Allow' | 'Deny', sourceAddressPrefix: string): Body {
  return { priority, access, sourceAddressPrefix, sourcePortRanges: ['*'] };
}

export function natPool(name: string, backendPort: number, frontend: number, rules: readonly Body[]): Body {
  return {
    name,
    protocol: 'TCP',
    backendPort,
    frontendPortRangeStart: frontend,
    frontendPortRangeEnd: frontend + 100,
    ...(rules.length > 0 ? { networkSecurityGroupRules: rules } : {}),
  };
}
