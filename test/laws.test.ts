import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../shared/core/model/change.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { isFixable } from '../shared/core/plan/finding.ts';
import { NO_MEMORY, type Plan, plan } from '../shared/core/plan/plan.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { rules } from '../shared/rules/index.ts';
import { anySnapshot } from './support/arbitraries.ts';
import { anyOptions } from './support/arbitrary-options.ts';
import { anyPolicy } from './support/arbitrary-policy.ts';
import { runs } from './support/runs.ts';

const now = new Date('2026-11-22T12:00:00Z');
const RUNS = runs(500);
/** Enough for every setting of every resource to be contested once by every rule. */
const PASSES = rules.length + 1;

function planned(snapshot: Snapshot, policy: Policy): Plan {
  const verdicts = evaluate(snapshot, policy, now);
  return plan({ snapshot, verdicts, memory: NO_MEMORY, policy, now });
}

function afterWrites(snapshot: Snapshot, policy: Policy): Snapshot {
  return planned(snapshot, policy).writes.reduce((next, { change }) => simulate(next, change), snapshot);
}

test.each(rules.filter(({ options }) => Object.keys(options.shape).length > 0))(
  'each option of $id is generated, in several ways, and as its schema has it',
  (rule) => {
    const generated = fc.sample(anyOptions(rule), { numRuns: 100, seed: 1 });
    const ways = Object.keys(rule.options.shape).map((name) => ({
      name,
      values: new Set(generated.map((options) => JSON.stringify(options[name]))).size,
    }));
    console.log(`options of ${rule.id}: ${ways.map(({ name, values }) => `${name} in ${values} ways`).join(', ')}`);
    expect(ways.filter(({ values }) => values < 2)).toEqual([]);
    expect(generated.filter((options) => !rule.options.safeParse(options).success)).toEqual([]);
  },
);

describe('laws', () => {
  test('2, peace: with all rules enforced and any options, some passes leave no change, or it is held', () => {
    let written = 0;
    fc.assert(
      fc.property(anySnapshot, anyPolicy, (snapshot, policy) => {
        let last = snapshot;
        for (let pass = 0; pass < PASSES; pass++) {
          const next = afterWrites(last, policy);
          if (next === last) break;
          last = next;
        }
        written += last === snapshot ? 0 : 1;
        const { writes, findings } = planned(last, policy);
        expect(writes).toEqual([]);
        for (const finding of findings.filter(isFixable))
          expect(['waits-for-zero', 'incomplete', 'no-etag', 'secrets-missing']).toContain(finding.held?.code);
      }),
      { numRuns: RUNS },
    );
    console.log(`peace: ${RUNS} estates, ${written} of them written`);
    expect(written).toBeGreaterThan(RUNS / 10);
  });

  test('5, audit is silent: nothing is begun in any mode but enforce', () => {
    let open = 0;
    fc.assert(
      fc.property(
        anySnapshot,
        fc.constantFrom('mode: audit', 'mode: approve', 'mode: off', 'mode: enforce\nfreeze: true'),
        (snapshot, text) => {
          const { writes, findings } = planned(snapshot, parsePolicy(text, rules));
          open += findings.filter(isFixable).length;
          expect(writes).toEqual([]);
          for (const finding of findings.filter(isFixable)) expect(finding.held).not.toBeNull();
        },
      ),
      { numRuns: RUNS },
    );
    console.log(`audit is silent: ${RUNS} estates, ${open} fixes held`);
    expect(open).toBeGreaterThan(RUNS / 10);
  });

  test('each resource has at most one write a look, and each write is of a finding that is not held', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const { writes, findings } = planned(snapshot, parsePolicy('mode: enforce', rules));
        const ids = writes.map(({ change }) => change.id.toLowerCase());
        expect(new Set(ids).size).toBe(ids.length);
        const free = findings.filter((finding) => isFixable(finding) && finding.held === null).map(({ id }) => id);
        expect(writes.flatMap((write) => write.findings.map(({ id }) => id)).toSorted()).toEqual(free.toSorted());
      }),
      { numRuns: RUNS },
    );
  });

  test('a look judges without changing what it saw', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const before = structuredClone(snapshot);
        planned(snapshot, parsePolicy('mode: enforce', rules));
        expect(snapshot).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });
});
