/** A NAT pool: one backend port of every node, published on a range of frontend ports. */
export interface NatPool {
  readonly name: string;
  /** `TCP` or `UDP`. */
  readonly protocol: string;
  readonly backendPort: number;
  readonly frontendPortRangeStart: number;
  readonly frontendPortRangeEnd: number;
  /** Empty lets everyone in. */
  readonly rules: readonly NatRule[];
  readonly unmodelled: Unmodelled;
}

/** One network security group rule of a NAT pool. */
export interface NatRule {
  readonly priority: number;
  /** `Allow` or `Deny`. */
  readonly access: string;
  /** An address, a CIDR, a service tag or `*`. */
  readonly sourceAddressPrefix: string;
  /** Ports and ranges as ARM writes them; null when absent, which means all. */
  readonly sourcePortRanges: readonly string[] | null;
  readonly unmodelled: Unmodelled;
}

/** Fields that this program does not know: kept as read, written back as read. */
export type Unmodelled = Readonly<Record<string, unknown>>;
