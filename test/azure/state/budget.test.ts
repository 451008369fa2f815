import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Preparation, prepare } from '../../../local/installation.ts';
import { budgetOf } from '../../../shared/azure/state/budget.ts';
import { accountsDraining } from '../../../shared/azure/state/slots.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { CLOSED } from '../../../shared/core/plan/breaker.ts';
import type { BadRows } from '../../../shared/core/plan/log-line.ts';
import { accountIn } from '../../support/budget/instances.ts';

const LIMITS = { changesPerHour: 5, changesPerSubscriptionPerHour: 3, failuresBeforeStop: 2, stopFor: HOUR };
const never = new AbortController().signal;
const reported: BadRows[] = [];
let local: Preparation;
let now: Date;
beforeAll(async () => {
  local = await prepare({ accounts: [] });
});
afterAll(() => local.stop());
beforeEach(async () => {
  reported.length = 0;
  now = new Date('2026-11-22T12:20:00Z');
  for await (const { partitionKey = '', rowKey = '' } of local.storage.budget.listEntities())
    await local.storage.budget.deleteEntity(partitionKey, rowKey);
});

const budget = (signal = never) =>
  budgetOf(
    local.storage.budget,
    () => now,
    signal,
    (bad) => reported.push(bad),
  );
const claim = (subscription: string) => budget().claimChange(accountIn(subscription), LIMITS);
const claims = async (...subscriptions: readonly string[]) => {
  const granted: boolean[] = [];
  for (const each of subscriptions) granted.push(await claim(each));
  return granted;
};
const put = (partitionKey: string, rowKey: string, columns: object) =>
  local.storage.budget.createEntity({ partitionKey, rowKey, ...columns });
const keys = async () =>
  (await Array.fromAsync(local.storage.budget.listEntities())).map(
    ({ partitionKey, rowKey }) => `${partitionKey}/${rowKey}`,
  );

describe('the budget', () => {
  test('is of the hour, in all and by subscription, whatever its case', async () => {
    expect(await claims('s1', 'S1', 's1', 's1', 's2', 's2', 's2')).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect((await budget().limitsSeen()).begun).toEqual(
      new Map([
        ['s1', 3],
        ['s2', 2],
      ]),
    );
    now = after(now, HOUR);
    expect((await budget().limitsSeen()).begun).toEqual(new Map());
    expect(await claim('s1')).toBe(true);
    expect(await keys()).toEqual(['begun/2026-11-22T12', 'begun/2026-11-22T13']);
    expect(reported).toEqual([]);
  });

  test('of 40 claims at once by as many clients, as many are granted as may be', async () => {
    const granted = await Promise.all(Array.from({ length: 40 }, (_, n) => claim(`s${n % 4}`)));
    // Who finds others first again and again gives up.
    expect(granted.filter(Boolean).length).toBeLessThanOrEqual(5);
    expect(granted.filter(Boolean).length).toBeGreaterThan(0);
    const { begun } = await budget().limitsSeen();
    expect([...(begun ?? new Map()).values()].reduce((sum, n) => sum + n, 0)).toBe(granted.filter(Boolean).length);
  });

  test('lets nothing through where the run is to stop', async () => {
    await expect(budget(AbortSignal.abort()).claimChange(accountIn('s1'), LIMITS)).rejects.toThrow(/abort/i);
    expect(await keys()).toEqual([]);
  });

  test.each([
    ['no counts', {}],
    ['no JSON', { begun: 'none' }],
    ['a negative count', { begun: '{"s1":-3}' }],
    ['a part of a change', { begun: '{"s1":0.5}' }],
    ['more than may ever be', { begun: '{"s1":501}' }],
    ['a subscription in another case', { begun: '{"S1":1}' }],
    ['a list', { begun: '[]' }],
  ])('a row with %s counts as used up, and is told', async (_, columns) => {
    await put('begun', '2026-11-22T12', columns);
    expect((await budget().limitsSeen()).begun).toBeNull();
    expect(reported).toMatchObject([{ table: 'budget', rows: ['begun/2026-11-22T12'] }]);
    expect(await claim('s2')).toBe(false);
  });

  test('a row that was written before its hour counts as used up when the hour comes', async () => {
    now = after(new Date(), 3 * HOUR);
    await put('begun', now.toISOString().slice(0, 13), { begun: '{}' });
    expect((await budget().limitsSeen()).begun).toBeNull();
    expect(await claim('s1')).toBe(false);
  });

  test('rows of past hours go after a day; what is no hour, or one to come, is told', async () => {
    for (const hour of ['2026-11-20T09', '2026-11-21T11', '2026-11-21T12', '2026-11-22T11'])
      await put('begun', hour, { begun: '{"s1":3}' });
    await put('begun', 'soon', {});
    await put('begun', '2026-11-22T14', { begun: '{}' });
    await put('slots', 'slot-0', {});
    expect(await claims('s1', 's1')).toEqual([true, true]);
    expect(await keys()).toEqual([
      'begun/2026-11-21T12',
      'begun/2026-11-22T11',
      'begun/2026-11-22T12',
      'begun/2026-11-22T14',
      'begun/soon',
      'slots/slot-0',
    ]);
    expect(reported).toMatchObject([{ table: 'budget', rows: ['begun/2026-11-22T14', 'begun/soon'] }]);
  });

  test('and the breaker are no slots', async () => {
    await claim('s1');
    await budget().noteTried({ key: 'a', probe: null, outcome: 'failed' }, LIMITS);
    reported.length = 0;
    expect(await accountsDraining(local.storage, now, never, (bad) => reported.push(bad))).toEqual([]);
    expect(reported).toEqual([]);
  });
});

