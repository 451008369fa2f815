import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AddressPrefix, type Family, parsePrefix } from '../../../shared/core/reachability/address-prefix.ts';
import { closeNatPool } from '../../../shared/core/reachability/close-nat-pool.ts';
import { parseRules, serviceTagsOf } from '../../../shared/core/reachability/parsed-rule.ts';
import { everyone, type Side } from '../../../shared/core/reachability/sender-set.ts';
import { runs } from '../../support/runs.ts';
import { ruleSets, toRule } from '../../support/security-reference.ts';
import { securityRule } from '../../support/snapshots.ts';

interface Case {
  readonly name: string;
  /** As in "150 Allow Internet 22-80": priority, access, source and, when not all, source ports. */
  readonly rules: readonly string[];
  readonly allow: readonly string[];
  readonly isDualStack?: boolean;
  /** Without it no virtual network is there. */
  readonly on?: 'a subnet' | 'an inter-node pool';
  /** As `rules`, with `next` or `last` where there is no priority yet; null where rules cannot say it. */
  readonly expect: readonly string[] | null;
}

const cases: readonly Case[] = [
  {
    name: 'the example beside the code',
    rules: ['150 Deny 203.0.113.7', '160 Allow 203.0.112.0/20', '170 Allow Internet'],
    allow: ['203.0.113.0/24'],
    expect: ['150 Deny 203.0.113.7', '170 Allow 203.0.113.0/24', 'last Deny *'],
  },
  {
    name: 'an Allow of outsiders only goes, and its place stays free',
    rules: ['150 Allow 198.51.100.0/24', '160 Allow 203.0.113.7'],
    allow: ['203.0.113.0/24'],
    expect: ['160 Allow 203.0.113.7', 'last Deny *'],
  },
  {
    name: 'an Allow of several allowed sources becomes several',
    rules: ['150 Allow Internet 22-80'],
    allow: ['203.0.113.0/24', '198.51.100.7'],
    expect: ['150 Allow 203.0.113.0/24 22-80', 'next Allow 198.51.100.7 22-80', 'last Deny *'],
  },
  {
    name: 'a tag is named though it may hold addresses of IPv6 that do not get in today',
    rules: ['150 Allow 0.0.0.0/0'],
    allow: ['Storage'],
    expect: ['150 Allow Storage', 'last Deny *'],
  },
  {
    name: 'so is a CIDR on the virtual network, where it does not get in today',
    rules: ['150 Allow Internet 22', '3490 Deny 0.0.0.0/0'],
    allow: ['0.0.0.0/0'],
    on: 'a subnet',
    isDualStack: true,
    expect: ['150 Allow 0.0.0.0/0 22', '3490 Deny 0.0.0.0/0', 'last Deny *'],
  },
  {
    name: 'an Allow further on does not surely let in a tag behind a Deny of a CIDR',
    rules: ['150 Allow *', '151 Deny 10.0.0.0/8', '3490 Allow *'],
    allow: ['AzureCloud.westeurope'],
    expect: ['150 Allow AzureCloud.westeurope', '151 Deny 10.0.0.0/8', 'last Deny *'],
  },
  {
    name: 'a part of the internet is kept by its CIDR, never by a Deny of its side',
    rules: ['150 Allow 0.0.0.0/0'],
    allow: ['VirtualNetwork', '0.0.0.0/1'],
    expect: ['150 Allow 0.0.0.0/1', 'last Deny *'],
  },
  {
    name: 'an inter-node pool keeps its virtual network behind a Deny of the internet',
    rules: ['150 Allow 20.0.0.0/8', '160 Deny *'],
    allow: [],
    on: 'an inter-node pool',
    expect: ['next Deny Internet', '150 Allow 20.0.0.0/8', '160 Deny *'],
  },
  {
    name: 'there the virtual network needs no Allow where no rule denies it',
    rules: ['150 Allow 20.0.0.0/8'],
    allow: [],
    on: 'an inter-node pool',
    expect: ['last Deny Internet'],
  },
  {
    name: 'no rule says "this CIDR, on the virtual network only"',
    rules: ['150 Allow 0.0.0.0/0'],
    allow: ['Internet', '20.0.0.0/8'],
    on: 'a subnet',
    isDualStack: true,
    expect: null,
  },
  {
    name: 'a private CIDR is on the virtual network only',
    rules: ['150 Allow 0.0.0.0/0'],
    allow: ['Internet', '10.0.0.0/8'],
    on: 'a subnet',
    expect: ['150 Allow 10.0.0.0/8', 'next Allow Internet', 'last Deny *'],
  },
  {
    name: 'an inter-node pool that lets in a private CIDR is closed to the internet, about whom no rule decides',
    rules: ['150 Allow 10.0.0.0/8'],
    allow: [],
    on: 'an inter-node pool',
    expect: ['150 Allow 10.0.0.0/8', 'last Deny Internet'],
  },
  {
    name: 'nobody comes from a private CIDR where no virtual network is, so it lets in no one',
    rules: ['150 Allow 192.168.1.0/24', '160 Allow 203.0.113.7'],
    allow: [],
    expect: ['150 Allow 192.168.1.0/24', 'last Deny *'],
  },
];

