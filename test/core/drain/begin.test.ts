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
  waitingSince: after(now, -60 * DAY),
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

const NOTICE = { ...policy, notice: HOUR };
const FAILED = ended(30, 0, 'not-begun', { begunAt: after(now, -30 * HOUR) });
const SINCE = ended(26, 1, 'restored', { begunAt: after(now, -28 * HOUR) });

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
  ['a drain ended a day ago', { drains: [ended(24, 1)] }, 'begins', null],
  [
    'two ended, and the last is not the first of the rows',
    { drains: [ended(48, 1), ended(10, 1)] },
    'resting',
    after(now, 14 * HOUR),
  ],
  ['a drain ended two days ago', { drains: [ended(48, 1)] }, 'begins', null],
  ['a drain never began an hour ago', { drains: [ended(1, 0, 'not-begun')] }, 'begins', null],
  ['two drains in a row changed nothing', { drains: [ended(48, 0), ended(96, 0)] }, 'contested', null],
  [
    'the same, and one that never began',
    { drains: [ended(48, 0), ended(60, 0, 'not-begun'), ended(96, 0)] },
    'contested',
    null,
  ],
  ['the first of two in a row changed nothing', { drains: [ended(48, 1), ended(96, 0)] }, 'begins', null],
  ['the last of two in a row changed nothing', { drains: [ended(48, 0), ended(96, 1)] }, 'begins', null],
  ['the only one changed nothing', { drains: [ended(48, 0)] }, 'begins', null],
  [
    'two that changed nothing, released before',
    { drains: [ended(48, 0), ended(96, 0)], released: after(now, -5 * DAY) },
    'contested',
    null,
  ],
  ['released as the last one ended', { drains: [ended(10, 1)], released: after(now, -10 * HOUR) }, 'begins', null],
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
  [
    'a drain could not begin 47 hours ago: it was announced',
    { policy: NOTICE, drains: [ended(47, 0, 'not-begun')] },
    'begins',
    null,
  ],
  [
    'it could not two days ago',
    { policy: NOTICE, drains: [ended(48, 0, 'not-begun')] },
    'drain-announced',
    after(now, HOUR),
  ],
  [
    'it could not, and what waits now came since',
    {
      policy: NOTICE,
      drains: [ended(47, 0, 'not-begun', { begunAt: after(now, -47 * HOUR) })],
      waitingSince: after(now, -HOUR),
    },
    'drain-announced',
    after(now, HOUR),
  ],
  [
    'one of the pool that had the name before could not',
    { policy: NOTICE, drains: [ended(1, 0, 'not-begun', { creationTime: now })] },
    'drain-announced',
    after(now, HOUR),
  ],
  [
    'one could not, and one since did',
    { policy: NOTICE, drains: [FAILED, SINCE] },
    'drain-announced',
    after(now, HOUR),
  ],
  ['the same, in other order', { policy: NOTICE, drains: [SINCE, FAILED] }, 'drain-announced', after(now, HOUR)],
  ['announced by a policy that asked for it', { announced: after(now, HOUR) }, 'begins', null],
  [
    'the same, and no slot is free',
    { announced: after(now, HOUR), hasSlot: false },
    'drain-slot',
    after(now, 15 * MINUTE),
  ],
  ['no window is open', { policy: { ...policy, windows: mondays } }, 'window', monday],
  ['a window is open', { policy: { ...policy, windows: mondays }, now: monday }, 'begins', null],
  [
    'announced, and no window is open',
    { policy: { ...policy, notice: HOUR, windows: mondays }, announced: now },
    'drain-announced',
    monday,
  ],
  [
    'its dedicated nodes are not shown',
    { pool: { ...busy, nodes: { ...busy.nodes, dedicated: null } } },
    'waits-for-zero',
    null,
  ],
  [
    'its low-priority nodes are not shown',
    { pool: { ...busy, nodes: { ...busy.nodes, lowPriority: null } } },
    'waits-for-zero',
    null,
  ],
  [
    'as many low-priority nodes as dedicated ones are asked for',
    { pool: { ...busy, settings: { ...busy.settings, scale: fixed(2, 2) } } },
    'begins',
    null,
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

  test('in these words', () => {
    const words = TABLE.flatMap(([, asked]) => {
      const begun = begin({ ...usual, ...asked });
      return 'code' in begun ? [begun.message] : [];
    });
    expect([...new Set(words)]).toEqual([
      'waits for a drain: its body does not show its size, its ETag or when it was made',
      'waits for a drain: it is on its way to zero',
      'waits for a drain: the pool is being resized',
      'after a drain the pool rests for a day',
      'the last two drains of the pool changed nothing: see why, then release it (rule drain)',
      'a drain is announced for 2026-11-22T13:00:00.000Z',
      'a drain is announced for 2026-11-22T12:01:00.000Z',
      'as many drains are open as may be at once (drains.max is 1)',
      'waits for a window of drains',
      'a drain was announced for 2026-11-22T12:00:00.000Z; waits for a window of drains',
      'waits for a drain: its body does not show how many nodes it has',
      'waits for a drain: the pool has nodes, and drains begin only without (drains.begin)',
    ]);
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
    const begun = begin({ ...usual, pool: idle });
    expect('drain' in begun && begun.drain.saved).toEqual(idle.settings.scale);
    expect(begun).toMatchObject({
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
