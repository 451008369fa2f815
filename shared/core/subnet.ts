import type { Facet } from './facet.ts';

/** A subnet of pools and what filters the traffic into it. */
export interface Subnet {
  readonly id: string;
  /** Null when the subnet has none. */
  readonly securityGroup: Facet<SecurityGroup | null>;
}

/** A network security group. */
export interface SecurityGroup {
  readonly id: string;
  /** Its inbound rules and its inbound default rules, in no order. */
  readonly inbound: readonly GroupRule[];
}

/** One inbound rule of a network security group, as ARM words it. */
export interface GroupRule {
  readonly name: string;
  readonly priority: number;
  /** `Allow` or `Deny`. */
  readonly access: string;
  /** `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` or `*`. */
  readonly protocol: string;
  /** Addresses, CIDRs, service tags or `*`. */
  readonly sources: readonly string[];
  /** Ports and ranges, or `*`. */
  readonly sourcePorts: readonly string[];
  readonly destinations: readonly string[];
  readonly destinationPorts: readonly string[];
  /** It names application security groups as sources or destinations: whom they hold is not seen. */
  readonly usesApplicationGroups: boolean;
}
