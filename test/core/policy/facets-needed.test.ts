import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { FACET_NAMES, type FacetName, type Facets, noFacets } from '../../../shared/core/model/facet.ts';
import { type Reading, unreadable } from '../../../shared/core/model/reading.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { facetsNeeded } from '../../../shared/core/policy/facets-needed.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import type { Policy } from '../../../shared/core/policy/policy.ts';
import { defineRule, facetsOf } from '../../../shared/core/policy/rule.ts';
import { rules as allRules } from '../../../shared/rules/index.ts';
import { anySnapshot } from '../../support/arbitraries.ts';
import { anyPolicy } from '../../support/arbitrary-policy.ts';
import { runs } from '../../support/runs.ts';
import { anAccount, anAutoStorage, aPool, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const facts = {
  title: 'A rule',
  advice: 'mend it',
  severity: 'low',
  sources: [],
  permissions: [],
  reads: [],
  sets: [],
  breaks: null,
} as const;
const options = z.strictObject({});
const rules = [
  defineRule({
    ...facts,
    options,
    id: 'logs',
    scope: 'account',
    needs: { verdict: ['diagnosticSettings'] },
    check: (_, { snapshot }) => lookAt(snapshot.facets.diagnosticSettings),
  }),
  defineRule({
    ...facts,
    options,
    id: 'roles',
    scope: 'account',
    needs: { fix: ['roleAssignments'] },
    check: ({ settings }, { snapshot }) => (settings.autoStorage ? lookAt(snapshot.facets.roleAssignments) : []),
  }),
  defineRule({
    ...facts,
    options,
    id: 'doors',
    scope: 'pool',
    needs: { exactness: ['subnets'] },
    check: (_, { snapshot }) => lookAt(snapshot.facets.subnets),
  }),
];

/** It says nothing of what it sees, but it did look. */
function lookAt(reading: Reading<unknown>): readonly [] {
  expect(reading).toHaveProperty('unknown');
  return [];
}

const withStorage = anAccount({ autoStorage: anAutoStorage() });
const seen = (parts: Parameters<typeof snapshotOf>[0]) =>
  snapshotOf({ account: withStorage, ...parts, facets: noFacets('not read yet') });
const all = ['diagnosticSettings', 'roleAssignments', 'subnets'];
const broken = { id: poolId('pool1'), unreadable: 'it does not parse' };

const cases: readonly { name: string; policy: string; snapshot?: Snapshot; needed: readonly string[] }[] = [
  { name: 'every rule is on', policy: 'mode: audit', needed: all },
  { name: 'no rule is on', policy: 'mode: off', needed: [] },
  { name: 'one rule is on', policy: 'mode: off\nrules: { roles: enforce }', needed: ['roleAssignments'] },
  { name: 'there is no pool', policy: 'mode: audit', snapshot: seen({ pools: [] }), needed: all.slice(0, 2) },
  {
    name: 'no pool could be read',
    policy: 'mode: audit',
    snapshot: seen({ pools: [broken] }),
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
    snapshot: seen({ pools: [aPool(), aPool({ id: poolId('other') })] }),
    needed: ['subnets'],
  },
  {
    name: 'a rule that is on does not look at what it needs elsewhere',
    policy: 'mode: audit',
    snapshot: seen({ account: anAccount() }),
    needed: ['diagnosticSettings', 'subnets'],
  },
  {
    name: 'the account could not be read',
    policy: 'mode: audit',
    snapshot: seen({ account: { unknown: unreadable('it does not parse') } }),
    needed: ['subnets'],
  },
  {
    name: 'the account could not be read, and a scope looks at its tags',
    policy: 'trustTags: true\nscopes: [{ match: { tags: { env: prod } }, rules: { doors: off } }]',
    snapshot: seen({ account: { unknown: unreadable('it does not parse') } }),
    needed: [],
  },
];

test.each(cases)('facets that are needed: $name', ({ policy, snapshot = seen({}), needed }) => {
  expect([...facetsNeeded(snapshot, parsePolicy(policy, rules), now)].toSorted()).toEqual(needed);
});

test('an invalid policy needs none', () => {
  expect(facetsNeeded(seen({}), { invalid: 'line 1' }, now).size).toBe(0);
});

/** Of those that rules need: a look reads these and no others. */
const NAMES = FACET_NAMES.filter((name) => allRules.flatMap(facetsOf).includes(name));

/** As a look comes to it: what is needed takes the place of what was not read, until nothing more is. */
function readOf(whole: Snapshot, policy: Policy): Facets {
  const none = noFacets('no rule that is on needs them');
  let facets: Facets = { ...none, secrets: whole.facets.secrets };
  for (const _ of NAMES)
    for (const name of facetsNeeded({ ...whole, facets }, policy, now))
      facets = { ...facets, [name]: whole.facets[name] };
  return facets;
}

function said(snapshot: Snapshot, policy: Policy): string {
  const verdicts = evaluate(snapshot, policy, now);
  return verdicts.map(({ rule, resourceId, outcomes }) => JSON.stringify([rule.id, resourceId, outcomes])).join('\n');
}

test('what is not needed changes no verdict, whatever it holds', () => {
  const RUNS = runs(2000, 20);
  const left = new Map<FacetName, number>();
  fc.assert(
    fc.property(anySnapshot, anyPolicy, (whole, policy) => {
      const facets = readOf(whole, policy);
      for (const name of NAMES) if (facets[name] !== whole.facets[name]) left.set(name, (left.get(name) ?? 0) + 1);
      expect(said({ ...whole, facets }, policy)).toBe(said(whole, policy));
    }),
    { numRuns: RUNS },
  );
  console.log(`facets needed: ${RUNS} snapshots, left out ${JSON.stringify(Object.fromEntries(left))}`);
  for (const name of ['roleAssignments', 'subnets', 'perimeters'] as const)
    expect(left.get(name)).toBeGreaterThan(RUNS / 20);
});