describe('the breaker', () => {
  const fail = (key: string, probe: string | null = null) =>
    budget().noteTried({ key, probe, outcome: 'failed' }, LIMITS);

  test('stops all, then lets one be tried at a time, and closes with it', async () => {
    expect(await budget().passBreaker('p0')).toBe('closed');
    await fail('a');
    expect((await fail('b')).after.stoppedUntil).toEqual(after(now, HOUR));
    expect(await budget().passBreaker('p1')).toBe('stopped');
    now = after(now, HOUR);
    const passed = await Promise.all(Array.from({ length: 8 }, (_, n) => budget().passBreaker(`p${n}`)));
    expect(passed.filter((one) => one === 'probe')).toHaveLength(1);
    expect(passed.filter((one) => one === 'closed')).toEqual([]);
    const probe = `p${passed.indexOf('probe')}`;
    await fail('c', probe);
    expect(await budget().passBreaker('q')).toBe('stopped');
    now = after(now, HOUR);
    expect(await budget().passBreaker('q')).toBe('probe');
    await budget().freeProbe('other');
    expect(await budget().passBreaker('r')).toBe('stopped');
    await budget().freeProbe('q');
    expect(await budget().passBreaker('r')).toBe('probe');
    // Its instance died.
    now = after(now, 10 * MINUTE);
    expect(await budget().passBreaker('s')).toBe('probe');
    const moved = await budget().noteTried({ key: 'x', probe: 's', outcome: 'applied' }, LIMITS);
    expect(moved.after).toEqual(CLOSED);
    expect(await budget().passBreaker('t')).toBe('closed');
    expect((await budget().limitsSeen()).breaker).toEqual(CLOSED);
    expect(reported).toEqual([]);
  });

  test('of many failures at once none is lost', async () => {
    const limits = { ...LIMITS, failuresBeforeStop: 100 };
    const noted = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) =>
      budget().noteTried({ key, probe: null, outcome: 'failed' }, limits),
    );
    await Promise.all(noted);
    expect((await budget().limitsSeen()).breaker?.failures).toHaveLength(6);
  });

  test('a failure is noted when the run was stopped for it', async () => {
    await budget(AbortSignal.abort()).noteTried({ key: 'a', probe: null, outcome: 'failed' }, LIMITS);
    expect((await budget().limitsSeen()).breaker?.failures).toEqual([{ key: 'a', at: now }]);
  });

  const soon = () => after(now, 5 * MINUTE).toISOString();
  test.each<[string, () => object]>([
    ['nothing in it', () => ({})],
    ['no list of failures', () => ({ failures: '{}' })],
    ['a failure to come', () => ({ failures: JSON.stringify([{ key: 'a', at: soon() }]) })],
    ['a stop that no policy makes', () => ({ failures: '[]', stoppedUntil: after(now, DAY + HOUR) })],
    ['a stop that is no time', () => ({ failures: '[]', stoppedUntil: 'never' })],
    ['a probe without an end', () => ({ failures: '[]', stoppedUntil: now, probe: 'p' })],
    ['a probe for hours', () => ({ failures: '[]', stoppedUntil: now, probe: 'p', probeUntil: after(now, 2 * HOUR) })],
  ])('a row with %s stops all, and is told', async (_, columns) => {
    await put('breaker', 'breaker', columns());
    expect((await budget().limitsSeen()).breaker).toBeNull();
    expect(reported).toMatchObject([{ table: 'budget', rows: ['breaker/breaker'] }]);
    expect(await budget().passBreaker('p')).toBe('stopped');
    const { etag } = await local.storage.budget.getEntity('breaker', 'breaker');
    await fail('a');
    expect((await local.storage.budget.getEntity('breaker', 'breaker')).etag).toBe(etag);
  });
});
