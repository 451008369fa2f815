import { type AddressPrefix, type Family, isWhole, lastAddress, type Range } from './address-prefix.ts';
import { INTERNET_ADDRESSES } from './internet-addresses.ts';

export type Side = 'internet' | 'virtual network';

/** Senders on one side: every address of a range with every source port of a range. */
export interface Box {
  readonly side: Side;
  readonly family: Family;
  /** Of a service tag nobody knows the addresses: address 0 stands for all that it has in this family. */
  readonly tag: string | null;
  readonly addresses: Range;
  readonly ports: Range;
}

/** A set of senders, exactly: boxes that share no sender. */
export type SenderSet = readonly Box[];

export const ALL_PORTS: Range = { first: 0n, last: 65535n };

const NOBODY: SenderSet = [];

/**
 * Everyone who can be on these sides, with one stand-in a family for each service tag that will be asked about. Where no
 * tag is, the set is the same one each time: what is known of it need not be found again.
 */
export function everyone(
  sides: readonly Side[],
  families: readonly Family[],
  tags: ReadonlySet<string> = new Set(),
): SenderSet {
  const key = `${sides.join()} ${families.join()}`;
  const known = EVERYONE.get(key) ?? sides.flatMap((side) => families.flatMap((family) => KNOWN[side][family]));
  EVERYONE.set(key, known);
  if (tags.size === 0 || !sides.includes('internet')) return known;
  const standIn = { first: 0n, last: 0n };
  return [...known, ...families.flatMap((family) => [...tags].map((tag) => boxOf('internet', family, standIn, tag)))];
}

/** By sides and families. */
const EVERYONE = new Map<string, SenderSet>();

const KNOWN: Record<Side, Record<Family, SenderSet>> = {
  internet: {
    IPv4: INTERNET_ADDRESSES.IPv4.map((addresses) => boxOf('internet', 'IPv4', addresses)),
    IPv6: INTERNET_ADDRESSES.IPv6.map((addresses) => boxOf('internet', 'IPv6', addresses)),
  },
  'virtual network': {
    IPv4: [boxOf('virtual network', 'IPv4', { first: 0n, last: lastAddress('IPv4') })],
    IPv6: [boxOf('virtual network', 'IPv6', { first: 0n, last: lastAddress('IPv6') })],
  },
};

function boxOf(side: Side, family: Family, addresses: Range, tag: string | null = null): Box {
  return { side, family, tag, addresses, ports: ALL_PORTS };
}

/** Those of `senders` that the prefix names. */
export function named(senders: SenderSet, prefix: AddressPrefix): SenderSet {
  switch (prefix.kind) {
    case 'any':
      return senders;
    case 'load-balancer':
      return NOBODY;
    case 'internet':
      return onSide(senders, 'internet');
    case 'virtual-network':
      return onSide(senders, 'virtual network');
    case 'tag':
      return senders.filter(({ tag }) => tag === prefix.tag);
    case 'range':
      return senders.flatMap((box) => {
        if (box.family !== prefix.family) return [];
        if (box.tag !== null) return isWhole(prefix.addresses, prefix.family) ? [box] : [];
        const addresses = overlap(box.addresses, prefix.addresses);
        return addresses === null ? [] : [{ ...box, addresses }];
      });
  }
}

/** The same set where all of it is on that side. */
export function onSide(senders: SenderSet, side: Side): SenderSet {
  return senders.every((box) => box.side === side) ? senders : senders.filter((box) => box.side === side);
}

/** Those of `senders` that send from one of these ports, which may overlap. */
export function fromPorts(senders: SenderSet, ranges: readonly Range[]): SenderSet {
  if (ranges.includes(ALL_PORTS)) return senders;
  return ranges.reduce<SenderSet>((found, range) => {
    const more = senders.flatMap((box) => {
      const ports = overlap(box.ports, range);
      return ports === null ? [] : [{ ...box, ports }];
    });
    return union(found, more);
  }, []);
}

export function union(a: SenderSet, b: SenderSet): SenderSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  return [...a, ...subtract(b, a)];
}

export function intersect(a: SenderSet, b: SenderSet): SenderSet {
  if (isEmpty(a) || isEmpty(b)) return NOBODY;
  return a.flatMap((one) => b.flatMap((other) => common(one, other) ?? []));
}

export function subtract(a: SenderSet, b: SenderSet): SenderSet {
  // What a rule for all decides about is the very set that it was asked about.
  if (a === b) return NOBODY;
  let left = a;
  for (const hole of b) {
    if (isEmpty(left)) return left;
    left = without(left, hole);
  }
  return left;
}

/** The same set where the hole meets none of it. */
function without(senders: SenderSet, hole: Box): SenderSet {
  const first = senders.findIndex((box) => boxesOverlap(box, hole));
  if (first < 0) return senders;
  const left = senders.slice(0, first);
  for (const box of senders.slice(first)) {
    if (!boxesOverlap(box, hole)) left.push(box);
    else if (!covers(hole, box)) left.push(...splitAround(box, hole));
  }
  return left;
}

/** Of boxes that overlap: whether nothing of the box lies outside the hole. */
function covers(hole: Box, box: Box): boolean {
  return (
    hole.addresses.first <= box.addresses.first &&
    box.addresses.last <= hole.addresses.last &&
    hole.ports.first <= box.ports.first &&
    box.ports.last <= hole.ports.last
  );
}

/**
 * Those who are left when `gone` are dealt with. A service tag's stand-in is left only from ports where some address on
 * the internet is: all that it can stand for may be gone, though nothing named the tag.
 */
export function leftOf(senders: SenderSet, gone: SenderSet): SenderSet {
  const left = subtract(senders, gone);
  if (left.every(({ tag }) => tag === null)) return left;
  const known = onSide(left, 'internet').filter(({ tag }) => tag === null);
  return left.flatMap((box) => {
    if (box.tag === null) return [box];
    const ports = known.filter(({ family }) => family === box.family).map((other) => other.ports);
    return fromPorts([box], ports);
  });
}

export function isEmpty(senders: SenderSet): boolean {
  return senders.length === 0;
}

function common(a: Box, b: Box): Box | null {
  if (a.side !== b.side || a.family !== b.family || a.tag !== b.tag) return null;
  const addresses = overlap(a.addresses, b.addresses);
  const ports = overlap(a.ports, b.ports);
  return addresses === null || ports === null ? null : { ...a, addresses, ports };
}

function boxesOverlap(a: Box, b: Box): boolean {
  return (
    a.side === b.side &&
    a.family === b.family &&
    a.tag === b.tag &&
    a.addresses.first <= b.addresses.last &&
    b.addresses.first <= a.addresses.last &&
    a.ports.first <= b.ports.last &&
    b.ports.first <= a.ports.last
  );
}

function splitAround(box: Box, hole: Box): Box[] {
  const gone = common(box, hole);
  if (gone === null) return [box];
  return [
    ...outside(box.addresses, gone.addresses).map((addresses) => ({ ...box, addresses })),
    ...outside(box.ports, gone.ports).map((ports) => ({ ...box, addresses: gone.addresses, ports })),
  ];
}

function overlap(a: Range, b: Range): Range | null {
  const first = a.first > b.first ? a.first : b.first;
  const last = a.last < b.last ? a.last : b.last;
  return first <= last ? { first, last } : null;
}

/** What of `whole` lies before and after `part`. */
function outside(whole: Range, part: Range): Range[] {
  return [
    { first: whole.first, last: part.first - 1n },
    { first: part.last + 1n, last: whole.last },
  ].filter(({ first, last }) => first <= last);
}
