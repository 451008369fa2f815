import type { Facets } from '../../shared/core/model/facet.ts';
import type { Reading } from '../../shared/core/model/reading.ts';
import type { NsgRule, SecurityGroup } from '../../shared/core/model/subnet.ts';
import { DEFAULT_INBOUND, DEFAULT_OUTBOUND } from './arbitrary-security-group.ts';
import { SUBNET_ID } from './snapshots.ts';

export const SECURITY_GROUP_ID = SUBNET_ID.replace(/virtualNetworks.*/, 'networkSecurityGroups/nsg1');

/** Named after its priority, allows everything to everywhere. */
export function groupRule(priority: number, overrides: Partial<NsgRule> = {}): NsgRule {
  return {
    name: `rule${priority}`,
    priority,
    access: 'Allow',
    protocol: '*',
    sources: ['*'],
    sourcePorts: ['*'],
    destinations: ['*'],
    destinationPorts: ['*'],
    usesApplicationGroups: false,
    ...overrides,
  };
}

/** A group with these rules beside the default ones. */
export function securityGroup(...rules: readonly NsgRule[]): SecurityGroup {
  return { id: SECURITY_GROUP_ID, inbound: [...rules, ...DEFAULT_INBOUND], outbound: DEFAULT_OUTBOUND };
}

/** A group with these outbound rules beside the default ones. */
export function outboundGroup(...rules: readonly NsgRule[]): SecurityGroup {
  return { id: SECURITY_GROUP_ID, inbound: DEFAULT_INBOUND, outbound: [...rules, ...DEFAULT_OUTBOUND] };
}

/** The one subnet was read; of its group this is known. */
export function behind(securityGroup: Reading<SecurityGroup | null>, id = SUBNET_ID): Pick<Facets, 'subnets'> {
  return { subnets: { known: [{ id, securityGroup }] } };
}
