import fc from 'fast-check';
import type { NsgRule } from '../../shared/core/model/subnet.ts';
import { names, type PlainRule, type Sender, type Source, sources } from './security-reference.ts';

/** One of a rule's port ranges: its meaning beside its text, null where it has none. */
interface PlainPorts {
  readonly text: string;
  readonly range: readonly [number, number] | null;
}

/** A rule of a security group with its meaning beside its text. */
export interface PlainGroupRule {
  readonly priority: number;
  readonly access: string;
  readonly protocol: string;
  readonly sources: readonly (Source | 'rubbish')[];
  readonly sourcePorts: readonly PlainPorts[];
  readonly destinations: readonly (Source | 'rubbish')[];
  readonly destinationPorts: readonly PlainPorts[];
  readonly applicationGroups: 'none' | 'sources' | 'destinations';
}

/** Who sends, and to which port of a node. */
export interface Attempt {
  readonly sender: Sender;
  /** The service tags, in lower case, that the sender is of; the internet's alone are. */
  readonly tags: ReadonlySet<string>;
  readonly backendPort: number;
  readonly protocol: string;
}

type Certainty = 'yes' | 'maybe' | 'no';

/** The rule by which a group may let the sender in; null when none does. Each rule surely, perhaps or never matches. */
export function letsThrough(rules: readonly PlainGroupRule[], attempt: Attempt): PlainGroupRule | null {
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    const matches = least([
      protocolMatches(rule.protocol.toLowerCase(), attempt.protocol.toLowerCase()),
      sourceMatches(rule, attempt),
      portMatches(rule.sourcePorts, attempt.sender.port),
      destinationMatches(rule, attempt.sender.family),
      portMatches(rule.destinationPorts, attempt.backendPort),
      rule.applicationGroups === 'none' ? 'yes' : 'maybe',
    ]);
    const denies = rule.access.toLowerCase() === 'deny';
    if (denies && matches === 'yes') return null;
    if (!denies && matches !== 'no') return rule;
  }
  return null;
}

/** The same of a NAT pool's rules, of which all match surely but those that deny a service tag; true by no rule too. */
export function natLetsIn(rules: readonly PlainRule[], { sender, tags }: Attempt): boolean {
  if (rules.length === 0) return true;
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    const allows = rule.access.toLowerCase() === 'allow';
    const named = isTag(rule.source) ? allows && isOf(rule.source, { sender, tags }) : names(rule.source, sender);
    const sent = rule.ports === null || rule.ports.some(([from, to]) => from <= sender.port && sender.port <= to);
    if (named && sent) return allows;
  }
  return sender.side === 'virtual network';
}

/** Whether it comes from the internet and none of the rules, of which there are some, decides about it. */
export function natIsUnclosed(rules: readonly PlainRule[], { sender, tags }: Attempt): boolean {
  return (
    rules.length > 0 &&
    sender.side === 'internet' &&
    rules.every(({ access, source, ports }) => {
      const allows = access.toLowerCase() === 'allow';
      const named = isTag(source) ? allows && isOf(source, { sender, tags }) : names(source, sender);
      return !named || (ports !== null && ports.every(([from, to]) => sender.port < from || to < sender.port));
    })
  );
}

type Who = Pick<Attempt, 'sender' | 'tags'>;

export function isAmong(allow: readonly Source[], who: Who): boolean {
  return allow.some((source) => (isTag(source) ? isOf(source, who) : names(source, who.sender)));
}

function isOf({ word = '' }: Source, { sender, tags }: Who): boolean {
  return sender.side === 'internet' && tags.has(word);
}

function isTag({ word }: Source): boolean {
  return word !== undefined && !['*', 'internet', 'virtualnetwork', 'azureloadbalancer'].includes(word);
}

function least(all: readonly Certainty[]): Certainty {
  return all.includes('no') ? 'no' : all.includes('maybe') ? 'maybe' : 'yes';
}

function most(all: readonly Certainty[]): Certainty {
  return all.includes('yes') ? 'yes' : all.includes('maybe') ? 'maybe' : 'no';
}

function protocolMatches(own: string, other: string): Certainty {
  if (own === '*' || own === other) return 'yes';
  const known = ['tcp', 'udp', 'icmp', 'esp', 'ah'];
  return known.includes(own) && known.includes(other) ? 'no' : 'maybe';
}

function portMatches(ports: readonly PlainPorts[], port: number): Certainty {
  if (ports.length === 0) return 'maybe';
  return most(
    ports.map(({ range }) => (range === null ? 'maybe' : range[0] <= port && port <= range[1] ? 'yes' : 'no')),
  );
}

function sourceMatches({ sources, applicationGroups }: PlainGroupRule, { sender, tags }: Attempt): Certainty {
  // A body without sources does not show which side its application security groups are on.
  if (applicationGroups === 'sources' || (applicationGroups === 'destinations' && sources.length === 0))
    return sender.side === 'virtual network' ? 'maybe' : 'no';
  if (sources.length === 0) return 'maybe';
  return most(
    sources.map((source) => {
      if (source === 'rubbish') return 'maybe';
      if (isTag(source)) return isOf(source, { sender, tags }) ? 'maybe' : 'no';
      return names(source, sender) ? 'yes' : 'no';
    }),
  );
}

