import * as fc from 'fast-check';
import type { NsgRule, SecurityGroup } from '../../shared/core/model/subnet.ts';
import { words } from './arbitrary-words.ts';

const PREFIXES = [
  '*',
  'Internet',
  'VirtualNetwork',
  'AzureLoadBalancer',
  'Storage',
  '203.0.113.0/24',
  '10.0.0.0/8',
  '0.0.0.0/0',
];
const PORTS = ['*', '22', '3389', '80-9000', '29876-29877'];

function anyGroupRule(priority: number): fc.Arbitrary<NsgRule> {
  return fc.record({
    name: fc.constant(`rule-${priority}`),
    priority: fc.constant(priority),
    access: words('Allow', 'Deny'),
    protocol: words('*', 'Tcp', 'Tcp', 'Udp', 'Icmp'),
    sources: fc.subarray(PREFIXES, { minLength: 1, maxLength: 2 }),
    sourcePorts: fc.constantFrom(['*'], ['*'], ['1024-65535']),
    destinations: fc.constantFrom(['*'], ['*'], ['VirtualNetwork'], ['10.0.0.0/24']),
    destinationPorts: fc.subarray(PORTS, { minLength: 1, maxLength: 2 }),
    usesApplicationGroups: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  });
}

/** The inbound default rules that every group has. */
export const DEFAULT_INBOUND = defaults(
  ['AllowVnetInBound', 65_000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowAzureLoadBalancerInBound', 65_001, 'Allow', 'AzureLoadBalancer', '*'],
  ['DenyAllInBound', 65_500, 'Deny', '*', '*'],
);

/** The outbound ones. */
export const DEFAULT_OUTBOUND = defaults(
  ['AllowVnetOutBound', 65_000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowInternetOutBound', 65_001, 'Allow', '*', 'Internet'],
  ['DenyAllOutBound', 65_500, 'Deny', '*', '*'],
);

function defaults(...rules: readonly [string, number, string, string, string][]): readonly NsgRule[] {
  return rules.map(([name, priority, access, source, destination]) => ({
    name,
    priority,
    access,
    protocol: '*',
    sources: [source],
    sourcePorts: ['*'],
    destinations: [destination],
    destinationPorts: ['*'],
    usesApplicationGroups: false,
  }));
}

const anyOutboundRule = (priority: number): fc.Arbitrary<NsgRule> =>
  fc.record({
    name: fc.constant(`out-${priority}`),
    priority: fc.constant(priority),
    access: words('Allow', 'Deny'),
    protocol: words('*', 'Tcp', 'Udp'),
    sources: fc.constantFrom(['*'], ['VirtualNetwork'], ['10.0.0.0/24']),
    sourcePorts: fc.constant(['*']),
    destinations: fc.constantFrom(
      ['*'],
      ['Internet'],
      ['AzureCloud'],
      ['BatchNodeManagement.WestEurope'],
      ['Storage'],
      ['203.0.113.0/24'],
    ),
    destinationPorts: fc.constantFrom(['*'], ['443'], ['80', '8080'], ['1-1000']),
    usesApplicationGroups: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  });

const anyPriorities = fc.uniqueArray(fc.integer({ min: 100, max: 4096 }), { maxLength: 4 });

export const anySecurityGroup: fc.Arbitrary<SecurityGroup> = fc
  .tuple(
    anyPriorities.chain((priorities) => fc.tuple(...priorities.map(anyGroupRule))),
    anyPriorities.chain((priorities) => fc.tuple(...priorities.map(anyOutboundRule))),
  )
  .map(([inbound, outbound]) => ({
    id: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg1',
    inbound: [...inbound, ...DEFAULT_INBOUND],
    outbound: [...outbound, ...DEFAULT_OUTBOUND],
  }));
