import { type NatRule, ruleInWords } from '../../../shared/core/model/nat-pool.ts';
import type { NsgRule } from '../../../shared/core/model/subnet.ts';
import { type Family, formatAddress, type Range } from './address-prefix.ts';
import { type Admission, type ParsedRule, walk } from './parsed-rule.ts';
import { ALL_PORTS, type Box, isEmpty, onSide, type SenderSet, type Side } from './sender-set.ts';

/** Whom a NAT pool's rules let in. Without rules that is everyone; else, by no rule, the virtual network. */
export function admissionsTo(parsedRules: readonly ParsedRule[], senders: SenderSet): readonly Admission[] {
  if (parsedRules.length === 0) return [{ by: null, through: null, senders }];
  const { admissions, rest } = walk(parsedRules, senders);
  return [...admissions, { by: null, through: null, senders: onSide(rest, 'virtual network') }].filter(
    (admission) => !isEmpty(admission.senders),
  );
}

/** One sender who gets in: the address, and the source ports from which it does. */
export interface Example {
  readonly side: Side;
  readonly family: Family;
  readonly tag: string | null;
  readonly address: bigint;
  readonly ports: Range;
  readonly by: NatRule | null;
  /** The rule of the subnet's security group that lets it in too; null where no group was considered. */
  readonly through: NsgRule | null;
}

/** Addresses of the documentation ranges, and what a first node in a virtual network often has. */
const FAMILIAR: Record<Side, Record<Family, readonly bigint[]>> = {
  internet: { IPv4: [0xcb007107n, 0xc6336407n, 0xc0000207n], IPv6: [0x20010db8000000000000000000000007n] },
  'virtual network': { IPv4: [0x0a000004n], IPv6: [0xfd000000000000000000000000000004n] },
};

/** The one of all who get in that says most: from the internet, of a known address, a familiar one, from many ports. */
export function exampleOf(admissions: readonly Admission[]): Example | null {
  const candidates = admissions
    .flatMap(({ by, through, senders }) => senders.map((box) => ({ by, through, box, strange: strangeness(box) })))
    .sort((a, b) => a.strange - b.strange || Number(width(b.box.ports) - width(a.box.ports)));
  const [best] = candidates;
  if (best === undefined) return null;
  const { side, family, tag, ports } = best.box;
  return { side, family, tag, address: typicalAddress(best.box), ports, by: best.by, through: best.through };
}

/** As in "203.0.113.7, any port, by rule 100 Allow Internet". */
export function describeExample({ side, family, tag, address, ports, by }: Example): string {
  const who = tag === null ? formatAddress(family, address) : `an address of the service tag ${wordingOf(tag, by)}`;
  const where = side === 'internet' ? '' : ' in the virtual network';
  return `${who}${where}, ${describePorts(ports)}, by ${by === null ? describeNoRule(side) : describeRule(by)}`;
}

/** The tag as the rule writes it, where the rule names it. */
function wordingOf(tag: string, by: NatRule | null): string {
  return by?.sourceAddressPrefix.toLowerCase() === tag.toLowerCase() ? by.sourceAddressPrefix : tag;
}

export function describeRule(rule: NatRule): string {
  return `rule ${ruleInWords(rule)}`;
}

function describeNoRule(side: Side): string {
  return side === 'internet'
    ? 'no rule: everyone gets in'
    : 'no rule: the virtual network gets in where no rule denies it';
}

function describePorts({ first, last }: Range): string {
  if (first === ALL_PORTS.first && last === ALL_PORTS.last) return 'any port';
  return first === last ? `source port ${first}` : `source ports ${first}-${last}`;
}

function strangeness(box: Box): number {
  const familiar = FAMILIAR[box.side][box.family].includes(typicalAddress(box));
  return (
    (box.side === 'internet' ? 0 : 8) +
    (box.tag === null ? 0 : 4) +
    (box.family === 'IPv4' ? 0 : 2) +
    (familiar ? 0 : 1)
  );
}

function typicalAddress({ side, family, addresses: { first, last } }: Box): bigint {
  const familiar = FAMILIAR[side][family].find((address) => first <= address && address <= last);
  return familiar ?? (first < last ? first + 1n : first);
}

function width({ first, last }: Range): bigint {
  return last - first;
}
