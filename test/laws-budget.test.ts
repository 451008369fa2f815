import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountOf } from '../shared/core/model/resource-id.ts';
import { after, HOUR, MINUTE, SECOND } from '../shared/core/model/time.ts';
import { hourOf } from '../shared/core/plan/budget.ts';
import type { WriteOutcome } from '../shared/core/plan/write.ts';
import { writeAll } from '../shared/write-all.ts';
import { accountIn, beginning, Instance, type Life, unmarking } from './support/budget/instances.ts';
import { TableInMemory } from './support/budget/table-in-memory.ts';
import { runs } from './support/runs.ts';
import { snapshotOf } from './support/snapshots.ts';

const RUNS = runs(1000, 4);
/** Shortly before an hour ends. */
const START = new Date('2026-11-22T12:59:50Z');

const anyEnd = fc.option(fc.record({ at: fc.nat(30), after: fc.boolean() }), { freq: 2 });
const anyLife = (slowest: number): fc.Arbitrary<Life> =>
  fc.record({ ends: anyEnd, paces: fc.array(fc.nat(slowest), { minLength: 1, maxLength: 7 }) });

/** What an instance writes, each to a subscription of its own; `end`: what is no begin. */
const anyWrites = fc.array(fc.constantFrom('s1', 's2', 'end'), { minLength: 1, maxLength: 5 });

test('8 never over: whatever the interleaving of instances, no more is begun in an hour than the budget allows', async () => {
  const tally = { begun: 0, refused: 0, ended: 0, hours: 0, finished: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ life: anyLife(4 * SECOND), writes: anyWrites, ahead: fc.nat(20 * SECOND) }), {
        minLength: 2,
        maxLength: 4,
      }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      async (scheduler, each, inAll, inOne) => {
        const table = new TableInMemory();
        const limits = {
          changesPerHour: inAll,
          changesPerSubscriptionPerHour: inOne,
          failuresBeforeStop: 100,
          stopFor: HOUR,
        };
        const running = each.map(async ({ life, writes, ahead }, index) => {
          const instance = new Instance(`i${index}`, table, scheduler, life, {
            now: after(START, ahead - 10 * SECOND),
          });
          const looked = { accountId: accountIn('s1'), snapshot: snapshotOf({}), policy: 'h', limits };
          for (const [n, of] of writes.entries()) {
            const accountId = accountIn(of, `a${index}n${n}`);
            const write = of === 'end' ? unmarking(accountId) : beginning(accountId);
            await writeAll(
              instance.ports(() => ({ kind: 'applied', alsoMoved: [] })),
              { ...looked, accountId },
              [write],
            );
          }
          return { instance, ends: writes.filter((of) => of === 'end').length };
        });
        await scheduler.waitFor(Promise.all(running));
        const instances = await Promise.all(running);
        const sent = instances.flatMap(({ instance }) => instance.sent);
        const begun = sent.filter(({ isBegin }) => isBegin);
        const hours = Map.groupBy(begun, ({ at }) => hourOf(at).getTime());
        for (const inHour of hours.values()) {
          expect(inHour.length).toBeLessThanOrEqual(inAll);
          const bySubscription = Map.groupBy(inHour, ({ accountId }) => accountOf(accountId)?.subscription);
          for (const ofOne of bySubscription.values()) expect(ofOne.length).toBeLessThanOrEqual(inOne);
        }
        for (const { instance, ends } of instances) {
          expect(instance.unclaimed).toBe(0);
          const finished = instance.sent.filter(({ isBegin }) => !isBegin).length;
          // What was begun goes on, whatever is left.
          expect(finished).toBeGreaterThanOrEqual(instance.hasEnded ? 0 : ends);
          tally.finished += finished;
          tally.ended += Number(instance.hasEnded);
          tally.refused += instance.lines.filter(({ event }) => event === 'begin-refused').length;
        }
        tally.begun += begun.length;
        tally.hours += hours.size;
      },
    ),
    { numRuns: RUNS },
  );
  console.log(`never over: ${RUNS} histories, ${JSON.stringify(tally)}`);
  for (const n of Object.values(tally)) expect(n).toBeGreaterThan(RUNS / 10);
});

type Outcome = WriteOutcome['kind'] | 'not-sent';
const LONGEST_RUN = 8 * MINUTE;

/** What a write comes to. */
const anyOutcome = fc.constantFrom<Outcome>('applied', 'failed', 'not-effective', 'refused', 'conflict', 'not-sent');

test('9 one probe: after a stop one write at a time is tried, over all instances', async () => {
  const tally = { probes: 0, opened: 0, closed: 0, stopped: 0, ended: 0 };
  const limits = { changesPerHour: 1, changesPerSubscriptionPerHour: 1, failuresBeforeStop: 2, stopFor: 5 * MINUTE };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(
        fc.record({ life: anyLife(40 * SECOND), outcomes: fc.array(anyOutcome, { minLength: 1, maxLength: 6 }) }),
        {
          minLength: 2,
          maxLength: 4,
        },
      ),
      async (scheduler, each) => {
        const table = new TableInMemory();
        await table
          .client(
            async (call) => call(),
            () => START,
          )
          .createEntity({
            partitionKey: 'breaker',
            rowKey: 'breaker',
            failures: '[]',
            stoppedUntil: after(START, -SECOND),
          });
        // One clock: a claim outlasts a run by as much as clocks differ.
        const clock = { now: START };
        const tried = new Map<string, Date>();
        const running = each.map(({ life, outcomes }, index) =>
          tries(new Instance(`i${index}`, table, scheduler, life, clock), outcomes),
        );
        await scheduler.waitFor(Promise.all(running));

        async function tries(instance: Instance, outcomes: readonly Outcome[]): Promise<void> {
          try {
            for (const [n, outcome] of outcomes.entries()) await tryOne(instance, `${instance.name} ${n}`, outcome);
          } catch (error) {
            if (!instance.hasEnded) throw error;
            for (const id of tried.keys()) if (id.startsWith(instance.name)) tried.delete(id);
            tally.ended += 1;
          }
        }

        async function tryOne({ budget, through }: Instance, id: string, outcome: Outcome): Promise<void> {
          const answer = await budget.passBreaker(id);
          if (answer === 'stopped') tally.stopped += 1;
          if (answer === 'stopped') return;
          const probe = answer === 'probe' ? id : null;
          if (probe !== null) tried.set(probe, clock.now);
          // A run ends by itself.
          const alive = [...tried.values()].filter((since) => since > after(clock.now, -LONGEST_RUN));
          expect(alive.length).toBeLessThanOrEqual(1);
          tally.probes += Number(probe !== null);
          await through(() => {});
          tried.delete(id);
          if (outcome === 'not-sent') {
            if (probe !== null) await budget.freeProbe(probe);
            return;
          }
          const { before, after: next } = await budget.noteTried({ key: id, probe, outcome }, limits);
          if (next === before) return;
          if (next.stoppedUntil !== null && next.probe === null) tally.opened += 1;
          if (next.stoppedUntil === null && before.stoppedUntil !== null) tally.closed += 1;
        }
      },
    ),
    { numRuns: RUNS },
  );
  console.log(`one probe: ${RUNS} histories, ${JSON.stringify(tally)}`);
  for (const n of Object.values(tally)) expect(n).toBeGreaterThan(RUNS / 20);
});