test.each(cases)('$name', ({ rules, allow, on, isDualStack, expect: expected }) => {
  const parsedRules = parseRules(rules.map(readRule));
  if ('unknown' in parsedRules) throw new Error(parsedRules.unknown.message);
  const prefixes = allow.map(prefix);
  const tags = serviceTagsOf([...prefixes, ...parsedRules.known.map((rule) => rule.prefix)]);
  const senders = everyone(
    on === undefined ? ['internet'] : ['internet', 'virtual network'],
    isDualStack ? ['IPv4', 'IPv6'] : ['IPv4'],
    tags,
  );
  const drafts = closeNatPool(parsedRules.known, { allow: prefixes, interNode: on === 'an inter-node pool', senders });
  const said = drafts?.map(({ at, rule: { access, sourceAddressPrefix, sourcePortRanges } }) =>
    [at, access, sourceAddressPrefix, ...(sourcePortRanges ?? [])].join(' '),
  );
  expect(said ?? null).toEqual(expected);
});

function readRule(text: string) {
  const [priority, access = '', sourceAddressPrefix = '', ports] = text.split(' ');
  const sourcePortRanges = ports === undefined ? null : [ports];
  return securityRule({ priority: Number(priority), access, sourceAddressPrefix, sourcePortRanges });
}

function prefix(text: string): AddressPrefix {
  const parsed = parsePrefix(text);
  if (parsed === null) throw new Error(`No prefix: ${text}`);
  return parsed;
}

test('where nobody may stay the short way comes to the same as the long one', () => {
  let differing = 0;
  const anySides = fc.constantFrom<readonly Side[]>(['internet'], ['internet', 'virtual network']);
  const anyFamilies = fc.constantFrom<readonly Family[]>(['IPv4'], ['IPv4', 'IPv6']);
  fc.assert(
    fc.property(ruleSets(1, 8), anySides, anyFamilies, ([plain = []], sides, families) => {
      const parsedRules = parseRules(plain.map(toRule));
      if ('unknown' in parsedRules) throw new Error(parsedRules.unknown.message);
      const senders = everyone(sides, families, serviceTagsOf(parsedRules.known.map((rule) => rule.prefix)));
      const close = (allow: readonly AddressPrefix[]) =>
        closeNatPool(parsedRules.known, { allow, interNode: false, senders });
      // Probes are no senders: whoever allows them alone allows nobody.
      const long = close([prefix('AzureLoadBalancer')]);
      expect(close([])).toEqual(long);
      differing += long?.length === plain.length ? 0 : 1;
    }),
    { numRuns: runs(2000) },
  );
  expect(differing).toBeGreaterThan(runs(2000) / 4);
});
