import { expect, it } from 'vitest';
import { APP, MINUTE, OWNER, ownedPool, POOL } from '../../support/owned-pool.ts';

const FORMULA = '$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1));';
const EMPTY = '$TargetDedicatedNodes=0;$TargetLowPriorityNodes=0;$NodeDeallocationOption=taskcompletion';
const own = (formula = FORMULA) => ({ autoScale: { formula, evaluationInterval: 'PT5M' } });

it('evaluates what jobs want when it is due, however long nobody looked', () => {
  const { world, clock, state, etag } = ownedPool({ dedicated: 0 }, own());
  const before = etag();
  clock.advance(60 * MINUTE);
  expect([state(), etag()]).toEqual([['Steady', 0, 0, null], before]);
  world.jobs.want(POOL, { dedicated: 2, lowPriority: 1 });
  clock.advance(5 * MINUTE - 1);
  expect(state()).toEqual(['Steady', 0, 0, null]);
  clock.advance(1);
  expect(state()).toEqual(['Resizing', 0, 0, null]);
  const evaluated = etag();
  expect(evaluated).not.toBe(before);
  clock.advance(MINUTE);
  expect([state(), etag()]).toEqual([['Steady', 2, 1, null], evaluated]);
  world.jobs.want(POOL, { dedicated: 0, lowPriority: 0 });
  // It was due four minutes later, and its resize took one more.
  clock.advance(24 * MINUTE);
  expect(state()).toEqual(['Steady', 0, 0, null]);
});

it('moves no ETag by an evaluation where it is told so', () => {
  const { world, store, clock, state, etag } = ownedPool({ dedicated: 0 }, own());
  store.resizes.evaluationKeepsEtag = true;
  world.jobs.want(POOL, { dedicated: 2, lowPriority: 0 });
  const before = etag();
  clock.advance(6 * MINUTE);
  expect([state(), etag()]).toEqual([['Steady', 2, 0, null], before]);
});

it('empties by a formula again and again until the tasks are done, and counts for whoever wrote the formula', () => {
  const { world, store, app, clock, state, after } = ownedPool({ dedicated: 3 }, own());
  world.jobs.run(POOL, 1, after(40));
  expect(app.setFormula(POOL, EMPTY, 'PT5M')).toBeNull();
  clock.advance(MINUTE);
  expect(state()).toEqual(['Resizing', 1, 0, null]);
  clock.advance(14 * MINUTE);
  // The time-out and the next evaluation fall together.
  expect(state()).toEqual(['Resizing', 1, 0, null]);
  clock.advance(25 * MINUTE);
  expect(state()).toEqual(['Steady', 0, 0, null]);
  expect([store.nodeLog.deallocated(APP.appid), store.nodeLog.killed()]).toEqual([3, 0]);
});

it('counts nothing for who only gives the formula of another back', () => {
  const { world, store, app, owner, clock, state } = ownedPool({ dedicated: 0 }, own());
  owner.setFormula(POOL, FORMULA.replace('10', '20'), 'PT5M');
  clock.advance(MINUTE);
  app.setFormula(POOL, EMPTY, 'PT5M');
  clock.advance(MINUTE);
  app.setFormula(POOL, FORMULA.replace('10', '20'), 'PT5M');
  world.jobs.want(POOL, { dedicated: 2, lowPriority: 0 });
  clock.advance(10 * MINUTE);
  expect(state()).toEqual(['Steady', 2, 0, null]);
  world.jobs.want(POOL, { dedicated: 0, lowPriority: 0 });
  clock.advance(10 * MINUTE);
  expect([store.nodeLog.deallocated(APP.appid), store.nodeLog.deallocated(OWNER.appid)]).toEqual([0, 2]);
});

it('wants thirty seconds between two formulas on a steady pool', () => {
  const { app, clock } = ownedPool({ dedicated: 0 }, own());
  expect(app.setFormula(POOL, EMPTY)).toBeNull();
  clock.advance(29_000);
  expect(app.setFormula(POOL, FORMULA)).toBe('TooManyEnableAutoScaleRequests');
  clock.advance(1_000);
  expect(app.setFormula(POOL, FORMULA)).toBeNull();
});

it.each([
  ['a zero formula', { zeroFormula: true }, 'InvalidAutoScalingSettings', null, null],
  ['more nodes, by a policy', { growth: 'policy' }, null, 'RequestDisallowedByPolicy', 'RequestDisallowedByPolicy'],
  ['more nodes, by a quota', { growth: 'quota' }, null, 'AccountCoreQuotaReached', 'AccountCoreQuotaReached'],
])('refuses %s while it is set', (_, refusals, empty, formula, fixed) => {
  const { store, app, clock, world } = ownedPool({ dedicated: 0 }, own());
  Object.assign(store.refusals, refusals);
  const before = world.pool(POOL);
  const scaleTo = (dedicated: number) => app.scale(POOL, { dedicated, lowPriority: 0 });
  const answers = [() => app.setFormula(POOL, EMPTY), () => app.setFormula(POOL, FORMULA), () => scaleTo(2)].map(
    (write) => {
      const code = write();
      expect(world.pool(POOL)?.['etag'] === before?.['etag']).toBe(code !== null);
      world.setPool(before ?? {});
      clock.advance(MINUTE);
      return code;
    },
  );
  expect(answers).toEqual([empty, formula, fixed]);
  expect(scaleTo(0)).toBeNull();
});
