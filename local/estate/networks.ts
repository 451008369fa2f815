import type { Body } from './parts.ts';
import { PRODUCTION, subnetId, TRADING } from './parts.ts';

function groupId(subscription: string, resourceGroup: string, name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/networkSecurityGroups/${name}`;
}

function subnet(id: string, addressPrefix: string, group?: string): Body {
  return {
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    type: 'Microsoft.Network/virtualNetworks/subnets',
    properties: {
      provisioningState: 'Succeeded',
      addressPrefix,
      ...(group === undefined ? {} : { networkSecurityGroup: { id: group } }),
    },
  };
}

/** A rule for any protocol. */
function rule(
  direction: 'Inbound' | 'Outbound',
  name: string,
  priority: number,
  access: 'Allow' | 'Deny',
  { source = '*', destination = '*', ports = '*' },
): Body {
  return {
    name,
    properties: {
      provisioningState: 'Succeeded',
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: ports,
      sourceAddressPrefix: source,
      destinationAddressPrefix: destination,
      access,
      priority,
      direction,
    },
  };
}

const NETWORK = { source: 'VirtualNetwork', destination: 'VirtualNetwork' };

/** What Azure gives every group. */
const DEFAULTS = [
  rule('Inbound', 'AllowVnetInBound', 65_000, 'Allow', NETWORK),
  rule('Inbound', 'AllowAzureLoadBalancerInBound', 65_001, 'Allow', { source: 'AzureLoadBalancer' }),
  rule('Inbound', 'DenyAllInBound', 65_500, 'Deny', {}),
  rule('Outbound', 'AllowVnetOutBound', 65_000, 'Allow', NETWORK),
  rule('Outbound', 'AllowInternetOutBound', 65_001, 'Allow', { destination: 'Internet' }),
  rule('Outbound', 'DenyAllOutBound', 65_500, 'Deny', {}),
];

function securityGroup(id: string, location: string, ...securityRules: readonly Body[]): Body {
  return {
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    type: 'Microsoft.Network/networkSecurityGroups',
    location,
    properties: { provisioningState: 'Succeeded', securityRules, defaultSecurityRules: DEFAULTS },
  };
}

const scanners = groupId(TRADING, 'imaging', 'scanners');
const render = groupId(PRODUCTION, 'rendering', 'render');

/**
 * The subnets of pools: some without a security group, one whose group shuts the internet out, and one whose group lets
 * nothing out, so that nodes cannot report to Batch.
 */
export const networks: Body[] = [
  subnet(subnetId(PRODUCTION, 'genomics', 'mpi'), '10.20.0.0/24'),
  subnet(subnetId(TRADING, 'trading-risk', 'risk'), '10.40.0.0/24'),
  subnet(subnetId(TRADING, 'imaging', 'scanners'), '10.30.1.0/24', scanners),
  securityGroup(
    scanners,
    'germanywestcentral',
    rule('Inbound', 'AllowBatch', 200, 'Allow', { source: 'BatchNodeManagement', ports: '29876-29877' }),
  ),
  subnet(subnetId(PRODUCTION, 'rendering', 'render'), '10.10.0.0/24', render),
  securityGroup(
    render,
    'westeurope',
    rule('Outbound', 'AllowStorage', 300, 'Allow', { destination: 'Storage', ports: '443' }),
    rule('Outbound', 'DenyInternet', 4000, 'Deny', { destination: 'Internet' }),
  ),
];
