import { type Family, parsePrefix, type Range } from './address-prefix.ts';

/**
 * What no packet that comes from the internet has as its source: this network, private, shared, loopback and link-local
 * addresses, multicast and all above. https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const NEVER_FROM_THERE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
];

/** The only ones that are routed there. https://www.iana.org/assignments/ipv6-unicast-address-assignments */
const GLOBAL_UNICAST = '2000::/3';

/** The addresses that a sender on the internet can have, in order. */
export const INTERNET_ADDRESSES: Record<Family, readonly Range[]> = {
  IPv4: between(NEVER_FROM_THERE.map(rangeOf)),
  IPv6: [rangeOf(GLOBAL_UNICAST)],
};

function rangeOf(text: string): Range {
  const prefix = parsePrefix(text);
  if (prefix?.kind !== 'range') throw new TypeError(`no range of addresses: ${text}`);
  return prefix.addresses;
}

/** What lies between ranges that are in order. */
function between(ranges: readonly Range[]): Range[] {
  return ranges.flatMap(({ last }, i) => {
    const next = ranges[i + 1];
    return next === undefined ? [] : [{ first: last + 1n, last: next.first - 1n }];
  });
}
