import { describe, expect, test } from 'vitest';
import { setPool } from '../../../shared/core/model/change.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import { after, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { DRAIN, drainFinding } from '../../../shared/core/plan/drain-finding.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { changesSince } from '../../../shared/core/plan/news.ts';
import { type Inputs, type Plan, plan } from '../../../shared/core/plan/plan.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { exempting } from '../../../shared/core/policy/exemption.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { aDrain, BEGUN_AT, drainedPool, fixed, nodes, poolRule, wrote } from '../../support/drains/examples.ts';
import { POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = after(BEGUN_AT, HOUR);
const rule = poolRule('endpoints', (pool) => [
  { path: 'x', observed: 1, desired: 2, why: 'Open.', fix: setPool(pool, { endpoints: null }) },
]);
const ENFORCED = parsePolicy('mode: enforce\ndrains: { max: 1, begin: any }', [rule]);

const EXEMPTION = {
  rule: 'endpoints',
  covers: { resource: POOL_ID },
  owner: 'Ada',
  reason: 'it moves',
  until: after(now, HOUR),
};

function planned(pool: Pool, changes: Partial<Inputs> = {}): Plan {
  const { snapshot = snapshotOf({ pools: [pool] }), policy = ENFORCED, now: at = now } = changes;
  const memory = { ...NO_MEMORY, drains: [aDrain()], ...changes.memory };
  return plan({ snapshot, verdicts: evaluate(snapshot, policy, at), policy, now: at, ...changes, memory });
}

const steps = ({ writes, finishes }: Plan) => [...finishes, ...writes].map(({ drain }) => drain?.step ?? 'fix');
const told = ({ findings }: Plan) => findings.filter(({ ruleId }) => ruleId === DRAIN);

describe('a pool at zero is given back, whatever keeps its change', () => {
  const sibling = { id: poolId('other'), unreadable: 'no properties' };
  const incomplete = { ...snapshotOf({ pools: [drainedPool(), sibling], complete: false }), problems: [] };
  test.each<[string, Partial<Inputs>]>([
    ['an invalid policy', { policy: { invalid: 'line 1' } }],
    ['a frozen policy', { policy: parsePolicy('mode: enforce\nfreeze: true', [rule]) }],
    ['a rule in audit mode', { policy: parsePolicy('mode: audit', [rule]) }],
    ['an exemption', { policy: { ...ENFORCED, ...exempting([EXEMPTION]) } }],
    ['a rule that is off', { policy: parsePolicy('mode: off', [rule]) }],
    ['a pool beside it that cannot be read', { snapshot: incomplete }],
    ['the deadline', { now: after(aDrain().deadline, MINUTE) }],
    [
      'the deadline by the clock of Azure',
      { snapshot: { ...snapshotOf({ pools: [drainedPool()] }), readAt: after(now, 9 * HOUR) } },
    ],
    ['a pool of a newer api-version', { snapshot: snapshotOf({ pools: [drainedPool({ isNewer: true })] }) }],
  ])('11: %s', (_, changes) => {
    const { finishes, writes } = planned(drainedPool(), changes);
    expect(writes).toEqual([]);
    expect(finishes).toMatchObject([
      { change: { id: POOL_ID, set: { scale: aDrain().saved } }, drain: { step: 'restore' } },
    ]);
  });

  test('and else it is changed first', () => {
    expect(steps(planned(drainedPool()))).toEqual(['change']);
  });
});

describe('what is told of a drain', () => {
  const at = (pool: Pool, memory: Partial<Inputs['memory']> = {}) =>
    planned(pool, { memory: { ...NO_MEMORY, drains: [aDrain()], ...memory } });
  const before = told(at(drainedPool()));

  test('since when the pool is at zero, what comes back and when at the latest; once, while nothing else happens', () => {
    expect(before).toMatchObject([{ severity: 'info', status: 'open', resourceId: POOL_ID }]);
    expect(before[0]?.why).toContain(BEGUN_AT.toISOString());
    expect(before[0]?.why).toContain('4 dedicated and 0 low-priority nodes');
    expect(before[0]?.why).toContain(aDrain().deadline.toISOString());
    const next = told(at(drainedPool({ nodes: nodes(2, 'Resizing') }), { findings: before }));
    expect(changesSince(before, next, now)).toEqual([]);
  });

  test('a restore that is refused is critical, with the size, until the size is back', () => {
    const attempts = {
      accepted: [],
      refused: { count: 1, code: 'refused' as const, message: 'refused: Denied', nextTry: after(now, HOUR) },
    };
    const findings = before.map((finding): Finding => ({ ...finding, attempts }));
    const plan = planned(drainedPool(), {
      policy: { invalid: 'x' },
      memory: { ...NO_MEMORY, drains: [aDrain()], findings },
    });
    expect(steps(plan)).toEqual(['restore']); // at each look
    expect(told(plan)).toMatchObject([{ severity: 'critical', why: expect.stringMatching(/Denied.*4 dedicated/) }]);
  });

  test('a size that does not come back is critical; that it came back closes the finding, and nothing opens it again', () => {
    const over = aDrain({ ended: { at: now, how: 'restored', changes: 1 }, writes: [] });
    const below = drainedPool({ mark: null, scale: fixed(4), nodes: nodes(1) });
    const memory = { ...NO_MEMORY, drains: [over], findings: before };
    expect(told(planned(below, { memory }))).toMatchObject([
      { severity: 'critical', why: expect.stringContaining('1 dedicated') },
    ]);
    const whole = drainedPool({ mark: null, scale: fixed(4), nodes: nodes(4) });
    const closed = told(planned(whole, { memory }));
    expect(closed).toMatchObject([{ status: 'closed', closedCode: 'drain-over' }]);
    expect(told(planned(below, { memory: { ...memory, findings: closed } }))).toEqual(closed);
  });

  test('a forged mark is told, is removed where it is of another drain, and holds no fix back', () => {
    const copied = aDrain({ creationTime: BEGUN_AT });
    const first = planned(drainedPool(), { memory: { ...NO_MEMORY, drains: [copied] } });
    expect(told(first)).toMatchObject([{ severity: 'critical', why: expect.stringContaining('or of another pool') }]);
    expect(steps(first)).toEqual(['fix']);
    const second = planned(drainedPool(), { memory: { ...NO_MEMORY, drains: [copied], findings: told(first) } });
    expect(second.finishes).toMatchObject([{ change: { set: { metadata: [{ name: 'owner' }] } }, drain: null }]);
    expect(second.finishes[0]?.change.set).not.toHaveProperty('scale');
    const unknown = planned(drainedPool(), { memory: { ...NO_MEMORY, drains: [] } });
    expect(told(unknown)).toMatchObject([{ severity: 'critical' }]);
    expect(steps(unknown)).toEqual(['fix']);
  });

  test('nothing, where nobody keeps drains', () => {
    const plan = planned(drainedPool(), { memory: { ...NO_MEMORY, drains: null } });
    expect([told(plan), plan.finishes]).toEqual([[], []]);
  });
});

test('a drain of a pool that the list lacks waits for its deadline', () => {
  const snapshot = snapshotOf({ pools: [] });
  const drains = [aDrain()];
  const memory = { ...NO_MEMORY, drains };
  expect(planned(drainedPool(), { snapshot, memory })).toMatchObject({
    endings: [],
    wakeAt: after(aDrain().deadline, MINUTE),
  });
  const late = after(aDrain().deadline, 2 * MINUTE);
  expect(planned(drainedPool(), { snapshot, memory, now: late }).endings).toMatchObject([
    { end: { how: 'pool-gone' } },
  ]);
});

test('a pool that cannot be read is critical once its size should be back', () => {
  const unreadable = { id: POOL_ID, unreadable: 'no properties' };
  const snapshot = { ...snapshotOf({ pools: [unreadable], complete: false }), problems: [] };
  const memory = { ...NO_MEMORY, drains: [aDrain()] };
  expect(told(planned(drainedPool(), { snapshot, memory }))).toEqual([]);
  const late = after(aDrain().deadline, HOUR);
  expect(told(planned(drainedPool(), { snapshot, memory, now: late }))).toMatchObject([
    { severity: 'critical', why: expect.stringContaining('4 dedicated') },
  ]);
});

test('11: a drain that is late says the same whatever its resize does', () => {
  const late = after(aDrain().deadline, HOUR);
  const says = (state: string) => told(planned(drainedPool({ nodes: nodes(1, state) }), { now: late }));
  const [steady, resizing] = [says('Steady'), says('Resizing')];
  expect(steady).toMatchObject([{ severity: 'critical' }]);
  expect(changesSince(steady, resizing, late)).toEqual([]);
});

test('a restore that is seen only afterwards is told until the size is there', () => {
  const pool = drainedPool({ mark: null, scale: fixed(4), nodes: nodes(0, 'Resizing') });
  const ending = planned(pool, { memory: { ...NO_MEMORY, drains: [aDrain()] } });
  expect(ending.endings).toMatchObject([{ end: { how: 'restored' } }]);
  expect(told(ending)).toMatchObject([{ severity: 'info' }]);
  const over = aDrain({ ended: { at: now, how: 'restored', changes: 1 }, writes: [] });
  const below = drainedPool({ mark: null, scale: fixed(4), nodes: nodes(0) });
  expect(told(planned(below, { memory: { ...NO_MEMORY, drains: [over] } }))).toMatchObject([{ severity: 'critical' }]);
});

test('nodes that a pool did not have before are not missed', () => {
  const had = { dedicated: 1, lowPriority: 0 };
  const over = aDrain({ had, ended: { at: now, how: 'restored', changes: 1 }, writes: [] });
  const below = drainedPool({ mark: null, scale: fixed(4), nodes: nodes(1) });
  expect(told(planned(below, { memory: { ...NO_MEMORY, drains: [over] } }))).toEqual([]);
});

test('no finding of a drain that somebody ended is left', () => {
  const step = { kind: 'end', drain: aDrain({ writes: [wrote('empty')] }), how: 'owner-scaled' } as const;
  expect(drainFinding(drainedPool(), step, [], undefined, now)).toBeNull();
});

test('the end of a drain says how many changes of it Azure accepted', () => {
  const writes = [
    wrote('empty'),
    wrote('change'),
    wrote('change', 'refused'),
    wrote('change'),
    wrote('restore', 'unknown'),
  ];
  const pool = drainedPool({ mark: null, scale: fixed(4), nodes: nodes(4) });
  const { endings } = planned(pool, { memory: { ...NO_MEMORY, drains: [aDrain({ writes })] } });
  expect(endings).toMatchObject([{ end: { how: 'restored', changes: 2 } }]);
});
