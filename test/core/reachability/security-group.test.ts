import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { NatRule } from '../../../shared/core/model/nat-pool.ts';
import type { NsgRule } from '../../../shared/core/model/subnet.ts';
import { parsePrefix } from '../../../shared/core/reachability/address-prefix.ts';
import { describeOpening } from '../../../shared/core/reachability/exposure.ts';
import { openPorts } from '../../../shared/core/reachability/open-ports.ts';
import { admissionsThrough, rulesForPort } from '../../../shared/core/reachability/security-group.ts';
import { everyone, type SenderSet } from '../../../shared/core/reachability/sender-set.ts';
import { throughGroup } from '../../../shared/core/reachability/through-group.ts';
import {
  type Attempt,
  boundariesOf,
  groupRules,
  isAmong,
  letsThrough,
  natIsUnclosed,
  natLetsIn,
  type PlainGroupRule,
  toGroupRule,
} from '../../support/group-reference.ts';
import { runs } from '../../support/runs.ts';
import { groupRule, SECURITY_GROUP_ID, securityGroup } from '../../support/security-groups.ts';
import {
  type PlainRule,
  ruleSets,
  type Sender,
  type Source,
  sendersAround,
  sources,
  toRule,
} from '../../support/security-reference.ts';
import { aPool, natPool, SUBNET_ID, securityRule } from '../../support/snapshots.ts';

const ALL = { judged: () => true, assumeMapped: undefined };
const FAMILIES = ['IPv4', 'IPv6'] as const;
const SIDES = ['internet', 'virtual network'] as const;
const TAGS = ['storage', 'azurecloud.westeurope'];
const SETS_OF_TAGS = [[], TAGS.slice(0, 1), TAGS.slice(1), TAGS].map((tags) => new Set(tags));
const RUNS = runs(3000);
const counted = { groups: 0, senders: 0, letIn: 0, ports: 0, stillOpen: 0, cut: 0, byTag: 0 };

afterAll(() => console.log('security groups:', JSON.stringify(counted)));

function prefixes(texts: readonly string[]) {
  return texts.flatMap((text) => parsePrefix(text) ?? []);
}

function contains(set: SenderSet, { side, family, address, port }: Sender): boolean {
  return set.some(
    ({ addresses, ports, ...box }) =>
      box.side === side &&
      box.family === family &&
      addresses.first <= address &&
      address <= addresses.last &&
      ports.first <= port &&
      port <= ports.last,
  );
}

/** Known senders on and around each boundary. */
function sendersOf(rules: readonly PlainRule[], extra: readonly Source[] = []): Sender[] {
  return sendersAround(rules, extra, SIDES, FAMILIES).filter(({ tag }) => tag === null);
}

