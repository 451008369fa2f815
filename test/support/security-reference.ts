import fc from 'fast-check';
import type { NatRule } from '../../shared/core/model/nat-pool.ts';
import type { Pool } from '../../shared/core/model/pool.ts';

/** One sender, and the plainest possible way to decide about it: rule by rule, bit by bit. */
export interface Sender {
  readonly side: 'internet' | 'virtual network';
  readonly family: 'IPv4' | 'IPv6';
  /** Known to belong to this service tag. */
  readonly tag: string | null;
  readonly address: bigint;
  readonly port: number;
}

/** A source prefix with its meaning beside its text, so that the reference parses no address. */
export interface Source {
  readonly text: string;
  readonly word?: string;
  readonly cidr?: { readonly family: 'IPv4' | 'IPv6'; readonly base: bigint; readonly length: number };
}

export interface PlainRule {
  readonly priority: number;
  readonly access: string;
  readonly source: Source;
  readonly ports: readonly (readonly [number, number])[] | null;
}

export function names(source: Source, sender: Sender): boolean {
  if (source.cidr === undefined) {
    const word = source.word ?? '';
    if (word === '*') return true;
    if (word === 'internet') return sender.side === 'internet';
    if (word === 'virtualnetwork') return sender.side === 'virtual network';
    return word === sender.tag;
  }
  const { family, base, length } = source.cidr;
  if (family !== sender.family) return false;
  const rest = BigInt((family === 'IPv4' ? 32 : 128) - length);
  return base >> rest === sender.address >> rest;
}

/** Source addresses that nothing on the internet has, as the registries have them: bases and lengths. */
const NEVER_ON_THE_INTERNET: readonly (readonly [bigint, number])[] = [
  [0x00000000n, 8],
  [0x0a000000n, 8],
  [0x64400000n, 10],
  [0x7f000000n, 8],
  [0xa9fe0000n, 16],
  [0xac100000n, 12],
  [0xc0a80000n, 16],
  [0xe0000000n, 3],
];

function canBe({ side, family, address }: Pick<Sender, 'side' | 'family' | 'address'>): boolean {
  if (side === 'virtual network') return true;
  if (family === 'IPv6') return address >> 125n === 1n;
  return !NEVER_ON_THE_INTERNET.some(([base, length]) => (address ^ base) >> BigInt(32 - length) === 0n);
}

/** Whether it comes from the internet and is decided about by none of the rules, of which there are some. */
export function isUnclosed(rules: readonly PlainRule[], sender: Sender): boolean {
  const isMatched = ({ access, source, ports }: PlainRule) =>
    !(source.word === sender.tag && sender.tag !== null && access.toLowerCase() !== 'allow') &&
    names(source, sender) &&
    (ports === null || ports.some(([from, to]) => from <= sender.port && sender.port <= to));
  return rules.length > 0 && sender.side === 'internet' && !rules.some(isMatched);
}

/** The rule that lets the sender in, `none` where no rule does it, null when it is kept out. */
export function letsIn(rules: readonly PlainRule[], sender: Sender): PlainRule | 'none' | null {
  if (rules.length === 0) return 'none';
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    const allows = rule.access.toLowerCase() === 'allow';
    if (rule.source.word === sender.tag && sender.tag !== null && !allows) continue;
    if (!names(rule.source, sender)) continue;
    if (rule.ports !== null && !rule.ports.some(([from, to]) => from <= sender.port && sender.port <= to)) continue;
    return allows ? rule : null;
  }
  return sender.side === 'virtual network' ? 'none' : null;
}

export function toRule({ priority, access, source, ports }: PlainRule): NatRule {
  const sourcePortRanges = ports && ports.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return { priority, access, sourceAddressPrefix: source.text, sourcePortRanges, unmodelled: { of: priority } };
}

const WORDS = [
  '*',
  'Internet',
  'INTERNET',
  'VirtualNetwork',
  'virtualnetwork',
  'AzureLoadBalancer',
  'Storage',
  'AzureCloud.westeurope',
];
const TAGS = ['storage', 'azurecloud.westeurope'];
const BASES = {
  IPv4: [0x0a010203n, 0xc0a80105n, 0xcb007107n, 0xcb007100n, 0xffffffffn, 0n],
  IPv6: [0x2000007n << 100n, (0x2000007n << 100n) | 5n, (1n << 128n) - 1n],
};
const LENGTHS = { IPv4: [0, 1, 8, 24, 25, 30, 31, 32], IPv6: [0, 1, 8, 64, 126, 127, 128] };

const word = fc.constantFrom(...WORDS).map((text): Source => ({ text, word: text.toLowerCase() }));

