import type { EndpointAccess, IpRule } from '../model/network-profile.ts';
import { type Reading, undecided } from '../model/reading.ts';
import { listed } from '../model/words.ts';
import { lastAddress, parsePrefix, type Range } from './address-prefix.ts';

/**
 * Whether an endpoint with public access lets every IPv4 address in, exactly. An absent endpoint or default action means
 * Allow, under which rules do not count.
 */
export function letsEveryoneIn(access: EndpointAccess | null): Reading<boolean> {
  const { defaultAction, ipRules } = access ?? { defaultAction: null, ipRules: [] };
  switch ((defaultAction ?? 'Allow').toLowerCase()) {
    case 'allow':
      return { known: true };
    case 'deny':
      return coverIpv4(ipRules);
    default:
      return { unknown: undecided(`what the default action ${defaultAction} means is not known`) };
  }
}

/**
 * Whether the rules together hold every IPv4 address; IPv6 does not count. A rule that is neither an address nor a CIDR
 * may hold anything: beside it, only the others can prove that all is held, and nothing proves that it is not.
 */
export function coverIpv4(rules: readonly IpRule[]): Reading<boolean> {
  const read = rules.map(({ value }) => ({ value, prefix: parsePrefix(value) }));
  const ranges = read.flatMap(({ prefix }) =>
    prefix?.kind === 'range' && prefix.family === 'IPv4' ? [prefix.addresses] : [],
  );
  if (holdAll(ranges)) return { known: true };
  const unreadable = read.filter(({ prefix }) => prefix?.kind !== 'range').map(({ value }) => `"${value}"`);
  if (unreadable.length === 0) return { known: false };
  return { unknown: undecided(`whom these IP rules let in is not known: ${listed(unreadable.toSorted())}`) };
}

function holdAll(ranges: readonly Range[]): boolean {
  let next = 0n;
  for (const { first, last } of ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next > lastAddress('IPv4');
}
