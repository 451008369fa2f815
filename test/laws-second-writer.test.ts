import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idKey } from '../shared/core/model/resource-id.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { after, DAY, MINUTE } from '../shared/core/model/time.ts';
import { attemptsAfter } from '../shared/core/plan/attempts.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { plan } from '../shared/core/plan/plan.ts';
import type { Write } from '../shared/core/plan/write.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { anySnapshot } from './support/arbitraries.ts';
import { anyPolicy } from './support/arbitrary-policy.ts';
import { runs } from './support/runs.ts';
import { simulated } from './support/simulated.ts';

const RUNS = runs(120);
const begin = new Date('2026-11-22T12:00:00Z');

/** An app and an account on a clock of their own: looks write, and what was written is remembered as accepted. */
class Course {
  findings: readonly Finding[] = [];
  readonly writes: { readonly of: string; readonly at: number }[] = [];
  readonly #policy: Policy;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  look(snapshot: Snapshot, now: Date): readonly Write[] {
    const verdicts = evaluate(snapshot, this.#policy, now);
    const memory = { ...NO_MEMORY, findings: this.findings };
    const { findings, writes } = plan({ snapshot, verdicts, memory, policy: this.#policy, now });
    const written = new Set(writes.flatMap((write) => write.findings.map(({ id }) => id)));
    this.findings = findings.map((finding) =>
      written.has(finding.id)
        ? { ...finding, attempts: attemptsAfter(finding.attempts, { kind: 'applied', alsoMoved: [] }, now) }
        : finding,
    );
    // A write counts once for a rule and a resource, whatever number of findings it is for.
    const subjects = writes.flatMap((write) =>
      write.findings.map(({ ruleId }) => `${ruleId} ${idKey(write.change.id)}`),
    );
    for (const of of new Set(subjects)) this.writes.push({ of, at: now.getTime() });
    return writes;
  }

  /** The most within any day, for one rule and resource. */
  mostADay(): number {
    const counts = this.writes.map(
      ({ of, at }) => this.writes.filter((other) => other.of === of && other.at >= at && other.at < at + DAY).length,
    );
    return Math.max(0, ...counts);
  }

  contested(): readonly Finding[] {
    return this.findings.filter(({ held }) => held?.code === 'contested');
  }
}

/** Minutes from each look to the next. */
const anyWaits = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 30, maxLength: 30 });
const anyPatience = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 5 });

test('13, no fight: against one who reverts each write, at most two a day for each rule and resource', () => {
  let [written, contests, looks, most] = [0, 0, 0, 0];
  fc.assert(
    fc.property(anySnapshot, anyPolicy, anyWaits, anyPatience, (wanted, policy, waits, patience) => {
      const course = new Course(policy);
      let [snapshot, now, left, reverts] = [wanted, begin, 0, 0];
      for (const minutes of waits) {
        const writes = course.look(snapshot, now);
        looks += 1;
        if (course.writes.length === 0) break; // nothing to revert
        if (writes.length > 0) {
          snapshot = writes.reduce((next, { change }) => simulated(next, change, now), snapshot);
          left = patience[reverts++ % patience.length] ?? 0;
        } else left -= 1;
        // At once, or after a look or two that saw it repaired.
        // No vault takes back what was written there.
        const { secrets } = snapshot.facets;
        if (left <= 0) snapshot = { ...wanted, facets: { ...wanted.facets, secrets } };
        now = after(now, minutes * MINUTE);
      }
      written += course.writes.length;
      contests += course.contested().length;
      most = Math.max(most, course.mostADay());
      expect(course.mostADay()).toBeLessThanOrEqual(2);
    }),
    { numRuns: RUNS },
  );
  console.log(`no fight: ${RUNS} estates, ${looks} looks, ${written} writes, ${contests} contested, ${most} a day`);
  expect(contests).toBeGreaterThan(RUNS / 10);
});

test('13, no false alarm: where nobody reverts, nothing is contested', () => {
  let written = 0;
  fc.assert(
    fc.property(anySnapshot, anyPolicy, (before, policy) => {
      const course = new Course(policy);
      let [snapshot, now] = [before, begin];
      for (let look = 0; look < 40; look++) {
        const writes = course.look(snapshot, now);
        expect(course.contested()).toEqual([]);
        if (writes.length === 0) break;
        snapshot = writes.reduce((next, { change }) => simulated(next, change, now), snapshot);
        now = after(now, 2 * MINUTE);
      }
      written += course.writes.length;
    }),
    { numRuns: RUNS },
  );
  console.log(`no false alarm: ${RUNS} estates, ${written} writes`);
  expect(written).toBeGreaterThan(RUNS / 10);
});
