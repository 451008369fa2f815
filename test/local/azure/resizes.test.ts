import { describe, expect, it } from 'vitest';
import { APP, MINUTE, OWNER, ownedPool, POOL } from '../../support/owned-pool.ts';

const NONE = { dedicated: 0, lowPriority: 0 };

describe('emptying four nodes, two of which have a task for ten minutes', () => {
  it.each([
    { option: 'Requeue', timeout: 'PT15M', killed: 2, states: { 1: ['Steady', 0, 0, null] } },
    { option: 'Terminate', timeout: 'PT15M', killed: 2, states: { 1: ['Steady', 0, 0, null] } },
    ...['TaskCompletion', 'RetainedData'].flatMap((option) => [
      {
        option,
        timeout: 'PT30M',
        killed: 0,
        states: { 1: ['Resizing', 2, 0, null], 9: ['Resizing', 2, 0, null], 10: ['Steady', 0, 0, null] },
      },
      {
        option,
        timeout: 'PT5M',
        killed: 0,
        states: {
          1: ['Resizing', 2, 0, null],
          5: ['Steady', 2, 0, 'AllocationTimedout'],
          20: ['Steady', 2, 0, 'AllocationTimedout'],
        },
      },
    ]),
  ])('by $option within $timeout', ({ option, timeout, killed, states }) => {
    const { app, clock, world, store, state, after, etag } = ownedPool({ dedicated: 4 });
    expect(world.jobs.run(POOL, 2, after(10))).toBe(2);
    expect(app.scale(POOL, NONE, { nodeDeallocationOption: option, resizeTimeout: timeout })).toBeNull();
    expect(state()).toEqual(['Resizing', 4, 0, null]);
    const written = etag();
    const seen: Record<number, unknown> = {};
    let gone = 0;
    for (const minute of Object.keys(states).map(Number)) {
      clock.advance((minute - gone) * MINUTE);
      gone = minute;
      seen[minute] = state();
    }
    expect(seen).toEqual(states);
    expect(etag()).toBe(written);
    const left = Number(state()[1]);
    expect([store.nodeLog.killed(APP.appid), store.nodeLog.deallocated(APP.appid)]).toEqual([killed, 4 - left]);
    expect([store.nodeLog.killed(OWNER.appid), store.nodeLog.deallocated(OWNER.appid)]).toEqual([0, 0]);
  });

  it('leaves tasks alone that have a node in the smaller pool, and starts none on a pool that shrinks', () => {
    const { app, clock, world, store, state, after } = ownedPool({ dedicated: 4, lowPriority: 2 });
    expect(world.jobs.run(POOL, 9, after(10))).toBe(4);
    expect(world.jobs.run(POOL, 1, after(10), 'lowPriority')).toBe(1);
    app.scale(POOL, { dedicated: 3, lowPriority: 1 });
    expect(world.jobs.run(POOL, 1, after(10), 'lowPriority')).toBe(0);
    clock.advance(MINUTE);
    expect([state(), world.jobs.running(POOL), store.nodeLog.killed()]).toEqual([['Steady', 3, 1, null], 4, 1]);
    clock.advance(9 * MINUTE);
    expect(world.jobs.running(POOL)).toBe(0);
  });
});

describe('growing from none to four', () => {
  it.each([
    { name: 'one by one', set: {}, half: ['Resizing', 2, 0, null], end: [1, 'Steady', 4, null] },
    {
      name: 'beyond a quota: nothing comes',
      set: { capacity: 3 },
      half: ['Resizing', 0, 0, null],
      end: [1, 'Steady', 0, 'AccountVMSeriesCoreQuotaReached'],
    },
    {
      name: 'where three are to be had: they come and stay',
      set: { stock: 3 },
      half: ['Resizing', 2, 0, null],
      end: [15, 'Steady', 3, 'AllocationTimedout'],
    },
    {
      name: 'slower than the time-out',
      set: { takes: 30 * MINUTE },
      half: ['Resizing', 0, 0, null],
      end: [15, 'Steady', 2, 'AllocationTimedout'],
    },
  ])('$name', ({ set, half, end: [minutes, allocationState, nodes, code] }) => {
    const { owner, clock, store, state, etag, shown } = ownedPool({ dedicated: 0 });
    Object.assign(store.resizes, set);
    owner.scale(POOL, { dedicated: 4, lowPriority: 0 });
    const written = etag();
    clock.advance(MINUTE / 2);
    expect(state()).toEqual(half);
    clock.advance(Number(minutes) * MINUTE - MINUTE / 2 - 1);
    expect(shown()['allocationState']).toBe('Resizing');
    clock.advance(1);
    expect(state()).toEqual([allocationState, nodes, 0, code]);
    expect(shown()['scaleSettings']).toMatchObject({ fixedScale: { targetDedicatedNodes: 4 } });
    expect(etag()).toBe(written);
  });

  it('stops where it is when the quota goes meanwhile', () => {
    const { owner, clock, store, state } = ownedPool({ dedicated: 0 });
    owner.scale(POOL, { dedicated: 4, lowPriority: 0 });
    clock.advance(MINUTE / 4);
    expect(state()).toEqual(['Resizing', 1, 0, null]);
    store.resizes.capacity = 0;
    clock.advance(MINUTE);
    expect(state()).toEqual(['Steady', 1, 0, 'AccountVMSeriesCoreQuotaReached']);
  });
});

it('a restore fails when the quota went in mid-drain, and works once it is back', () => {
  const { app, clock, store, state } = ownedPool({ dedicated: 3 });
  app.scale(POOL, NONE);
  clock.advance(MINUTE);
  store.resizes.capacity = 2;
  app.scale(POOL, { dedicated: 3, lowPriority: 0 });
  clock.advance(MINUTE);
  expect(state()).toEqual(['Steady', 0, 0, 'AccountVMSeriesCoreQuotaReached']);
  store.resizes.capacity = null;
  app.scale(POOL, { dedicated: 3, lowPriority: 0 });
  clock.advance(MINUTE);
  expect(state()).toEqual(['Steady', 3, 0, null]);
});
