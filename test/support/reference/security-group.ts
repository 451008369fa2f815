import type { NsgRule, SecurityGroup } from '../../../shared/core/model/subnet.ts';
import { type AddressPrefix, type Family, isWhole, parsePrefix, type Range } from './address-prefix.ts';
import { readPortRange } from './parsed-rule.ts';
import { ALL_PORTS, fromPorts, isEmpty, named, type SenderSet, subtract } from './sender-set.ts';

/** A port of a node. A group sees traffic after the load balancer has translated it: to the node's address and port. */
interface NodePort {
  readonly backendPort: number;
  /** `TCP` or `UDP`. */
  readonly protocol: string;
}

/** A rule of a group, read: what it does to which senders to one port. */
export interface PortRule {
  readonly rule: NsgRule;
  readonly allows: boolean;
  readonly sources: readonly AddressPrefix[];
  readonly sourcePorts: readonly Range[];
  /** Of the senders whom it can meet: those of the addresses that it is for. */
  readonly families: readonly Family[];
}

/** The senders whom one source of a group's rule lets in. */
interface GroupAdmission {
  readonly rule: NsgRule;
  readonly source: AddressPrefix;
  readonly senders: SenderSet;
}

const ANYONE: AddressPrefix = { kind: 'any', text: '*' };
const INTERNET: AddressPrefix = { kind: 'internet', text: 'Internet' };
const VIRTUAL_NETWORK: AddressPrefix = { kind: 'virtual-network', text: 'VirtualNetwork' };
const BOTH_FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];

/**
 * The rules of the group that may be for the port, in the order in which they are tried. What does not show whether it
 * is meant for the sender or for the node counts in an Allow and does not count in a Deny.
 */
export function rulesForPort({ inbound }: SecurityGroup, port: NodePort): readonly PortRule[] {
  return inbound
    .filter((rule) => isForPort(rule, port))
    .map((rule) => ({
      rule,
      allows: allows(rule),
      sources: sourcesOf(rule),
      sourcePorts: readAs(rule, rule.sourcePorts, readPortRange, ALL_PORTS),
      families: familiesOf(rule),
    }))
    .sort(byPriority);
}

/**
 * Those of `senders` whom the rules may let in: the first that matches decides, and whom none matches stays out.
 * @param assumesTag whether the senders on the internet are assumed to be of this service tag (in lower case)
 */
export function admissionsThrough(
  rules: readonly PortRule[],
  senders: SenderSet,
  assumesTag: (tag: string) => boolean,
): readonly GroupAdmission[] {
  const admissions: GroupAdmission[] = [];
  let rest = senders;
  for (const { rule, allows, sources, sourcePorts, families } of rules) {
    for (const source of sources) {
      const prefix = source.kind === 'tag' && allows && assumesTag(source.tag) ? INTERNET : source;
      const found = named(rest, prefix).filter(({ family }) => families.includes(family));
      const matched = isEmpty(found) ? found : fromPorts(found, sourcePorts);
      if (isEmpty(matched)) continue;
      if (allows) admissions.push({ rule, source, senders: matched });
      rest = subtract(rest, matched);
    }
  }
  return admissions;
}

/** Azure gives no priority twice; where a body does, it does not show which rule is tried first. */
function byPriority(a: PortRule, b: PortRule): number {
  return a.rule.priority - b.rule.priority || Number(b.allows) - Number(a.allows);
}

function allows({ access }: NsgRule): boolean {
  return access.toLowerCase() !== 'deny';
}

function isForPort(rule: NsgRule, { backendPort, protocol }: NodePort): boolean {
  // Whom an application security group holds is not seen.
  if ((rule.usesApplicationGroups && !allows(rule)) || !coversProtocol(rule, protocol)) return false;
  const port = BigInt(backendPort);
  const ranges = readAs(rule, rule.destinationPorts, readPortRange, ALL_PORTS);
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

function coversProtocol(rule: NsgRule, published: string): boolean {
  const own = rule.protocol.toLowerCase();
  const other = published.toLowerCase();
  if (own === '*' || own === other) return true;
  const areDisjoint =
    ['icmp', 'esp', 'ah'].includes(own) || [own, other].every((one) => one === 'tcp' || one === 'udp');
  return !areDisjoint && allows(rule);
}

function sourcesOf(rule: NsgRule): readonly AddressPrefix[] {
  // An application security group holds network interfaces of a virtual network.
  if (rule.usesApplicationGroups && rule.sources.length === 0) return [VIRTUAL_NETWORK];
  return readAs(rule, rule.sources, parsePrefix, ANYONE);
}

function familiesOf(rule: NsgRule): readonly Family[] {
  return readAs(rule, rule.destinations, parsePrefix, ANYONE).flatMap((prefix) => {
    if (prefix.kind === 'any' || prefix.kind === 'virtual-network') return BOTH_FAMILIES;
    if (prefix.kind !== 'range') return allows(rule) ? BOTH_FAMILIES : [];
    return allows(rule) || isWhole(prefix.addresses, prefix.family) ? [prefix.family] : [];
  });
}

/** What is written, read. What cannot be read is everything in an Allow, and nothing in a Deny. */
function readAs<T>(
  rule: NsgRule,
  texts: readonly string[],
  read: (text: string) => T | null,
  everything: T,
): readonly T[] {
  const all = texts.map(read);
  if (allows(rule) && (all.length === 0 || all.includes(null))) return [everything];
  return all.filter((one) => one !== null);
}