describe('whom a security group lets in', () => {
  const open = natPool();
  const office = groupRule(200, { sources: ['203.0.113.0/24'] });
  const denied = groupRule(100, { access: 'Deny', sources: ['Internet'] });
  const INTERNET = /^203\.0\.113\.7, any port, by no rule: everyone gets in, and /;
  const NETWORK = /^10\.0\.0\.4 in the virtual network, any port/;

  interface Case {
    readonly name: string;
    /** Beside the default rules. */
    readonly rules: readonly NsgRule[];
    readonly nat?: readonly NatRule[];
    readonly protocol?: string;
    readonly allow?: readonly string[];
    /** Who gets in, by the pool and the group; null when nobody does. */
    readonly who: RegExp | null;
  }

  const cases: readonly Case[] = [
    { name: 'the defaults: the virtual network', rules: [], who: NETWORK },
    { name: 'the defaults, where that is allowed: nobody', rules: [], allow: ['VirtualNetwork'], who: null },
    {
      name: 'the defaults, where the NAT pool keeps the virtual network out: nobody',
      rules: [],
      nat: [securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix: 'Internet' }), securityRule()],
      who: null,
    },
    {
      name: 'the load balancer is no sender',
      rules: [groupRule(100, { sources: ['AzureLoadBalancer'] })],
      who: NETWORK,
    },
    { name: 'everyone', rules: [groupRule(100)], who: /, and rule100$/ },
    { name: 'the internet', rules: [groupRule(100, { sources: ['internet'] })], who: /^203.*rule100$/ },
    { name: 'an address', rules: [groupRule(100, { sources: ['198.51.100.7'] })], who: /^198\.51\.100\.7,.*rule100$/ },
    {
      name: 'one of several sources',
      rules: [groupRule(100, { sources: ['10.0.0.0/8', '203.0.113.0/24', 'Storage'] })],
      who: INTERNET,
    },
    { name: 'the office that is allowed', rules: [office], allow: ['203.0.113.0/24', 'VirtualNetwork'], who: null },
    {
      name: 'the internet from one port',
      rules: [groupRule(100, { sourcePorts: ['1000', '1002-1003'] })],
      who: /^203\.0\.113\.7, source ports 1002-1003,/,
    },
    { name: 'the lower number wins: Deny', rules: [denied, office], who: NETWORK },
    { name: 'the lower number wins: Allow', rules: [office, groupRule(300, { access: 'Deny' })], who: INTERNET },
    { name: 'whatever the order of the list', rules: [groupRule(300, { access: 'DENY' }), office], who: INTERNET },
    { name: 'all is denied', rules: [groupRule(100, { access: 'Deny' })], who: null },
    { name: 'another port', rules: [groupRule(100, { destinationPorts: ['3389', '23-80'] })], who: NETWORK },
    {
      name: 'the port within a range',
      rules: [groupRule(100, { destinationPorts: ['3389', '20-30'] })],
      who: INTERNET,
    },
    {
      name: 'the frontend port is not what a group sees',
      rules: [groupRule(100, { destinationPorts: ['40000-40100'] })],
      who: NETWORK,
    },
    { name: 'TCP', rules: [groupRule(100, { protocol: 'TCP' })], who: INTERNET },
    { name: 'UDP is not TCP', rules: [groupRule(100, { protocol: 'Udp' })], who: NETWORK },
    { name: 'UDP is UDP', rules: [groupRule(100, { protocol: 'Udp' })], protocol: 'udp', who: INTERNET },
    {
      name: 'TCP is denied, UDP is not',
      rules: [groupRule(100, { access: 'Deny', protocol: 'Tcp' }), groupRule(200)],
      protocol: 'UDP',
      who: INTERNET,
    },
    ...['Icmp', 'Esp', 'ah'].map((protocol) => ({
      name: `${protocol} reaches no port`,
      rules: [groupRule(100, { protocol })],
      who: NETWORK,
    })),
    {
      name: 'a Deny of ICMP stops no one',
      rules: [groupRule(100, { access: 'Deny', protocol: 'Icmp' }), office],
      who: INTERNET,
    },
    {
      name: 'the nodes are in the virtual network',
      rules: [groupRule(100, { destinations: ['VirtualNetwork'] })],
      who: INTERNET,
    },
    {
      name: 'it denies to the virtual network',
      rules: [groupRule(100, { access: 'Deny', destinations: ['virtualnetwork'] }), groupRule(200)],
      who: null,
    },
    {
      name: 'an address may be that of a node',
      rules: [groupRule(100, { destinations: ['10.0.0.0/24'] })],
      who: INTERNET,
    },
    {
      name: 'a Deny for an address may be that of no node',
      rules: [groupRule(100, { access: 'Deny', destinations: ['10.0.0.0/24'] }), office],
      who: INTERNET,
    },
    {
      name: 'all IPv4 addresses are those of every node',
      rules: [groupRule(100, { access: 'Deny', destinations: ['0.0.0.0/0'] }), groupRule(200)],
      who: /^2001:db8::7,.*rule200$/,
    },
    {
      name: 'the nodes may be of an application security group',
      rules: [groupRule(100, { sources: ['Internet'], destinations: [], usesApplicationGroups: true })],
      who: INTERNET,
    },
    {
      name: 'a Deny for an application security group may be for no node',
      rules: [groupRule(100, { access: 'Deny', destinations: [], usesApplicationGroups: true }), office],
      who: INTERNET,
    },
    {
      name: 'an application security group is none of the internet',
      rules: [groupRule(100, { sources: [], usesApplicationGroups: true })],
      who: /^10\.0\.0\.4 in the virtual network,.*rule100$/,
    },
    {
      name: 'a service tag',
      rules: [groupRule(100, { sources: ['Storage'] })],
      who: /^an address of the service tag Storage, any port, by no rule: everyone gets in, and rule100$/,
    },
    {
      name: 'a Deny of a service tag stops no one',
      rules: [groupRule(100, { access: 'Deny', sources: ['Storage'] }), groupRule(200, { sources: ['storage'] })],
      who: /^an address of the service tag storage,.*rule200$/,
    },
    {
      name: 'a service tag that is allowed',
      rules: [groupRule(100, { sources: ['Storage'] })],
      allow: ['storage', 'VirtualNetwork'],
      who: null,
    },
    {
      name: 'a service tag of the NAT pool within a CIDR of the group',
      rules: [office],
      nat: [securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix: 'Storage' }), securityRule()],
      who: /^an address of the service tag Storage, any port, by rule 150 Allow Storage, and rule200$/,
    },
    {
      name: 'a CIDR of the NAT pool within a service tag of the group',
      rules: [groupRule(100, { sources: ['AzureCloud'] })],
      nat: [securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix: '203.0.113.0/24' }), securityRule()],
      who: /^an address of the service tag AzureCloud, any port, by rule 150 Allow 203\.0\.113\.0\/24, and rule100$/,
    },
    {
      name: 'one service tag within another',
      rules: [groupRule(100, { sources: ['Storage.WestEurope'] })],
      nat: [securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix: 'Storage' }), securityRule()],
      who: /^an address of the service tag Storage, .*rule100$/,
    },
    {
      name: 'a service tag, all of whose addresses are denied',
      rules: [
        groupRule(100, { access: 'Deny', sources: ['0.0.0.0/1', '128.0.0.0/1', '::/0'] }),
        groupRule(200, { sources: ['Storage'] }),
      ],
      who: null,
    },
    {
      name: 'CIDRs apart',
      rules: [office],
      nat: [securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix: '198.51.100.0/24' }), securityRule()],
      allow: ['VirtualNetwork'],
      who: null,
    },
    {
      name: 'a source that cannot be read: perhaps everyone',
      rules: [groupRule(100, { sources: ['10.0.0.300'] })],
      who: INTERNET,
    },
    { name: 'no source at all: perhaps everyone', rules: [groupRule(100, { sources: [] })], who: INTERNET },
    { name: 'an access that is neither lets in', rules: [groupRule(100, { access: 'Audit' })], who: INTERNET },
    {
      name: 'a Deny of what can be read',
      rules: [groupRule(100, { access: 'Deny', sources: ['10.0.0.300', '*'] }), groupRule(200)],
      who: null,
    },
    {
      name: 'a Deny for ports that cannot be read',
      rules: [groupRule(100, { access: 'Deny', destinationPorts: ['9-1'] }), groupRule(200)],
      who: INTERNET,
    },
    { name: 'ports that cannot be read', rules: [groupRule(100, { destinationPorts: ['http'] })], who: INTERNET },
    {
      name: 'one priority twice',
      rules: [groupRule(100, { access: 'Deny' }), groupRule(100, { name: 'twin' })],
      who: /, and twin$/,
    },
  ];

  it.each(cases)('$name', ({ rules, nat = [], protocol = 'TCP', allow = [], who }) => {
    const pool = aPool({ subnetId: SUBNET_ID, hasIpv6: true, endpoints: [{ ...open, protocol, rules: nat }] });
    const published = openPorts(pool, { ...ALL, allow: prefixes(allow) });
    const group = securityGroup(...rules);
    const { open: left } = throughGroup(published, { pool, allow: prefixes(allow), group, sides: SIDES });
    const found = left.map(
      (port) => `${describeOpening({ ...port, extent: null })}, and ${port.example.through?.name}`,
    );
    expect(found.join()).toMatch(who ?? /^$/);
  });

  it('nobody, when it has no rule that matches: Azure denies what no rule allows', () => {
    const none = { id: SECURITY_GROUP_ID, inbound: [], outbound: [] };
    const everybody = everyone(SIDES, FAMILIES);
    const rules = rulesForPort(none, { backendPort: 22, protocol: 'TCP' });
    expect(admissionsThrough(rules, everybody, () => true)).toEqual([]);
  });

  it('is what its rules say of every single sender', () => {
    const ports = fc.constantFrom(22, 80, 5000, 5001, 5002, 65535);
    fc.assert(
      fc.property(groupRules, ports, fc.constantFrom('TCP', 'udp'), (rules, backendPort, protocol) => {
        counted.groups += 1;
        for (const tags of SETS_OF_TAGS) checkGroup(rules, { backendPort, protocol, tags });
      }),
      { numRuns: RUNS },
    );
    expect(counted.letIn).toBeGreaterThan(RUNS);
  });
});

