import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planAccounts } from '../cli/plan-of-app.ts';
import { countedSlots, type SlotSeen } from '../shared/core/drain/counted-slots.ts';
import { isReadable } from '../shared/core/model/pool.ts';
import type { Reading } from '../shared/core/model/reading.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { after, DAY, HOUR, MINUTE, SECOND } from '../shared/core/model/time.ts';
import { CLOSED } from '../shared/core/plan/breaker.ts';
import { type Begun, subscriptionOf } from '../shared/core/plan/budget.ts';
import { type Memory, NO_MEMORY } from '../shared/core/plan/memory.ts';
import { type Plan, plan } from '../shared/core/plan/plan.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import type { Batch } from '../shared/ports.ts';
import { type LookPorts, reconcile } from '../shared/reconcile.ts';
import { accountPlan } from '../shared/report/account-plan.ts';
import { anySnapshot } from './support/arbitraries.ts';
import { anyPolicy } from './support/arbitrary-policy.ts';
import { ANY_DRAINS, aDrain } from './support/drains/examples.ts';
import { NO_DRAINS } from './support/no-drains.ts';
import { NO_LIMITS } from './support/no-limits.ts';
import { runs } from './support/runs.ts';
import { poolId } from './support/snapshots.ts';
import { UNASKED } from './support/unasked.ts';

const now = new Date('2026-11-22T12:00:00Z');
const RUNS = runs(1000);

interface World {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly memory: Memory;
  readonly taken: readonly SlotSeen[];
  readonly receivedSince: Reading<Date | null>;
  readonly begun: Begun;
}

const anyWorld: fc.Arbitrary<World> = fc
  .record({
    snapshot: anySnapshot,
    policy: fc.tuple(anyPolicy, fc.nat(2), fc.boolean()).map(([policy, max, freeze]) => {
      return { ...policy, freeze: freeze && max === 0, drains: { ...ANY_DRAINS, max } };
    }),
    drained: fc.array(fc.record({ at: fc.nat(3), isOver: fc.boolean() }), { maxLength: 2 }),
    isRemembered: fc.boolean(),
    written: fc.constantFrom(0, 2),
    isReleased: fc.boolean(),
    taken: fc.array(fc.boolean(), { maxLength: 2 }),
    receivedSince: fc.constantFrom({ known: null }, { known: after(now, -90 * DAY) }),
    isApproved: fc.boolean(),
    begunBefore: fc.constantFrom(0, 9, 10),
  })
  .map(
    ({
      snapshot,
      policy,
      drained,
      isRemembered,
      written,
      isReleased,
      taken,
      receivedSince,
      isApproved,
      begunBefore,
    }) => {
      const pools = snapshot.pools.filter(isReadable);
      const drains = drained.flatMap(({ at, isOver }, index) => {
        const pool = pools[at];
        if (pool === undefined) return [];
        const ended = isOver ? ({ at: after(now, -HOUR), how: 'restored', changes: 1 } as const) : null;
        return aDrain({ id: `d${index}`, poolId: pool.id, ended, begunAt: after(now, -2 * HOUR) });
      });
      const memory = { ...NO_MEMORY, drains, lookedFrom: after(now, -DAY) };
      return {
        begun: new Map([[subscriptionOf(snapshot.accountId), begunBefore]]),
        snapshot,
        policy,
        memory: isRemembered
          ? { ...memory, ...remembered(snapshot, policy, { written, isReleased, isApproved }) }
          : memory,
        receivedSince,
        taken: taken.map((isFree, index) => ({ poolId: poolId(`taken${index}`), isFree })),
      };
    },
  );

/** What an earlier look left, with writes that did not last. */
function remembered(
  snapshot: Snapshot,
  policy: Policy,
  { written, isReleased, isApproved }: { written: number; isReleased: boolean; isApproved: boolean },
) {
  const earlier = after(now, -6 * HOUR);
  const verdicts = evaluate(snapshot, policy, earlier);
  const accepted = [5, 3].slice(0, written).map((hours) => after(now, -hours * HOUR));
  const { findings } = plan({ snapshot, verdicts, memory: NO_MEMORY, policy, now: earlier });
  const releases = findings.map(({ ruleId, resourceId }) => ({ ruleId, resourceId, at: after(now, -MINUTE) }));
  const approvals = findings.flatMap(({ id, changeId }) =>
    changeId === null
      ? []
      : { id, changeId, who: 'Ada', at: after(now, -HOUR), until: after(now, HOUR), isSpent: false },
  );
  return {
    findings: findings.map((finding) => ({ ...finding, attempts: { accepted, refused: null } })),
    releases: isReleased ? releases : [],
    approvals: isApproved ? approvals : [],
  };
}

