import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../shared/core/change.ts';
import { evaluate } from '../shared/core/evaluate.ts';
import { isFixable } from '../shared/core/finding.ts';
import { type Plan, plan } from '../shared/core/plan.ts';
import { type Policy, parsePolicy } from '../shared/core/policy.ts';
import type { Snapshot } from '../shared/core/snapshot.ts';
import { rules } from '../shared/rules/index.ts';
import { anySnapshot } from './arbitraries.ts';

const now = new Date('2026-11-22T12:00:00Z');
const RUNS = 1000;
/** Enough for every setting of every resource to be contested once by every rule. */
const PASSES = rules.length + 1;

function planned(snapshot: Snapshot, policy: Policy): Plan {
  const verdicts = evaluate(snapshot, policy, now);
  return plan({ snapshot, verdicts, memory: { findings: [] }, policy, now });
}

function afterWrites(snapshot: Snapshot, policy: Policy): Snapshot {
  return planned(snapshot, policy).writes.reduce((next, { change }) => simulate(next, change), snapshot);
}

const optionSets = fc.record({
  allowTaskToken: fc.boolean(),
  allow: fc.subarray(['203.0.113.0/24', '10.0.0.0/8', 'VirtualNetwork', 'AzureCloud', '2001:db8::/32']),
  ports: fc.constantFrom('"all"', '[22]', '[22, 3389]'),
  assumeMapped: fc.boolean(),
});

function policyOf(options: { allowTaskToken: boolean; allow: string[]; ports: string; assumeMapped: boolean }): Policy {
  const { allowTaskToken, allow, ports, assumeMapped } = options;
  return parsePolicy(
    `mode: enforce
rules:
  account-aad-only: { options: { allowTaskToken: ${allowTaskToken} } }
  pool-remote-access: { options: { allow: ${JSON.stringify(allow)}, ports: ${ports}, assumeMapped: ${assumeMapped} } }`,
    rules,
  );
}

describe('laws', () => {
  test('2, peace: with all rules enforced and any options, some passes leave no change, or it is held', () => {
    let written = 0;
    fc.assert(
      fc.property(anySnapshot, optionSets, (snapshot, options) => {
        const policy = policyOf(options);
        let last = snapshot;
        for (let pass = 0; pass < PASSES; pass++) last = afterWrites(last, policy);
        written += last === snapshot ? 0 : 1;
        const { writes, findings } = planned(last, policy);
        expect(writes).toEqual([]);
        for (const finding of findings.filter(isFixable)) expect(finding.held?.reason).toMatch(/drain|read whole|etag/);
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
