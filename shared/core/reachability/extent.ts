import { type Family, formatAddress, lastAddress, type Range } from './address-prefix.ts';
import { everyone, type SenderSet, type Side } from './sender-set.ts';

const SIDE_WORDS: Record<Side, string> = { internet: 'the internet', 'virtual network': 'the virtual network' };

/**
 * How far a port is open beyond one address, as in "the whole internet" or "the range 203.0.113.0/24"; null where one
 * address of that family is all.
 * @param senders who get in, from whatever ports
 * @param families those of all addresses at which the nodes are reached
 */
export function extentOf(
  senders: SenderSet,
  { side, family, families }: { side: Side; family: Family; families: readonly Family[] },
): string | null {
  if (isWhole(senders, WHOLE[side][family])) {
    const isAll = families.every((one) => isWhole(senders, WHOLE[side][one]));
    return `the whole ${nounOf(side)}${isAll ? '' : ` of ${family}`}`;
  }
  const ranges = addressesOf(senders, side, family);
  const size = sizeOf(ranges);
  const [first, ...more] = ranges;
  if (first === undefined || size === 1n) return null;
  if (2n * size >= WHOLE[side][family].size) return `most of ${SIDE_WORDS[side]}`;
  return more.length > 0 ? 'several ranges' : `the range ${rangeInWords(first, family)}`;
}

function nounOf(side: Side): string {
  return SIDE_WORDS[side].replace('the ', '');
}

interface Whole {
  readonly side: Side;
  readonly family: Family;
  readonly everyone: SenderSet;
  /** How many addresses there are, whoever is allowed. */
  readonly size: bigint;
}

const WHOLE: Record<Side, Record<Family, Whole>> = {
  internet: { IPv4: wholeOf('internet', 'IPv4'), IPv6: wholeOf('internet', 'IPv6') },
  'virtual network': { IPv4: wholeOf('virtual network', 'IPv4'), IPv6: wholeOf('virtual network', 'IPv6') },
};

function wholeOf(side: Side, family: Family): Whole {
  const all = everyone([side], [family]);
  return { side, family, everyone: all, size: sizeOf(addressesOf(all, side, family)) };
}

function isWhole(senders: SenderSet, { side, family, everyone: all, size }: Whole): boolean {
  // As most often: the very boxes, in their order, and nothing to measure.
  const at = all[0] === undefined ? -1 : senders.indexOf(all[0]);
  if (at >= 0 && all.every((box, i) => senders[at + i] === box)) return true;
  return sizeOf(addressesOf(senders, side, family)) === size;
}

/** The known ones, in order and apart. */
function addressesOf(senders: SenderSet, side: Side, family: Family): Range[] {
  const ranges = senders
    .filter((box) => box.side === side && box.family === family && box.tag === null)
    .map(({ addresses }) => addresses)
    .toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const apart: Range[] = [];
  for (const range of ranges) {
    const before = apart.at(-1);
    if (before === undefined || before.last + 1n < range.first) apart.push(range);
    else if (before.last < range.last) apart.splice(-1, 1, { first: before.first, last: range.last });
  }
  return apart;
}

function sizeOf(ranges: readonly Range[]): bigint {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

/** As a CIDR where it is one. */
function rangeInWords({ first, last }: Range, family: Family): string {
  const size = last - first + 1n;
  const hostBits = size.toString(2).length - 1;
  const bits = lastAddress(family).toString(2).length;
  return size === 1n << BigInt(hostBits) && first % size === 0n
    ? `${formatAddress(family, first)}/${bits - hostBits}`
    : `${formatAddress(family, first)} to ${formatAddress(family, last)}`;
}
