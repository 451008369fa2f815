import { byKey } from './setting.ts';

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

export function normalNatPool(natPool: NatPool): unknown {
  const { name, protocol, backendPort, frontendPortRangeStart, frontendPortRangeEnd, rules } = natPool;
  return {
    name,
    protocol: protocol.toUpperCase(),
    backendPort,
    frontendPortRangeStart,
    frontendPortRangeEnd,
    rules: rules.map(normalRule).toSorted(byKey(({ priority }) => priority)),
  };
}

function normalRule({ priority, access, sourceAddressPrefix, sourcePortRanges }: NatRule) {
  return {
    priority,
    access: access.toLowerCase(),
    sourceAddressPrefix: sourceAddressPrefix.toLowerCase(),
    sourcePortRanges: sourcePortRanges ?? ['*'],
  };
}

export function natPoolInWords({ name, backendPort, rules }: NatPool): string {
  if (rules.length === 0) return `remove all rules of NAT pool ${name} (port ${backendPort})`;
  return `set the rules of NAT pool ${name} (port ${backendPort}) to: ${rules.map(ruleInWords).join('; ')}`;
}

/** As in "150 Deny Internet from source ports 22, 80". */
export function ruleInWords({ priority, access, sourceAddressPrefix, sourcePortRanges }: NatRule): string {
  const all = sourcePortRanges === null || sourcePortRanges.includes('*');
  const ports = all ? '' : ` from source ports ${sourcePortRanges.join(', ')}`;
  return `${priority} ${access} ${sourceAddressPrefix}${ports}`;
}