function cidr(family: 'IPv4' | 'IPv6'): fc.Arbitrary<Source> {
  return fc
    .tuple(fc.constantFrom(...BASES[family]), fc.constantFrom(...LENGTHS[family]), fc.boolean(), fc.nat(5))
    .map(([base, length, mapped, plain]) => {
      const full = length === (family === 'IPv4' ? 32 : 128);
      const v4 = mapped && plain === 0 && family === 'IPv4';
      const address = v4 ? `::ffff:${write('IPv4', base)}` : write(family, base);
      const text = full && plain > 2 ? address : `${address}/${length + (v4 ? 96 : 0)}`;
      return { text, cidr: { family, base, length } };
    });
}

function write(family: 'IPv4' | 'IPv6', address: bigint): string {
  const [parts, bits, radix] = family === 'IPv4' ? [4, 8n, 10] : [8, 16n, 16];
  const piece = (i: number) => ((address >> (bits * BigInt(parts - 1 - i))) & ((1n << bits) - 1n)).toString(radix);
  return Array.from({ length: parts }, (_, i) => piece(i)).join(family === 'IPv4' ? '.' : ':');
}

export const sources = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 4, arbitrary: cidr('IPv4') },
  { weight: 1, arbitrary: cidr('IPv6') },
);

const portRanges = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc
        .tuple(fc.constantFrom(0, 1, 22, 1000, 65535), fc.constantFrom(0, 1, 22, 1000, 65535))
        .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

const priorities = fc.oneof(
  fc.integer({ min: 150, max: 160 }),
  fc.integer({ min: 3490, max: 3500 }),
  fc.integer({ min: 150, max: 4096 }),
);

/** Rules of several NAT pools, whose priorities are unique in all of them. */
export function ruleSets(natPools: number, rules: number): fc.Arbitrary<PlainRule[][]> {
  const rule = fc.record({
    priority: priorities,
    access: fc.constantFrom('Allow', 'Allow', 'allow', 'Deny', 'DENY'),
    source: sources,
    ports: portRanges,
  });
  return fc
    .tuple(
      fc.integer({ min: 1, max: natPools }),
      fc.uniqueArray(fc.record({ rule, natPool: fc.nat(natPools - 1) }), {
        maxLength: natPools * rules,
        selector: (one) => one.rule.priority,
      }),
    )
    .map(([count, all]) =>
      Array.from({ length: count }, (_, i) => all.filter(({ natPool }) => natPool === i).map(({ rule }) => rule)),
    );
}

/** Senders at and around every boundary of the rules and prefixes, on these sides. */
export function sendersAround(
  rules: readonly PlainRule[],
  extra: readonly Source[],
  sides: readonly Sender['side'][],
  families: readonly Sender['family'][] = ['IPv4'],
): Sender[] {
  const known = [...rules.map(({ source }) => source), ...extra];
  const ports = new Set([0, 22, 65535]);
  for (const [from, to] of rules.flatMap((rule) => rule.ports ?? [])) {
    for (const port of [from - 1, from, to, to + 1]) if (port >= 0 && port <= 65535) ports.add(port);
  }
  const places = sides.flatMap((side) =>
    families.flatMap((family) =>
      [null, ...(side === 'internet' ? TAGS : [])].flatMap((tag) =>
        addressesAround(known, family).map((address) => ({ side, family, tag, address })),
      ),
    ),
  );
  return places.filter(canBe).flatMap((place) => [...ports].map((port) => ({ ...place, port })));
}

/** Of the internet, and a familiar one. */
const EDGES = {
  IPv4: [0x01000000n, 0x09ffffffn, 0x0b000000n, 0xcb007107n, 0xdfffffffn],
  IPv6: [1n << 125n, 0x2000001n << 100n, (1n << 126n) - 1n],
};

function addressesAround(known: readonly Source[], family: 'IPv4' | 'IPv6'): bigint[] {
  const bits = family === 'IPv4' ? 32 : 128;
  const last = (1n << BigInt(bits)) - 1n;
  const found = new Set([0n, last, ...EDGES[family]]);
  for (const { cidr } of known) {
    if (cidr?.family !== family) continue;
    const rest = BigInt(bits - cidr.length);
    const from = (cidr.base >> rest) << rest;
    const to = from + (1n << rest) - 1n;
    for (const address of [from - 1n, from, to, to + 1n]) if (address >= 0n && address <= last) found.add(address);
  }
  return [...found];
}

export function sidesOf({ subnetId }: Pick<Pool, 'subnetId'>): readonly Sender['side'][] {
  return subnetId === null ? ['internet'] : ['internet', 'virtual network'];
}
