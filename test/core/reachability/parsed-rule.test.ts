import { expect, test } from 'vitest';
import type { NatRule } from '../../../shared/core/model/nat-pool.ts';
import { type ParsedRule, parseRules, serviceTagsOf, walk } from '../../../shared/core/reachability/parsed-rule.ts';
import { everyone } from '../../../shared/core/reachability/sender-set.ts';
import { securityRule } from '../../support/snapshots.ts';

function parsed(...rules: readonly NatRule[]): readonly ParsedRule[] {
  const read = parseRules(rules);
  if ('unknown' in read) throw new Error(read.unknown.message);
  return read.known;
}

function admitted(rules: readonly NatRule[]): string[] {
  const parsedRules = parsed(...rules);
  const senders = everyone(['internet'], ['IPv4', 'IPv6'], serviceTagsOf(parsedRules.map(({ prefix }) => prefix)));
  return walk(parsedRules, senders).admissions.map(({ by }) => by?.sourceAddressPrefix ?? '');
}

const deny = (priority: number, sourceAddressPrefix: string) => securityRule({ priority, sourceAddressPrefix });
const tag = securityRule({ access: 'Allow', sourceAddressPrefix: 'Storage' });

test('13: a service tag has no addresses left where Denies of CIDRs took the whole address space', () => {
  // The internet has no address in the last one.
  const halves = ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'].map((half, i) => deny(150 + i, half));
  expect(admitted([...halves, tag])).toEqual([]);
  for (const left of halves.slice(0, 3))
    expect(admitted([...halves.filter((half) => half !== left), tag])).toEqual(['Storage']);
});

test('13: of a service tag senders stay only in the family that has addresses left', () => {
  const parsedRules = parsed(deny(150, '0.0.0.0/1'), deny(151, '128.0.0.0/1'), tag);
  const senders = everyone(['internet'], ['IPv4', 'IPv6'], serviceTagsOf(parsedRules.map(({ prefix }) => prefix)));
  const admissions = walk(parsedRules, senders).admissions.flatMap((admission) => admission.senders);
  expect(admissions.map(({ family, tag: of }) => [family, of])).toEqual([['IPv6', 'storage']]);
});

test.each<[readonly string[] | null, boolean]>([
  [null, true],
  [['*'], true],
  [['22', '80-90'], true],
  [['0-65535'], true],
  [['22', 'x'], false],
  [['x', '22'], false],
  [[], false],
  [['22-21'], false],
  [['65536'], false],
  [['22-65536'], false],
  [['a22'], false],
  [['22a'], false],
])('13: source ports %j are read: %s', (sourcePortRanges, isRead) => {
  expect('known' in parseRules([securityRule({ sourcePortRanges })])).toBe(isRead);
});

test.each<[string, readonly NatRule[], string]>([
  ['an access', [securityRule({ access: 'Audit' })], 'rule 3500 has an access that is neither Allow nor Deny'],
  [
    'a source',
    [securityRule({ sourceAddressPrefix: '1.2.3' })],
    'rule 3500 has a source that is no address, CIDR or tag: "1.2.3"',
  ],
  [
    'source ports',
    [securityRule({ sourcePortRanges: ['x'] })],
    'rule 3500 has source ports that cannot be read: ["x"]',
  ],
  ['a priority', [securityRule(), securityRule()], 'rule 3500 has the priority of another rule'],
])('13: %s that is unclear is unknown, in these words', (_what, rules, message) => {
  expect(parseRules(rules)).toEqual({ unknown: { code: 'undecided', message } });
});

test('13: rules are tried by priority, whatever their order in the body', () => {
  const rules = [170, 150, 160].map((priority) => deny(priority, 'Internet'));
  expect(parsed(...rules).map(({ rule }) => rule.priority)).toEqual([150, 160, 170]);
});

test.each<[readonly string[], readonly string[]]>([
  [
    ['22', '80-90'],
    ['22-22', '80-90'],
  ],
  [
    ['80-90', '22'],
    ['22-22', '80-90'],
  ],
  [['22', '23'], ['22-23']],
  [
    ['22', '24'],
    ['22-22', '24-24'],
  ],
  [
    ['22-30', '25-40', '50'],
    ['22-40', '50-50'],
  ],
  [['22-40', '25-30', '41'], ['22-41']],
  [['22-40', '22-40'], ['22-40']],
  [['22', '*'], ['0-65535']],
  [['0-65535'], ['0-65535']],
])('source ports %j are told apart: %j', (sourcePortRanges, ranges) => {
  const [rule] = parsed(securityRule({ sourcePortRanges }));
  expect(rule?.ports.map(({ first, last }) => `${first}-${last}`)).toEqual(ranges);
});

test('source ports in more than twenty ranges are unclear, in fewer that touch they are not', () => {
  const apart = (many: number) => Array.from({ length: many }, (_, n) => `${2 * n}`);
  const touching = Array.from({ length: 100 }, (_, n) => `${n}`);
  const reading = (sourcePortRanges: readonly string[]) => parseRules([securityRule({ sourcePortRanges })]);
  expect([apart(20), touching].map((ranges) => 'known' in reading(ranges))).toEqual([true, true]);
  const message = 'rule 3500 has source ports in more than 20 ranges';
  expect(reading(apart(21))).toEqual({ unknown: { code: 'undecided', message } });
});
