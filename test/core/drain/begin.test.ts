import { describe, expect, test } from 'vitest';
import { begin } from '../../../shared/core/drain/begin.ts';
import type { Drain, DrainEnd } from '../../../shared/core/drain/drain.ts';
import { zeroOf } from '../../../shared/core/drain/zero.ts';
import { after, DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { ANY_DRAINS, aDrain, fixed, nodes } from '../../support/drains/examples.ts';
import { aPool } from '../../support/snapshots.ts';

/** A Sunday. */
const now = new Date('2026-11-22T12:00:00Z');
const policy = ANY_DRAINS;
const busy = aPool({
  scale: fixed(2, 1),
  nodes: nodes(2, 'Steady', 1),
  metadata: [{ name: 'a', value: 'b', unmodelled: {} }],
});
const idle = aPool({ scale: { kind: 'autoscale', formula: '$TargetDedicatedNodes = 3;', interval: null } });
const mondays = [{ days: ['Mon'] as const, from: 120, to: 180, timeZone: 'UTC' }];
const monday = new Date('2026-11-23T02:00:00Z');

const usual = {
  pool: busy,
  drains: [],
  policy,
  secrets: [],
  announced: null,
  released: null,
  id: 'd1',
  hasSlot: true,
  now,
};
type Asked = Parameters<typeof begin>[0];
type Row = readonly [name: string, asked: Partial<Asked>, code: string, lookAt: Date | null];

function ended(
  hoursAgo: number,
  changes: number,
  how: DrainEnd['how'] = 'restored',
  overrides: Partial<Drain> = {},
): Drain {
  return aDrain({ ended: { at: after(now, -hoursAgo * HOUR), how, changes }, ...overrides });
}

const TABLE: readonly Row[] = [
  ['nothing stands in the way', {}, 'begins', null],
  ['it has no ETag', { pool: aPool({ ...busy.settings, etag: null }) }, 'waits-for-zero', null],
  ['when it was made is not shown', { pool: aPool({ ...busy.settings, creationTime: null }) }, 'waits-for-zero', null],
  ['its size is not shown', { pool: aPool({ scale: null }) }, 'waits-for-zero', null],
  [
    'it is on its way to zero',
    { pool: aPool({ ...busy.settings, scale: fixed(0), nodes: nodes(2) }) },
    'waits-for-zero',
    null,
  ],
  [
    'it has a formula of ours, and no row says what it had before',
    { pool: aPool({ ...busy.settings, scale: zeroOf(idle.settings.scale ?? fixed(0), 'Requeue', HOUR) }) },
    'waits-for-zero',
    null,
  ],
  ['it is resized', { pool: { ...busy, nodes: nodes(2, 'Resizing') } }, 'waits-for-zero', after(now, 5 * MINUTE)],
  ['a drain ended ten hours ago', { drains: [ended(10, 1)] }, 'resting', after(now, 14 * HOUR)],
  ['a drain ended two days ago', { drains: [ended(48, 1)] }, 'begins', null],
  ['a drain never began an hour ago', { drains: [ended(1, 0, 'not-begun')] }, 'begins', null],
  ['two drains in a row changed nothing', { drains: [ended(48, 0), ended(96, 0)] }, 'contested', null],
  [
    'the same, and one that never began',
    { drains: [ended(48, 0), ended(60, 0, 'not-begun'), ended(96, 0)] },
    'contested',
    null,
  ],
  ['one of two in a row changed nothing', { drains: [ended(48, 1), ended(96, 0)] }, 'begins', null],
  [
    'two that changed nothing, since released',
    { drains: [ended(48, 0), ended(96, 0)], released: after(now, -DAY) },
    'begins',
    null,
  ],
  [
    'two that changed nothing, of a pool that had the name before',
    { drains: [ended(48, 0, 'restored', { creationTime: now }), ended(96, 0, 'restored', { creationTime: now })] },
    'begins',
    null,
  ],
  ['not announced yet', { policy: { ...policy, notice: HOUR } }, 'drain-announced', after(now, HOUR)],
  [
    'announced, and not yet time',
    { policy: { ...policy, notice: HOUR }, announced: after(now, MINUTE) },
    'drain-announced',
    after(now, MINUTE),
  ],
  ['announced, and the time came', { policy: { ...policy, notice: HOUR }, announced: now }, 'begins', null],
  ['no window is open', { policy: { ...policy, windows: mondays } }, 'window', monday],
  ['a window is open', { policy: { ...policy, windows: mondays }, now: monday }, 'begins', null],
  [
    'announced, and no window is open',
    { policy: { ...policy, notice: HOUR, windows: mondays }, announced: now },
    'drain-announced',
    monday,
  ],
  ['idle: it has nodes', { policy: { ...policy, begin: 'idle' } }, 'waits-for-zero', after(now, 15 * MINUTE)],
  [
    'idle: one low-priority node',
    { policy: { ...policy, begin: 'idle' }, pool: { ...busy, nodes: nodes(0, 'Steady', 1) } },
    'waits-for-zero',
    after(now, 15 * MINUTE),
  ],
  ['idle: between its jobs', { policy: { ...policy, begin: 'idle' }, pool: idle }, 'begins', null],
  ['no slot is free', { hasSlot: false }, 'drain-slot', after(now, 15 * MINUTE)],
];

describe('a drain begins, or says why not', () => {
  test.each(TABLE)('%s', (_, asked, code, lookAt) => {
    const begun = begin({ ...usual, ...asked });
    expect('code' in begun ? [begun.code, begun.lookAt] : ['begins', null]).toEqual([code, lookAt]);
  });

  test('its row holds the whole size, and the pool its mark beside what others wrote there', () => {
    expect(begin(usual)).toEqual({
      drain: {
        id: 'd1',
        poolId: busy.id,
        creationTime: busy.creationTime,
        saved: { kind: 'fixed', dedicated: 2, lowPriority: 1, resizeTimeout: 'PT15M' },
        had: { dedicated: 2, lowPriority: 1 },
        secrets: [],
        begunAt: now,
        deadline: after(now, 6 * HOUR),
        deallocation: 'TaskCompletion',
        ended: null,
        writes: [],
      },
      set: {
        scale: { kind: 'fixed', dedicated: 0, lowPriority: 0, resizeTimeout: 'PT30M', deallocation: 'TaskCompletion' },
        metadata: [
          { name: 'a', value: 'b', unmodelled: {} },
          { name: 'warden:drain', value: 'd1', unmodelled: {} },
        ],
      },
    });
  });

  test('of a pool with a formula the row holds the formula, and another takes its place', () => {
    expect(begin({ ...usual, pool: idle })).toMatchObject({
      drain: { saved: idle.settings.scale },
      set: {
        scale: {
          kind: 'autoscale',
          formula: expect.stringContaining('$NodeDeallocationOption = taskcompletion;'),
          interval: 'PT5M',
        },
      },
    });
  });
});
