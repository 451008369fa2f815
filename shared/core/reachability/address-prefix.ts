import ipaddr from 'ipaddr.js';

/** A run of numbers, both ends included: addresses or ports. */
export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

export type Family = 'IPv4' | 'IPv6';

/** The senders that one `sourceAddressPrefix` names, whatever their side's extent. `text` is how ARM is told of it. */
export type AddressPrefix = { readonly text: string } & (
  | { readonly kind: 'any' | 'internet' | 'virtual-network' | 'load-balancer' }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'range'; readonly family: Family; readonly addresses: Range }
);

const TAG = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/i;

/** What was read of a text before: the rules of an estate name few sources, and each of them often. */
const READ = new Map<string, AddressPrefix | null>();
const MOST_READ = 1000;

/** Null when `text` is neither an address, a CIDR, `*` nor shaped like a service tag. */
export function parsePrefix(text: string): AddressPrefix | null {
  const before = READ.get(text);
  if (before !== undefined) return before;
  const prefix = readPrefix(text);
  if (READ.size >= MOST_READ) READ.clear();
  READ.set(text, prefix);
  return prefix;
}

function readPrefix(text: string): AddressPrefix | null {
  switch (text.toLowerCase()) {
    case '*':
      return { kind: 'any', text };
    case 'internet':
      return { kind: 'internet', text };
    case 'virtualnetwork':
      return { kind: 'virtual-network', text };
    case 'azureloadbalancer':
      return { kind: 'load-balancer', text };
    default:
      return TAG.test(text) ? { kind: 'tag', tag: text.toLowerCase(), text } : parseRange(text);
  }
}

function parseRange(text: string): AddressPrefix | null {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const { mapped, bytes } = parsed;
  const bits = bytes.length * 8;
  // A prefix of a mapped address counts the 96 bits before it.
  const kept = length === undefined ? bits : Number(length) - (mapped ? 96 : 0);
  if (kept < 0 || kept > bits) return null;
  const hostBits = BigInt(bits - kept);
  const first = (bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) >> hostBits) << hostBits;
  const family: Family = bits === 32 ? 'IPv4' : 'IPv6';
  const addresses = { first, last: first + (1n << hostBits) - 1n };
  const network = formatAddress(family, first);
  return { kind: 'range', family, addresses, text: length === undefined ? network : `${network}/${kept}` };
}

/** An IPv4-mapped IPv6 address is the IPv4 address: no packet carries the mapped form. */
function parseAddress(text: string): { bytes: number[]; mapped: boolean } | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { bytes: ipaddr.IPv4.parse(text).octets, mapped: false };
  // The library reads `::1.2.3.4` as a mapped address, which it is not.
  if (!ipaddr.IPv6.isValid(text) || text.includes('%') || (text.includes('.') && !/:ffff:[\d.]+$/i.test(text)))
    return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress()
    ? { bytes: address.toIPv4Address().octets, mapped: true }
    : { bytes: address.toByteArray(), mapped: false };
}

export function formatAddress(family: Family, address: bigint): string {
  if (family === 'IPv4') {
    const bits = Number(address);
    return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
  }
  const bytes = 16;
  return ipaddr
    .fromByteArray(Array.from({ length: bytes }, (_, i) => Number((address >> BigInt(8 * (bytes - 1 - i))) & 0xffn)))
    .toString();
}

/** The narrowest prefix that names all that both name; null when they share nothing. CIDRs either nest or are apart. */
export function intersectPrefixes(a: AddressPrefix, b: AddressPrefix): AddressPrefix | null {
  if (covers(a, b)) return b;
  if (covers(b, a)) return a;
  const range = [a, b].find((prefix) => prefix.kind === 'range');
  const other = range === a ? b : a;
  if (range?.kind !== 'range') return null;
  if (other.kind === 'internet' || other.kind === 'virtual-network') return range;
  return other.kind === 'tag' && isWhole(range.addresses, range.family) ? other : null;
}

/** Without those that another one covers. */
export function widest(prefixes: readonly AddressPrefix[]): readonly AddressPrefix[] {
  return prefixes.filter(
    (one, i) => !prefixes.some((other, j) => covers(other, one) && (j < i || !covers(one, other))),
  );
}

function covers(a: AddressPrefix, b: AddressPrefix): boolean {
  if (a.kind === 'any') return true;
  if (a.kind === 'internet' && b.kind === 'tag') return true;
  if (a.kind === 'tag' && b.kind === 'tag') return a.tag === b.tag;
  if (a.kind === 'range' && b.kind === 'range')
    return a.family === b.family && a.addresses.first <= b.addresses.first && b.addresses.last <= a.addresses.last;
  return a.kind === b.kind;
}

/** A CIDR of length 0 holds also those of a service tag's addresses that are of its family. */
export function isWhole({ first, last }: Range, family: Family): boolean {
  return first === 0n && last === lastAddress(family);
}

const LAST_ADDRESS: Record<Family, bigint> = { IPv4: (1n << 32n) - 1n, IPv6: (1n << 128n) - 1n };

export function lastAddress(family: Family): bigint {
  return LAST_ADDRESS[family];
}
