import { describe, expect, test } from 'vitest';
import type { NatPool, NatRule } from '../../../shared/core/model/nat-pool.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import { freeFrontend, newNatPool } from '../../../shared/core/reachability/new-nat-pool.ts';
import { poolRemoteAccess } from '../../../shared/rules/pool-remote-access.ts';
import { aPool, natPool, securityRule, snapshotOf } from '../../support/snapshots.ts';

const OFFICE = '203.0.113.0/24';
const allow = (priority: number, sourceAddressPrefix: string) =>
  securityRule({ priority, access: 'Allow', sourceAddressPrefix });
const deny = (priority: number, sourceAddressPrefix = '*') => securityRule({ priority, sourceAddressPrefix });

/** What closes each open port: the steps of a person, or the rules of each NAT pool as in "ssh: 150 Allow Internet". */
function fixes(pool: Pool, ...allowed: readonly string[]): (string | readonly string[])[] {
  const options = poolRemoteAccess.options.parse({ allow: allowed });
  const context = { options, snapshot: snapshotOf({ pools: [pool] }), now: new Date('2026-11-22T12:00:00Z') };
  return poolRemoteAccess.check(pool, context).flatMap((outcome) => {
    if ('unknown' in outcome) return [];
    const { fix } = outcome;
    return [fix.kind === 'set-pool' ? (fix.set.endpoints ?? []).map(inWords) : fix.kind === 'manual' ? fix.why : ''];
  });
}

function inWords({ name, rules }: NatPool): string {
  const words = rules.map(
    ({ priority, access, sourceAddressPrefix }) => `${priority} ${access} ${sourceAddressPrefix}`,
  );
  return `${name}: ${words.join(', ')}`;
}

function other(i: number, ...rules: readonly NatRule[]): NatPool {
  const start = 10_000 + 200 * i;
  return natPool({
    name: `other${i}`,
    backendPort: 8000 + i,
    frontendPortRangeStart: start,
    frontendPortRangeEnd: start + 100,
    rules,
  });
}

test('13: where rules are numbered anew, a NAT pool that keeps only some of its priorities gets new ones too', () => {
  const ssh = natPool({ rules: [allow(170, 'Internet'), allow(3500, OFFICE)] });
  const pool = aPool({ endpoints: [other(1, allow(150, OFFICE), deny(180)), ssh] });
  expect(fixes(pool, OFFICE)).toEqual([
    [`other1: 150 Allow ${OFFICE}, 160 Deny *`, `ssh: 170 Allow ${OFFICE}, 180 Deny *`],
  ]);
});

describe('13: ports that are published by default', () => {
  const old = { creationTime: new Date('2024-06-30T00:00:00Z') };
  const closed = (i: number) => other(i, deny(200 + i));

  test.each([3, 4])('with %i NAT pools get one of their own where five are not there yet', (count) => {
    const [fix] = fixes(aPool({ ...old, endpoints: Array.from({ length: count }, (_, i) => closed(i)) }));
    expect(fix).toContain('ssh: 3500 Deny *');
  });

  test('with five are for a person', () => {
    const [fix] = fixes(aPool({ ...old, endpoints: Array.from({ length: 5 }, (_, i) => closed(i)) }));
    expect(fix).toMatch(/\(1\) remove a NAT pool that is not needed/);
  });

  test('without a free run of frontend ports are for a person', () => {
    const wide = { ...closed(1), frontendPortRangeStart: 40_000, frontendPortRangeEnd: 49_999 };
    const rest = { ...closed(2), frontendPortRangeStart: 55_001, frontendPortRangeEnd: 65_534 };
    expect(fixes(aPool({ ...old, endpoints: [wide, rest] }))[0]).toMatch(/\(1\) narrow a frontend port range/);
  });
});

describe('13: of more ports than 25 rules can close', () => {
  const full = (count: number) => other(9, ...Array.from({ length: count }, (_, i) => deny(200 + i, `20.0.${i}.0/24`)));
  const ofThree = natPool({ name: 'three', backendPort: 1, rules: [] });
  const ofOne = natPool({ name: 'one', backendPort: 2, frontendPortRangeStart: 41_000, frontendPortRangeEnd: 41_100 });

  const closedBy = (rules: number) =>
    fixes(aPool({ endpoints: [full(rules), ofThree, ofOne] })).map((fix) =>
      typeof fix === 'string' ? 'person' : 'we',
    );

  test.each([
    [21, ['we', 'we', 'we']],
    [22, ['we', 'we', 'we']],
    [23, ['we', 'we', 'person']],
    [24, ['we', 'person', 'person']],
    [25, ['person', 'person', 'person']],
  ])('as many are closed as there is room for beside %i rules', (rules, expected) => {
    expect(closedBy(rules)).toEqual(expected);
  });

  test('those go first that need least', () => {
    const shut = other(9, ...Array.from({ length: 20 }, (_, i) => deny(200 + i, `20.0.${i}.0/24`)), deny(230));
    const pool = aPool({ endpoints: [shut, ofThree, { ...ofOne, rules: [allow(151, 'Internet')] }] });
    const kinds = fixes(pool, '203.0.113.1', '198.51.100.2').map((fix) => typeof fix);
    expect(kinds).toEqual(['string', 'object']);
  });
});

test.each<[string, readonly [start: number, end: number][], number | null]>([
  ['none', [], 40_000],
  ['some below', [[39_000, 39_999]], 40_000],
  ['one that ends where the run begins', [[39_000, 40_000]], 40_001],
  ['one that begins where it ends', [[40_100, 40_200]], 40_201],
  ['one right after it', [[40_101, 40_200]], 40_000],
  [
    'two that leave too little between them',
    [
      [40_000, 40_100],
      [40_201, 40_300],
    ],
    40_301,
  ],
  [
    'two that leave just enough',
    [
      [40_000, 40_100],
      [40_202, 40_300],
    ],
    40_101,
  ],
  [
    'one within another',
    [
      [40_000, 41_000],
      [40_100, 40_200],
    ],
    41_001,
  ],
  ['all up to those of Batch', [[40_000, 49_950]], 55_001],
  ['all but the last run', [[40_000, 65_433]], 65_434],
  ['too many', [[40_000, 65_434]], null],
])('13: the lowest free run of frontend ports, beside %s', (_name, taken, start) => {
  const natPools = taken
    .map(([frontendPortRangeStart, frontendPortRangeEnd]) => natPool({ frontendPortRangeStart, frontendPortRangeEnd }))
    .toReversed();
  const frontend = start === null ? null : { frontendPortRangeStart: start, frontendPortRangeEnd: start + 100 };
  expect(freeFrontend(natPools)).toEqual(frontend);
});

test.each([
  [[], 22, 'ssh'],
  [[], 3389, 'rdp'],
  [['RDP', 'ssh-2'], 3389, 'rdp-2'],
  [['SSH', 'ssh-2', 'ssh-3'], 22, 'ssh-4'],
])('13: beside %j the NAT pool of port %i is named %s', (names, port, expected) => {
  expect(
    newNatPool(
      names.map((name) => natPool({ name })),
      port,
    )?.name,
  ).toBe(expected);
});
