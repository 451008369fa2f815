import { notShown, type Reading } from './reading.ts';
import { sameId } from './resource-id.ts';

/** A subnet of pools and what filters its traffic. */
export interface Subnet {
  readonly id: string;
  /** Null when the subnet has none. */
  readonly securityGroup: Reading<SecurityGroup | null>;
}

/** The security group of one of the subnets that were read; null when it has none. */
export function securityGroupOf(subnetId: string, subnets: Reading<readonly Subnet[]>): Reading<SecurityGroup | null> {
  if ('unknown' in subnets) return subnets;
  const subnet = subnets.known.find(({ id }) => sameId(id, subnetId));
  return subnet?.securityGroup ?? { unknown: notShown('the subnet was not read') };
}

/** A network security group. */
export interface SecurityGroup {
  readonly id: string;
  /** Its inbound rules and its inbound default rules, in no order. */
  readonly inbound: readonly NsgRule[];
  /** Its outbound rules and its outbound default rules, in no order. */
  readonly outbound: readonly NsgRule[];
}

/** One rule of a network security group, as ARM words it. */
export interface NsgRule {
  readonly name: string;
  readonly priority: number;
  /** `Allow` or `Deny`. */
  readonly access: string;
  /** `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` or `*`. */
  readonly protocol: string;
  /** Addresses, CIDRs, service tags or `*`; empty where application security groups are the sources. */
  readonly sources: readonly string[];
  /** Ports and ranges, or `*`. */
  readonly sourcePorts: readonly string[];
  /** As the sources; inbound, of nodes these are their private addresses. */
  readonly destinations: readonly string[];
  /** Inbound, of nodes these are the backend ports. */
  readonly destinationPorts: readonly string[];
  /** It names application security groups as sources or destinations: whom they hold is not seen. */
  readonly usesApplicationGroups: boolean;
}