function checkGroup(rules: readonly PlainGroupRule[], attempt: Omit<Attempt, 'sender'>): void {
  const { tags } = attempt;
  const group = { id: SECURITY_GROUP_ID, inbound: rules.map(toGroupRule), outbound: [] };
  const admissions = admissionsThrough(rulesForPort(group, attempt), everyone(SIDES, FAMILIES), (tag) => tags.has(tag));
  for (const sender of sendersOf(boundariesOf(rules))) {
    counted.senders += 1;
    const rule = letsThrough(rules, { ...attempt, sender });
    counted.letIn += rule === null ? 0 : 1;
    const expected = rule === null ? [] : [`rule${rule.priority}`];
    const actual = admissions.filter(({ senders }) => contains(senders, sender)).map((one) => one.rule.name);
    if (actual.join() !== expected.join())
      throw new Error(`${show(sender)}, ${[...tags].join(' and ')}: ${actual.join()}, not ${expected.join()}`);
  }
}

describe('a port behind a security group', () => {
  const situations = fc.record({
    natRules: ruleSets(2, 4),
    group: groupRules,
    allow: fc.array(sources, { maxLength: 2 }),
    protocol: fc.constantFrom('TCP', 'UDP'),
  });

  function publish(natRules: readonly PlainRule[][], protocol: string) {
    return aPool({
      subnetId: SUBNET_ID,
      hasIpv6: true,
      endpoints: natRules.map((rules, i) =>
        natPool({ name: `nat${i}`, backendPort: 5000 + i, protocol, rules: rules.map(toRule) }),
      ),
    });
  }

  it('is open when an outsider is let in by its rules and by the group, and only then', () => {
    fc.assert(
      fc.property(situations, ({ natRules, group: plain, allow, protocol }) => {
        const pool = publish(natRules, protocol);
        const allowed = prefixes(allow.map(({ text }) => text));
        const group = { id: SECURITY_GROUP_ID, inbound: plain.map(toGroupRule), outbound: [] };
        const published = openPorts(pool, { ...ALL, allow: allowed });
        const { open } = throughGroup(published, { pool, allow: allowed, group, sides: SIDES });
        for (const [i, rules] of natRules.entries()) {
          counted.ports += 1;
          const backendPort = 5000 + i;
          const passes = (nat: typeof natLetsIn) => (sender: Sender, tags: ReadonlySet<string>) =>
            !isAmong(allow, { sender, tags }) &&
            nat(rules, { sender, tags, backendPort, protocol }) &&
            letsThrough(plain, { sender, tags, backendPort, protocol }) !== null;
          const [getsIn, isLeft] = [passes(natLetsIn), passes(natIsUnclosed)];
          const found = open.find((port) => port.backendPort === backendPort);
          const example = found?.example;
          const wasOpen = published.open.some((port) => port.backendPort === backendPort);
          if (example === undefined) {
            counted.cut += wasOpen ? 1 : 0;
            const senders = sendersOf([...rules, ...boundariesOf(plain)], allow);
            for (const tags of SETS_OF_TAGS) {
              const one = senders.find((sender) => getsIn(sender, tags) || isLeft(sender, tags));
              if (one !== undefined) throw new Error(`not noticed: ${show(one)}, ${[...tags].join(' and ')}`);
            }
          } else {
            counted.stillOpen += 1;
            counted.byTag += example.tag === null ? 0 : 1;
            if (!wasOpen) throw new Error('a group opens nothing');
            for (const end of [example.ports.first, example.ports.last]) {
              const sender = { ...example, tag: null, port: Number(end) };
              const possible = SETS_OF_TAGS.filter((tags) => example.tag !== null || tags.size === 0);
              if (!possible.some((tags) => (found?.isAdmitted ? getsIn : isLeft)(sender, tags)))
                throw new Error(`does not get in: ${show(sender)}`);
            }
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(counted.stillOpen).toBeGreaterThan(RUNS / 10);
    expect(counted.cut).toBeGreaterThan(RUNS / 10);
    expect(counted.byTag).toBeGreaterThan(RUNS / 100);
  });

  it('is as open as without one when that lets in everyone', () => {
    fc.assert(
      fc.property(situations, ({ natRules, allow, protocol }) => {
        const pool = publish(natRules, protocol);
        const allowed = prefixes(allow.map(({ text }) => text));
        const published = openPorts(pool, { ...ALL, allow: allowed });
        const group = securityGroup(groupRule(100));
        const { open } = throughGroup(published, { pool, allow: allowed, group, sides: SIDES });
        const seen = ({ open }: Pick<typeof published, 'open'>) =>
          open.map(({ path, example: { side, tag } }) => ({ path, side, byTag: tag !== null }));
        expect(seen({ open })).toEqual(seen(published));
      }),
      { numRuns: RUNS },
    );
  });

  it('is known to be closed, whatever its rules, when the group lets nobody in', () => {
    const rubbish = securityRule({ sourceAddressPrefix: '10.0.0.300' });
    const pool = aPool({ subnetId: SUBNET_ID, endpoints: [natPool({ rules: [rubbish] })] });
    const published = openPorts(pool, { ...ALL, allow: [] });
    expect(published.unknown).toHaveLength(1);
    const cut = { pool, allow: [], group: securityGroup() };
    expect(throughGroup(published, { ...cut, sides: SIDES }).unknown).toEqual(published.unknown);
    expect(throughGroup(published, { ...cut, sides: ['internet'] }).unknown).toEqual([]);
  });
});

function show({ side, family, address, port }: Sender): string {
  return `${side} ${family} ${address.toString(16)} port ${port}`;
}
