import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isReadable } from '../shared/core/model/pool.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import type { Outcome, Rule, Violation } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { anySnapshot } from './support/arbitraries.ts';
import { anyOptions } from './support/arbitrary-options.ts';
import { ACCOUNT_CAUSES } from './support/causes/account-causes.ts';
import type { Cause } from './support/causes/cause.ts';
import { POOL_CAUSES } from './support/causes/pool-causes.ts';

const NOW = new Date('2026-11-27T00:00:00Z');
const CAUSES: { readonly [id: string]: readonly Cause[] } = { ...ACCOUNT_CAUSES, ...POOL_CAUSES };

function judge(rule: Rule, snapshot: Snapshot, raw: unknown): readonly Outcome[] {
  const context = { options: rule.options.parse(raw ?? {}), snapshot, now: NOW };
  if (rule.scope === 'pool') return snapshot.pools.filter(isReadable).flatMap((pool) => rule.check(pool, context));
  return 'known' in snapshot.account ? rule.check(snapshot.account.known, context) : [];
}

function stepsOf(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) => ('fix' in outcome && outcome.fix.kind === 'manual' ? [outcome.fix.why] : []));
}

/** What a person reads who is to find the cause. */
function isViolation(outcome: Outcome): outcome is Violation {
  return 'fix' in outcome;
}

const all = rules.flatMap((rule) =>
  (CAUSES[rule.id] ?? []).map((cause) => ({ rule, cause, title: `${rule.id}: ${cause.name}` })),
);

test.each(all)('the steps cure it: $title', ({ rule, cause: { snapshot, options, cure, says } }) => {
  const before = judge(rule, snapshot, options);
  expect(stepsOf(before), 'a person has to do it').not.toEqual([]);
  expect(stepsOf(before).join('\n')).toMatch(says);
  expect(judge(rule, cure(snapshot), options)).toEqual([]);
});

test('where one cure does not help against another cause, the steps are different ones', () => {
  const pairs = all.flatMap((one) =>
    all.flatMap((other) => (one !== other && one.rule === other.rule ? [[one, other] as const] : [])),
  );
  const different = pairs.filter(([{ rule, cause }, other]) =>
    judge(rule, cause.cure(other.cause.snapshot), other.cause.options).some(isViolation),
  );
  console.log(`${pairs.length} pairs of causes, ${different.length} with different cures`);
  expect(different.length).toBeGreaterThan(20);
  for (const [{ rule, cause }, other] of different) {
    const steps = stepsOf(judge(rule, cause.snapshot, cause.options));
    const others = stepsOf(judge(rule, other.cause.snapshot, other.cause.options));
    expect(steps, `${rule.id}: ${cause.name}, and ${other.cause.name}`).not.toEqual(others);
  }
});

test('every rule that leaves something to a person has its causes here', () => {
  const snapshots = fc.sample(anySnapshot, { numRuns: 300, seed: 1 });
  const manual = rules.filter((rule) => {
    const options = fc.sample(anyOptions(rule), { numRuns: snapshots.length, seed: 1 });
    return snapshots.some((snapshot, at) => stepsOf(judge(rule, snapshot, options[at])).length > 0);
  });
  const ids = new Set(manual.map(({ id }) => id));
  console.log(`${ids.size} of ${rules.length} rules leave something to a person; ${all.length} causes`);
  expect(Object.keys(CAUSES).filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
  expect([...ids].filter((id) => !(id in CAUSES))).toEqual([]);
  expect(ids.size).toBeGreaterThan(20);
});
