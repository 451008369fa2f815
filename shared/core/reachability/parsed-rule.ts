import type { NatRule } from '../model/nat-pool.ts';
import { type Reading, type UnknownReason, undecided } from '../model/reading.ts';
import type { NsgRule } from '../model/subnet.ts';
import { type AddressPrefix, parsePrefix, type Range } from './address-prefix.ts';
import { ALL_PORTS, fromPorts, isEmpty, leftOf, named, type SenderSet, union } from './sender-set.ts';

/** A security rule, read: what it does to which senders. */
export interface ParsedRule {
  readonly allows: boolean;
  readonly prefix: AddressPrefix;
  readonly ports: readonly Range[];
  readonly rule: NatRule;
}

/** The senders whom one rule lets in; null where it is no rule's doing. */
export interface Admission {
  readonly by: NatRule | null;
  /** The rule of the subnet's security group that lets them in too; null where no group was considered. */
  readonly through: NsgRule | null;
  readonly senders: SenderSet;
}

/** The rules in the order in which they are tried; unknown when one of them does not say what it does. */
export function parseRules(rules: readonly NatRule[]): Reading<readonly ParsedRule[]> {
  const parsedRules: ParsedRule[] = [];
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    const access = rule.access.toLowerCase();
    const prefix = parsePrefix(rule.sourceAddressPrefix);
    const ports = readPorts(rule.sourcePortRanges);
    if (access !== 'allow' && access !== 'deny') return unclear(rule, `an access that is neither Allow nor Deny`);
    if (prefix === null)
      return unclear(rule, `a source that is no address, CIDR or tag: "${rule.sourceAddressPrefix}"`);
    if (ports === null)
      return unclear(rule, `source ports that cannot be read: ${JSON.stringify(rule.sourcePortRanges)}`);
    if (ports.length > MOST_RANGES) return unclear(rule, `source ports in more than ${MOST_RANGES} ranges`);
    if (parsedRules.at(-1)?.rule.priority === rule.priority) return unclear(rule, 'the priority of another rule');
    parsedRules.push({ allows: access === 'allow', prefix, ports, rule });
  }
  return { known: parsedRules };
}

function unclear({ priority }: NatRule, what: string): { readonly unknown: UnknownReason } {
  return { unknown: undecided(`rule ${priority} has ${what}`) };
}

/** More would take minutes to judge, while nothing else is judged. Who sends chooses the port, so that no rule needs many. */
const MOST_RANGES = 20;

const FROM_ANY_PORT: readonly Range[] = [ALL_PORTS];

function readPorts(texts: readonly string[] | null): readonly Range[] | null {
  if (texts === null) return FROM_ANY_PORT;
  const ranges = texts.map(readPortRange);
  return ranges.length > 0 && ranges.every((range) => range !== null) ? apart(ranges) : null;
}

/** The same ports, in order, in ranges of which no two touch. */
function apart(ranges: readonly Range[]): readonly Range[] {
  if (ranges.includes(ALL_PORTS)) return FROM_ANY_PORT;
  const joined: Range[] = [];
  for (const range of ranges.toSorted((a, b) => Number(a.first - b.first))) {
    const before = joined.at(-1);
    if (before === undefined || before.last + 1n < range.first) joined.push(range);
    else if (before.last < range.last) joined.splice(-1, 1, { first: before.first, last: range.last });
  }
  return joined;
}

/** One port, `first-last` or `*`; null for anything else. */
export function readPortRange(text: string): Range | null {
  if (text === '*') return ALL_PORTS;
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return null;
  const range = { first: BigInt(from), last: BigInt(to) };
  return range.first <= range.last && range.last <= ALL_PORTS.last ? range : null;
}

/** Those of `senders` that the rule decides about. A Deny of a service tag decides about no one that we know of. */
export function decidedBy({ allows, prefix, ports }: Omit<ParsedRule, 'rule'>, senders: SenderSet): SenderSet {
  return prefix.kind === 'tag' && !allows ? [] : fromPorts(named(senders, prefix), ports);
}

/** Whom each Allow lets in, first match wins, and who meets no rule. */
export function walk(
  parsedRules: readonly ParsedRule[],
  senders: SenderSet,
): { admissions: Admission[]; rest: SenderSet } {
  const admissions: Admission[] = [];
  let rest = senders;
  for (const parsedRule of parsedRules) {
    const decided = decidedBy(parsedRule, rest);
    if (parsedRule.allows && !isEmpty(decided))
      admissions.push({ by: parsedRule.rule, through: null, senders: decided });
    rest = leftOf(rest, decided);
  }
  return { admissions, rest };
}

/** Those of `senders` whom at least one of the prefixes names. */
export function namedByAny(prefixes: readonly AddressPrefix[], senders: SenderSet): SenderSet {
  return prefixes.reduce<SenderSet>((found, prefix) => union(found, named(senders, prefix)), []);
}

/** The service tags that the prefixes name. */
export function serviceTagsOf(prefixes: readonly AddressPrefix[]): ReadonlySet<string> {
  const tags = new Set<string>();
  for (const prefix of prefixes) if (prefix.kind === 'tag') tags.add(prefix.tag);
  return tags;
}
