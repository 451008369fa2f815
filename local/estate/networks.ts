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

/** An inbound rule for any protocol. */
function inbound(
  name: string,
  priority: number,
  access: 'Allow' | 'Deny',
  source: string,
  { destination = '*', ports = '*' } = {},
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
      direction: 'Inbound',
    },
  };
}

const DEFAULTS = [
  inbound('AllowVnetInBound', 65_000, 'Allow', 'VirtualNetwork', { destination: 'VirtualNetwork' }),
  inbound('AllowAzureLoadBalancerInBound', 65_001, 'Allow', 'AzureLoadBalancer'),
  inbound('DenyAllInBound', 65_500, 'Deny', '*'),
];

const scanners = groupId(TRADING, 'imaging', 'scanners');

/** The subnets of pools with public addresses: one without a security group, one whose group shuts the internet out. */
export const networks: Body[] = [
  subnet(subnetId(PRODUCTION, 'genomics', 'mpi'), '10.20.0.0/24'),
  subnet(subnetId(TRADING, 'imaging', 'scanners'), '10.30.1.0/24', scanners),
  {
    id: scanners,
    name: 'scanners',
    type: 'Microsoft.Network/networkSecurityGroups',
    location: 'germanywestcentral',
    properties: {
      provisioningState: 'Succeeded',
      securityRules: [inbound('AllowBatch', 200, 'Allow', 'BatchNodeManagement', { ports: '29876-29877' })],
      defaultSecurityRules: DEFAULTS,
    },
  },
];