/** A node has private addresses of the virtual network: which, is not seen. */
function destinationMatches({ destinations }: PlainGroupRule, family: Sender['family']): Certainty {
  if (destinations.length === 0) return 'maybe';
  return most(
    destinations.map((destination) => {
      if (destination === 'rubbish') return 'maybe';
      if (destination.cidr === undefined)
        return destination.word === '*' || destination.word === 'virtualnetwork' ? 'yes' : 'maybe';
      if (destination.cidr.family !== family) return 'no';
      return destination.cidr.length === 0 ? 'yes' : 'maybe';
    }),
  );
}

export function toGroupRule(rule: PlainGroupRule): NsgRule {
  const text = (source: Source | 'rubbish') => (source === 'rubbish' ? '10.0.0.300' : source.text);
  return {
    name: `rule${rule.priority}`,
    priority: rule.priority,
    access: rule.access,
    protocol: rule.protocol,
    sources: rule.sources.map(text),
    sourcePorts: rule.sourcePorts.map(({ text }) => text),
    destinations: rule.destinations.map(text),
    destinationPorts: rule.destinationPorts.map(({ text }) => text),
    usesApplicationGroups: rule.applicationGroups !== 'none',
  };
}

/** The senders to try: a NAT pool's rules that have the same boundaries. */
export function boundariesOf(rules: readonly PlainGroupRule[]): PlainRule[] {
  return rules.flatMap(({ sources, sourcePorts }) => {
    const ports = sourcePorts.flatMap(({ range }) => (range === null ? [] : [range]));
    const known = sources.filter((source) => source !== 'rubbish');
    return [...known, { text: '*', word: '*' }].map((source) => ({ priority: 0, access: 'Allow', source, ports }));
  });
}

const EVERY_PORT: PlainPorts = { text: '*', range: [0, 65535] };

function ports(...known: PlainPorts[]): fc.Arbitrary<readonly PlainPorts[]> {
  const some = fc.constantFrom(...known, EVERY_PORT, { text: '99999', range: null });
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant([EVERY_PORT]) },
    { weight: 3, arbitrary: fc.array(some, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
}

function addresses(common: readonly Source[]): fc.Arbitrary<readonly (Source | 'rubbish')[]> {
  const one = fc.oneof(
    { weight: 12, arbitrary: fc.oneof(fc.constantFrom(...common), sources) },
    { weight: 1, arbitrary: fc.constant('rubbish' as const) },
  );
  return fc.oneof(
    { weight: 12, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
}

const ANY: Source = { text: '*', word: '*' };
const NETWORK: Source = { text: 'VirtualNetwork', word: 'virtualnetwork' };
const INTERNET: Source = { text: 'Internet', word: 'internet' };
const ALL_IPV4: Source = { text: '0.0.0.0/0', cidr: { family: 'IPv4', base: 0n, length: 0 } };

/** The inbound default rules that Azure gives every group. */
const DEFAULTS: readonly PlainGroupRule[] = [
  { priority: 65_000, access: 'Allow', sources: [NETWORK], destinations: [NETWORK] },
  { priority: 65_001, access: 'Allow', sources: [{ text: 'AzureLoadBalancer', word: 'azureloadbalancer' }] },
  { priority: 65_500, access: 'Deny', sources: [ANY] },
].map((rule) => ({
  protocol: '*',
  sourcePorts: [EVERY_PORT],
  destinations: [ANY],
  destinationPorts: [EVERY_PORT],
  applicationGroups: 'none',
  ...rule,
}));

/** The rules of a group; of a few the defaults are missing. */
export const groupRules: fc.Arbitrary<PlainGroupRule[]> = fc
  .tuple(
    fc.uniqueArray(
      fc.record({
        priority: fc.integer({ min: 100, max: 130 }),
        access: fc.constantFrom('Allow', 'Allow', 'allow', 'Deny', 'DENY', 'Deny', 'Audit'),
        protocol: fc.constantFrom('*', '*', 'Tcp', 'TCP', 'Udp', 'Icmp', 'Esp', 'Ah', 'Sctp'),
        sources: addresses([ANY, INTERNET]),
        sourcePorts: ports({ text: '1000-2000', range: [1000, 2000] }, { text: '22', range: [22, 22] }),
        destinations: fc.oneof(fc.constant([ANY]), addresses([NETWORK, ALL_IPV4])),
        destinationPorts: ports(
          { text: '22', range: [22, 22] },
          { text: '80-5001', range: [80, 5001] },
          { text: '5001-5002', range: [5001, 5002] },
        ),
        applicationGroups: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'sources', 'destinations'),
      }),
      { maxLength: 6, selector: ({ priority }) => priority },
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([rules, one, other]) => [...rules.map(withoutAddresses), ...(one || other ? DEFAULTS : [])]);

/** Application security groups stand instead of addresses. */
function withoutAddresses(rule: PlainGroupRule): PlainGroupRule {
  return rule.applicationGroups === 'none' ? rule : { ...rule, [rule.applicationGroups]: [] };
}
