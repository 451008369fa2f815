import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFinish } from '../shared/core/model/change.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { isFixable } from '../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { type Plan, plan } from '../shared/core/plan/plan.ts';
import type { Write } from '../shared/core/plan/write.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { rules } from '../shared/rules/index.ts';
import { anySnapshot } from './support/arbitraries.ts';
import { anyOptions } from './support/arbitrary-options.ts';
import { anyPolicy } from './support/arbitrary-policy.ts';
import { runs } from './support/runs.ts';
import { simulated } from './support/simulated.ts';

const now = new Date('2026-11-22T12:00:00Z');
const RUNS = runs(500);
/** Enough for every setting of every resource to be contested once by every rule. */
const PASSES = rules.length + 1;

function planned(snapshot: Snapshot, policy: Policy): Plan {
  const verdicts = evaluate(snapshot, policy, now);
  return plan({ snapshot, verdicts, memory: NO_MEMORY, policy, now });
}

function idsOf(writes: readonly Write[]): string[] {
  return writes.flatMap(({ findings }) => findings.map(({ id }) => id)).toSorted();
}

function afterWrites(snapshot: Snapshot, policy: Policy): Snapshot {
  const { writes, finishes } = planned(snapshot, policy);
  return [...writes, ...finishes].reduce((next, { change }) => simulated(next, change, now), snapshot);
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

const ENFORCED = parsePolicy('mode: enforce\nkeyUse: { graceDays: 0 }', rules);
const SILENT = ['mode: audit', 'mode: approve', 'mode: off', 'mode: enforce\nfreeze: true'].map((text) =>
  parsePolicy(text, rules),
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
        const { writes, finishes, findings } = planned(last, policy);
        expect([...writes, ...finishes]).toEqual([]);
        for (const finding of findings.filter(isFixable))
          expect(['waits-for-zero', 'incomplete', 'no-etag']).toContain(finding.held?.code);
      }),
      { numRuns: RUNS },
    );
    console.log(`peace: ${RUNS} estates, ${written} of them written`);
    expect(written).toBeGreaterThan(RUNS / 10);
  });

  test('5, audit is silent: nothing is begun in any mode but enforce', () => {
    let open = 0;
    fc.assert(
      fc.property(anySnapshot, fc.constantFrom(...SILENT), (snapshot, policy) => {
        const { writes, findings } = planned(snapshot, policy);
        open += findings.filter(isFixable).length;
        expect(writes).toEqual([]);
        // A rotation that began before is ended in any mode.
        for (const finding of findings.filter(isFixable).filter(({ fix }) => !isFinish(fix)))
          expect(finding.held).not.toBeNull();
      }),
      { numRuns: RUNS },
    );
    console.log(`audit is silent: ${RUNS} estates, ${open} fixes held`);
    expect(open).toBeGreaterThan(RUNS / 10);
  });

  test('each resource has at most one write a look, and each write is of a finding that is not held', () => {
    let finished = 0;
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const { writes, finishes, findings } = planned(snapshot, ENFORCED);
        const ids = [...writes, ...finishes].map(({ change }) => change.id.toLowerCase());
        expect(new Set(ids).size).toBe(ids.length);
        const fixable = findings.filter(isFixable);
        const free = fixable.filter(({ held, fix }) => held === null && !isFinish(fix));
        expect(idsOf(writes)).toEqual(free.map(({ id }) => id).toSorted());
        // What ends a rotation is held by nothing.
        const ends = fixable.filter(({ fix }) => isFinish(fix));
        expect(idsOf(finishes)).toEqual(ends.map(({ id }) => id).toSorted());
        finished += finishes.length;
      }),
      { numRuns: RUNS },
    );
    console.log(`one write each: ${RUNS} estates, ${finished} ends of rotations`);
    expect(finished).toBeGreaterThan(0);
  });

  test('a look judges without changing what it saw', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const before = structuredClone(snapshot);
        planned(snapshot, ENFORCED);
        expect(snapshot).toEqual(before);
      }),
      { numRuns: runs(1000) },
    );
  });
});
