import { expect, test } from 'vitest';
import { z } from 'zod';
import { unreadable } from '../../../shared/core/model/reading.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { facetsNeeded } from '../../../shared/core/policy/facets-needed.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { defineRule } from '../../../shared/core/policy/rule.ts';
import { aPool, poolId, snapshotOf } from '../../support/snapshots.ts';

const facts = { title: 'A rule', severity: 'low', sources: [], permissions: [], reads: [], sets: [] } as const;
const options = z.strictObject({});
const rules = [
  defineRule({
    ...facts,
    options,
    id: 'logs',
    scope: 'account',
    needs: { verdict: ['diagnosticSettings'] },
    check: () => [],
  }),
  defineRule({
    ...facts,
    options,
    id: 'roles',
    scope: 'account',
    needs: { fix: ['roleAssignments'] },
    check: () => [],
  }),
  defineRule({ ...facts, options, id: 'doors', scope: 'pool', needs: { exactness: ['subnets'] }, check: () => [] }),
];
const all = ['diagnosticSettings', 'roleAssignments', 'subnets'];
const broken = { id: poolId('pool1'), unreadable: 'it does not parse' };

const cases: readonly { name: string; policy: string; snapshot?: Snapshot; needed: readonly string[] }[] = [
  { name: 'every rule is on', policy: 'mode: audit', needed: all },
  { name: 'no rule is on', policy: 'mode: off', needed: [] },
  { name: 'one rule is on', policy: 'mode: off\nrules: { roles: enforce }', needed: ['roleAssignments'] },
  { name: 'there is no pool', policy: 'mode: audit', snapshot: snapshotOf({ pools: [] }), needed: all.slice(0, 2) },
  {
    name: 'no pool could be read',
    policy: 'mode: audit',
    snapshot: snapshotOf({ pools: [broken] }),
    needed: all.slice(0, 2),
  },
  {
    name: 'a scope turns the rule on for another pool only',
    policy: 'mode: off\nscopes: [{ match: { pool: other }, rules: { doors: audit } }]',
    needed: [],
  },
  {
    name: 'a scope turns the rule on for one of the pools',
    policy: 'mode: off\nscopes: [{ match: { pool: other }, rules: { doors: audit } }]',
    snapshot: snapshotOf({ pools: [aPool(), aPool({ id: poolId('other') })] }),
    needed: ['subnets'],
  },
  {
    name: 'the account could not be read',
    policy: 'mode: audit',
    snapshot: snapshotOf({ account: { unknown: unreadable('it does not parse') } }),
    needed: ['subnets'],
  },
  {
    name: 'the account could not be read, and a scope looks at its tags',
    policy: 'trustTags: true\nscopes: [{ match: { tags: { env: prod } }, rules: { doors: off } }]',
    snapshot: snapshotOf({ account: { unknown: unreadable('it does not parse') } }),
    needed: [],
  },
];

test.each(cases)('facets that are needed: $name', ({ policy, snapshot = snapshotOf({}), needed }) => {
  expect([...facetsNeeded(snapshot, parsePolicy(policy, rules))].toSorted()).toEqual(needed);
});

test('an invalid policy needs none', () => {
  expect(facetsNeeded(snapshotOf({}), { invalid: 'line 1' }).size).toBe(0);
});