/** Azure that shows the snapshot. */
function azureOf({ snapshot }: World): Pick<Batch, 'observe' | 'readSecrets'> {
  const { secrets } = snapshot.facets;
  return {
    observe: async () => snapshot,
    readSecrets: async () => ('known' in secrets ? secrets.known : []),
  };
}

/** What a look saves that is made because of a wish since then, and what it sends. */
async function looked(world: World, since: Date) {
  const saved: Plan[] = [];
  const sent: unknown[] = [];
  const nothing = async () => {};
  const ports: LookPorts = {
    ...UNASKED,
    ...NO_DRAINS,
    ...NO_LIMITS,
    limitsSeen: async () => ({ begun: world.begun, breaker: CLOSED }),
    ...countedSlots(world.taken),
    ...azureOf(world),
    correlationId: 'look-1',
    version: '1.2.3',
    signal: new AbortController().signal,
    now: () => now,
    policy: async () => ({ ...world.policy, hash: 'h1' }),
    lease: async () => ({ [Symbol.asyncDispose]: nothing }),
    lookedFrom: async () => world.memory.lookedFrom,
    receivedSince: async () => world.receivedSince,
    load: async () => ({ ...world.memory, indexed: null, etag: null }),
    save: async (_, planned) => {
      saved.push(planned);
      return new Set();
    },
    told: nothing,
    record: nothing,
    indexSecrets: async (_, __, memory) => memory,
    whyNotGiven: async () => null,
    apply: async ({ change, was }) => {
      sent.push([change, was]);
      return { kind: 'applied', alsoMoved: [] };
    },
    log: () => {},
    tell: async () => true,
  };
  await reconcile(ports, { accountId: world.snapshot.accountId, since });
  const [planned, ...others] = saved;
  if (planned === undefined || others.length > 0) throw new Error(`not one plan: ${saved.length}`);
  return { planned, sent };
}

test('8, same path: an event, a sweep and a person who asks get the same plan of the same snapshot and memory', async () => {
  const seen = { writes: 0, drains: 0, held: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(anyWorld, async (world) => {
      const { snapshot, policy, memory, taken } = world;
      const event = await looked(world, after(now, -10 * SECOND));
      const sweep = await looked(world, after(now, -HOUR));
      expect(sweep).toEqual(event);
      const { planned } = event;
      const { accounts, errors } = await planAccounts(
        {
          state: {
            memory: async () => memory,
            slots: async () => taken,
            receivedSince: async () => world.receivedSince,
            limits: async () => ({ begun: world.begun, breaker: CLOSED }),
          },
          azure: azureOf(world),
          policy,
          ids: [snapshot.accountId],
          correlationId: 'look-1',
          now: () => now,
        },
        { err: () => {}, showsProgress: false },
      );
      expect(errors.length).toBe(snapshot.problems.length);
      const { secrets } = snapshot.facets;
      const known = 'known' in secrets ? secrets.known : [];
      const judged = { ...snapshot, facets: { ...snapshot.facets, secrets: { known } } };
      expect(accounts).toEqual([accountPlan(judged, planned, memory.lookedFrom)]);
      const [account] = accounts;
      // What is shown is what is sent, in the same order, but for a drain that is told in its steps.
      expect(account?.writes.map(({ resourceId }) => resourceId)).toEqual(
        [...planned.finishes, ...planned.writes].map(({ change }) => change.id),
      );
      seen.writes += event.sent.length;
      seen.drains += planned.writes.filter(({ drain }) => drain !== null).length;
      for (const { held } of account?.held ?? []) seen.held.add(held.code);
    }),
    { numRuns: RUNS },
  );
  console.log(
    `same path: ${RUNS} looks, ${seen.writes} writes, ${seen.drains} of drains; held: ${[...seen.held].toSorted().join(' ')}`,
  );
  expect(seen.writes).toBeGreaterThan(RUNS / 10);
  expect([...seen.held]).toEqual(expect.arrayContaining(['contested', 'frozen', 'incomplete']));
});
