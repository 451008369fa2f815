import { type Family, formatAddress, lastAddress, type Range } from './address-prefix.ts';
import type { SenderSet, Side } from './sender-set.ts';

const SIDE_WORDS: Record<Side, string> = { internet: 'the internet', 'virtual network': 'the virtual network' };

/**
 * How far a port is open beyond one address, as in "the whole internet" or "the range 203.0.113.0/24"; null where one
 * address of that family is all.
 * @param senders who get in, from whatever ports
 * @param outsiders all who should not
 */
export function extentOf(senders: SenderSet, outsiders: SenderSet, side: Side, family: Family): string | null {
  if (senders === outsiders) return `the whole ${nounOf(side)}`; // as most often
  const ranges = addressesOf(senders, side, family);
  const all = sizeOf(addressesOf(outsiders, side, family));
  const size = sizeOf(ranges);
  const [first, ...more] = ranges;
  if (first === undefined || size === 1n) return null;
  if (size === all) {
    const other: Family = family === 'IPv4' ? 'IPv6' : 'IPv4';
    const isAll = sizeOf(addressesOf(senders, side, other)) === sizeOf(addressesOf(outsiders, side, other));
    return `the whole ${nounOf(side)}${isAll ? '' : ` of ${family}`}`;
  }
  if (2n * size >= all) return `most of ${SIDE_WORDS[side]}`;
  return more.length > 0 ? 'several ranges' : `the range ${rangeInWords(first, family)}`;
}

function nounOf(side: Side): string {
  return SIDE_WORDS[side].replace('the ', '');
}

/** The known ones, in order and apart. */
function addressesOf(senders: SenderSet, side: Side, family: Family): Range[] {
  const ranges = senders
    .filter((box) => box.side === side && box.family === family && box.tag === null)
    .map(({ addresses }) => addresses)
    .toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
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
