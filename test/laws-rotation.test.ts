import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cut } from './support/drains/course.ts';
import { type Act, RotationHistory, USERS } from './support/rotations/history.ts';
import { runs } from './support/runs.ts';

const RUNS = runs(1000, 16);

const anyCut: fc.Arbitrary<Cut> = fc.record({ at: fc.nat(20), when: fc.constantFrom('before', 'after') });
const anyUser = fc.constantFrom(...USERS);
const of = <Kind extends Act['kind']>(kind: Kind) => ({ kind: fc.constant(kind) });
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ...of('look'), cut: fc.option(anyCut, { freq: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ ...of('two'), cut: anyCut, other: fc.option(anyCut) }) },
  { weight: 5, arbitrary: fc.record({ ...of('wait'), minutes: fc.constantFrom(1, 2, 2, 5, 400, 1500, 30_000) }) },
  { weight: 2, arbitrary: fc.record({ ...of('person'), user: anyUser }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('disable', 'enable'), user: anyUser }) },
  { weight: 2, arbitrary: fc.record({ ...of('ask'), user: anyUser }) },
  { weight: 1, arbitrary: fc.record({ ...of('scale'), nodes: fc.constantFrom(1, 4) }) },
  { weight: 1, arbitrary: fc.record({ ...of('markers'), which: fc.constantFrom('none', 'old', 'swapped') }) },
  { weight: 1, arbitrary: fc.record(of('again')) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('copied', 'spoiled', 'deleted'), user: anyUser }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...of('policy'), policy: fc.constantFrom('audited', 'frozen', 'invalid', 'enforced') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...of('fault'),
      method: fc.constantFrom('GET', 'PUT', 'PATCH'),
      nth: fc.integer({ min: 1, max: 6 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...of('closed'), closed: fc.boolean() }) },
);
const anyHistory = fc.record({
  nodes: fc.constantFrom(0, 2),
  acts: fc.array(anyAct, { maxLength: 20, size: 'max' }),
});

/** What the laws have seen. */
const seen = { looks: 0, cuts: 0, minted: 0, given: 0, promoted: 0, disabled: 0, persons: 0, ahead: 0, struck: 0 };

function count({ kept, azure, ahead }: RotationHistory, acts: readonly Act[]): void {
  seen.looks += acts.filter(({ kind }) => kind === 'look' || kind === 'two').length;
  seen.cuts += acts.filter((act) => act.kind === 'look' && act.cut !== null).length;
  seen.persons += acts.filter(({ kind }) => kind === 'person').length;
  seen.ahead += ahead;
  for (const { intent, outcome } of kept.journal) {
    if (outcome !== 'applied') continue;
    const keys = Object.keys(intent.after);
    seen.minted += keys.includes('minted') ? 1 : 0;
    seen.promoted += keys.includes('promoted') ? 1 : 0;
    seen.disabled += keys.includes('disabled') ? 1 : 0;
    seen.given += keys.includes('users') ? 1 : 0;
  }
  seen.struck += azure.keyVaults.faults.struck;
}

test('7 no secret leaves, never locked out, crash anywhere', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ nodes, acts }) => {
      const history = new RotationHistory(nodes);
      const { azure } = history;
      for (const act of acts) {
        await history.do(act);
        expect(history.lockedOut()).toEqual([]);
      }
      await history.settle();
      expect(history.lockedOut()).toEqual([]);
      expect(azure.guard.violations).toEqual([]);
      expect(azure.keyVaults.specViolations).toEqual([]);
      expect(history.unsettled()).toEqual([]);
      expect(history.leaks()).toEqual([]);
      count(history, acts);
    }),
    { numRuns: RUNS },
  );
  console.log(`laws of rotations: ${RUNS} histories, ${JSON.stringify(seen)}`);
  expect(seen.promoted).toBeGreaterThan(RUNS);
  for (const [what, times] of Object.entries(seen))
    expect([what, times >= (what === 'ahead' ? 0 : RUNS / 16)]).toEqual([what, true]);
});
