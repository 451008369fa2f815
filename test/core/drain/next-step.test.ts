import { describe, expect, test } from 'vitest';
import type { Drain, DrainEnd } from '../../../shared/core/drain/drain.ts';
import { withMark } from '../../../shared/core/drain/mark.ts';
import { nextStep, type Seen, type Step } from '../../../shared/core/drain/next-step.ts';
import { zeroOf } from '../../../shared/core/drain/zero.ts';
import type { Scale } from '../../../shared/core/model/pool-settings.ts';
import { after, HOUR, MINUTE, SECOND } from '../../../shared/core/model/time.ts';
import { aDrain, BEGUN_AT, drainedPool, fixed, nodes, wrote } from '../../support/drains/examples.ts';

const now = after(BEGUN_AT, HOUR);
const formula: Scale = { kind: 'autoscale', formula: '$TargetDedicatedNodes = $PendingTasks;', interval: 'PT10M' };
const zeroFormula = zeroOf(formula, 'TaskCompletion', 6 * HOUR);
const scaled = aDrain({ saved: formula });
const ended = (how: DrainEnd['how']): Drain => aDrain({ ended: { at: now, how, changes: 1 } });
const late = after(aDrain().deadline, MINUTE);

type Row = readonly [seen: string, Partial<Seen>, step: string];

/** What a table can show of a step. */
function inWords(step: Step): string {
  switch (step.kind) {
    case 'none':
    case 'change':
      return step.kind;
    case 'wait':
      return `wait, ${step.doing}, ${(step.until.getTime() - now.getTime()) / SECOND} s`;
    case 'end':
      return `end: ${step.how}`;
    case 'ask':
      return `ask: ${step.trouble}`;
    case 'empty':
    case 'restore':
    case 'unmark': {
      const { set } = step;
      const scale = 'scale' in set && set.scale !== null ? [sizeOf(set.scale)] : [];
      return [
        step.kind,
        ...scale,
        `mark ${set.metadata.find(({ name }) => name === 'warden:drain')?.value ?? 'gone'}`,
      ].join(', ');
    }
  }
}

function sizeOf(scale: Scale): string {
  if (scale.kind === 'autoscale') return scale === formula ? 'its formula' : 'zero formula';
  return `${scale.dedicated}/${scale.lowPriority} in ${scale.resizeTimeout}`;
}

const NO_DRAIN: readonly Row[] = [
  ['no mark, no row', { drains: [], pool: drainedPool({ mark: null }) }, 'none'],
  ['the same, and its size is not shown', { drains: [], pool: drainedPool({ mark: null, scale: null }) }, 'none'],
  ['no mark, a drain that ended', { drains: [ended('restored')], pool: drainedPool({ mark: null }) }, 'none'],
];

const HELD: readonly Row[] = [
  ['at zero, a change is open', {}, 'change'],
  ['at zero, nothing is left to change', { isPending: false }, 'restore, 4/0 in PT15M, mark gone'],
  [
    'at zero since ten seconds, nothing is left to change',
    { drains: [aDrain({ writes: [wrote('empty', 'applied', after(now, -10 * SECOND))] })], isPending: false },
    'restore, 4/0 in PT15M, mark gone',
  ],
  ['at zero, the deadline is now', { now: aDrain().deadline }, 'restore, 4/0 in PT15M, mark gone'],
  ['at zero, the deadline came', { now: late }, 'restore, 4/0 in PT15M, mark gone'],
  ['nodes go', { pool: drainedPool({ nodes: nodes(2, 'Resizing') }) }, 'wait, emptying, 450 s'],
  [
    'nodes go, a moment ago',
    { drains: [aDrain({ begunAt: now })], pool: drainedPool({ nodes: nodes(2, 'Resizing') }) },
    'wait, emptying, 120 s',
  ],
  [
    'nodes go, and nothing is left to change',
    { isPending: false, pool: drainedPool({ nodes: nodes(2, 'Resizing') }) },
    'wait, restoring, 450 s',
  ],
  ['some nodes stayed', { pool: drainedPool({ nodes: nodes(2) }) }, 'empty, 0/0 in PT30M, mark d1'],
  [
    'low-priority nodes stayed',
    { pool: drainedPool({ nodes: nodes(0, 'Steady', 1) }) },
    'empty, 0/0 in PT30M, mark d1',
  ],
  [
    'some nodes stayed, 12 minutes are left',
    { pool: drainedPool({ nodes: nodes(2) }), now: after(aDrain().deadline, -12 * MINUTE) },
    'empty, 0/0 in PT12M, mark d1',
  ],
  [
    'some nodes stayed, five minutes are left',
    { pool: drainedPool({ nodes: nodes(2) }), now: after(aDrain().deadline, -5 * MINUTE) },
    'empty, 0/0 in PT5M, mark d1',
  ],
  [
    'some nodes stayed, four minutes are left',
    { pool: drainedPool({ nodes: nodes(2) }), now: after(aDrain().deadline, -4 * MINUTE) },
    'restore, 4/0 in PT15M, mark gone',
  ],
  [
    'the owner scaled to another size',
    { pool: drainedPool({ scale: fixed(7), nodes: nodes(7) }) },
    'unmark, mark gone',
  ],
  ['the owner scaled to a formula', { pool: drainedPool({ scale: formula }) }, 'unmark, mark gone'],
  ['its size is not shown', { pool: drainedPool({ scale: null }) }, 'ask: not-shown'],
  ['it has no ETag', { pool: drainedPool({ etag: null }) }, 'ask: not-shown'],
  ['when it was made is not shown', { pool: drainedPool({ creationTime: null }) }, 'ask: not-shown'],
];

const WITH_FORMULA: readonly Row[] = [
  ['at zero, a change is open', { drains: [scaled], pool: drainedPool({ scale: zeroFormula }) }, 'change'],
  [
    'at zero by another deallocation option',
    { drains: [scaled], pool: drainedPool({ scale: zeroOf(formula, 'Requeue', HOUR) }) },
    'change',
  ],
  [
    'at zero, nothing is left to change',
    { drains: [scaled], isPending: false, pool: drainedPool({ scale: zeroFormula }) },
    'restore, its formula, mark gone',
  ],
  [
    'the same, and it was never written, says the journal',
    { drains: [{ ...scaled, writes: [] }], isPending: false, pool: drainedPool({ scale: zeroFormula }) },
    'restore, its formula, mark gone',
  ],
  [
    'nodes are still there: Batch tries again by itself',
    { drains: [scaled], pool: drainedPool({ scale: zeroFormula, nodes: nodes(1) }) },
    'wait, emptying, 450 s',
  ],
  [
    'nodes are still there, and time is over',
    { drains: [scaled], pool: drainedPool({ scale: zeroFormula, nodes: nodes(1) }), now: late },
    'restore, its formula, mark gone',
  ],
  [
    'its tasks keep it resizing, and time is over',
    { drains: [scaled], pool: drainedPool({ scale: zeroFormula, nodes: nodes(1, 'Resizing') }), now: late },
    'restore, its formula, mark gone',
  ],
  ['somebody switched scaling off', { drains: [scaled], pool: drainedPool({ scale: fixed(0) }) }, 'ask: formula-off'],
  ['the owner wrote a formula', { drains: [scaled], pool: drainedPool({ scale: formula }) }, 'unmark, mark gone'],
  [
    'the owner wrote a size',
    { drains: [scaled], pool: drainedPool({ scale: fixed(3), nodes: nodes(3) }) },
    'unmark, mark gone',
  ],
];

/** At zero by our formula with nothing left to change: whether the formula may be written at once. */
const REWRITES: readonly (readonly [written: string, writes: Drain['writes'], step: string])[] = [
  ['ten seconds ago', [ago(10)], 'wait, restoring, 20 s'],
  ['thirty seconds ago', [ago(30)], 'restore, its formula, mark gone'],
  ['ten seconds ago, and no answer came', [ago(10, 'empty', 'failed')], 'wait, restoring, 20 s'],
  ['ten seconds ago, and the journal has no outcome', [ago(10, 'empty', 'unknown')], 'wait, restoring, 20 s'],
  ['ten seconds ago, and read otherwise', [ago(10, 'empty', 'not-effective')], 'wait, restoring, 20 s'],
  ['ten seconds ago, and refused', [ago(40), ago(10, 'empty', 'refused')], 'restore, its formula, mark gone'],
  ['ten seconds ago, to give it back', [ago(40), ago(10, 'restore', 'failed')], 'wait, restoring, 20 s'],
  ['forty seconds ago, and a change since', [ago(40), ago(10, 'change')], 'restore, its formula, mark gone'],
];

function ago(
  seconds: number,
  ...[step = 'empty', outcome]: Partial<Parameters<typeof wrote>>
): Drain['writes'][number] {
  return wrote(step, outcome, after(now, -seconds * SECOND));
}

const STRANGE: readonly Row[] = [
  ['a mark without a row', { drains: [], known: new Set() }, 'ask: no-row'],
  ['the same, told', { drains: [], known: new Set(), isTold: true }, 'ask: no-row'],
  [
    'two marks, one of which is of a drain of another pool',
    { drains: [], pool: drainedPool({ metadata: [...withMark([], 'no-row'), ...withMark([], 'd1')] }) },
    'ask: stray-mark',
  ],
  ['the mark of a drain of another pool', { drains: [] }, 'ask: stray-mark'],
  ['the same, told', { drains: [], isTold: true }, 'unmark, mark gone'],
  ['the mark of a drain that ended', { drains: [ended('restored')] }, 'ask: stray-mark'],
  ['the same, told', { drains: [ended('restored')], isTold: true }, 'unmark, mark gone'],
  ['the mark of a pool of the same name', { drains: [aDrain({ creationTime: BEGUN_AT })] }, 'ask: stray-mark'],
  [
    'the same, told, and it has another size',
    { drains: [aDrain({ creationTime: BEGUN_AT })], isTold: true, pool: drainedPool({ scale: fixed(9) }) },
    'unmark, mark gone',
  ],
];

const WRONGLY_ENDED: readonly Row[] = [
  ['a write that was late', { drains: [ended('not-begun')] }, 'change'],
  ['a list that was short', { drains: [ended('pool-gone')], isPending: false }, 'restore, 4/0 in PT15M, mark gone'],
  [
    'the same, and it has another size',
    { drains: [ended('not-begun')], pool: drainedPool({ scale: fixed(2) }) },
    'ask: stray-mark',
  ],
  [
    'the same, and its size is not shown',
    { drains: [ended('not-begun')], pool: drainedPool({ scale: null }) },
    'ask: not-shown',
  ],
];

const WITHOUT_ITS_MARK: readonly Row[] = [
  ['of a pool that had the name before', { drains: [aDrain({ creationTime: BEGUN_AT })] }, 'end: pool-gone'],
  ['never sent, a moment ago', { drains: [aDrain({ writes: [], begunAt: now })] }, 'wait, beginning, 900 s'],
  ['never sent', { drains: [aDrain({ writes: [] })] }, 'end: not-begun'],
  [
    'never sent, for a quarter of an hour',
    { drains: [aDrain({ writes: [], begunAt: after(now, -15 * MINUTE) })] },
    'end: not-begun',
  ],
  ['refused', { drains: [aDrain({ writes: [wrote('empty', 'refused')] })], pool: unmarked(4) }, 'end: not-begun'],
  [
    'sent a moment ago, and no answer came',
    { drains: [aDrain({ writes: [wrote('empty', 'unknown', now)] })], pool: unmarked(4) },
    'wait, beginning, 900 s',
  ],
  [
    'sent, no answer came, and no effect',
    { drains: [aDrain({ writes: [wrote('empty', 'failed')] })], pool: unmarked(4) },
    'end: not-begun',
  ],
  [
    'sent, no answer came, and it is at zero',
    { drains: [aDrain({ writes: [wrote('empty', 'unknown')] })] },
    'ask: mark-lost',
  ],
  ['emptied, and it is at zero', {}, 'ask: mark-lost'],
  [
    'emptied, as was read otherwise, and it has its size',
    { drains: [aDrain({ writes: [wrote('empty', 'not-effective')] })], pool: unmarked(4) },
    'end: restored',
  ],
  ['emptied, and it has its size', { pool: unmarked(4) }, 'end: restored'],
  ['emptied, and it has another size', { pool: unmarked(5) }, 'end: owner-scaled'],
  [
    'emptied, as no answer told but its restore does, and it has its size',
    {
      drains: [aDrain({ writes: [wrote('empty', 'unknown', now), wrote('restore', 'unknown', now)] })],
      pool: unmarked(4),
    },
    'end: restored',
  ],
  [
    'its formula emptied, and it is there',
    { drains: [scaled], pool: drainedPool({ mark: null, scale: formula }) },
    'end: restored',
  ],
  ['its formula emptied, and zero nodes asked for', { drains: [scaled] }, 'ask: formula-off'],
  [
    'its formula was refused, and zero nodes asked for',
    { drains: [{ ...scaled, writes: [wrote('empty', 'refused')] }] },
    'end: not-begun',
  ],
];

function unmarked(dedicated: number) {
  return drainedPool({ mark: null, scale: fixed(dedicated), nodes: nodes(dedicated) });
}

function check(rows: readonly Row[], usual: Partial<Seen>): void {
  test.each(rows)('%s', (_, seen, step) => {
    const all = {
      pool: drainedPool(),
      drains: [aDrain()],
      known: new Set(['d1']),
      isPending: true,
      isTold: false,
      now,
    };
    expect(inWords(nextStep({ ...all, ...usual, ...seen }))).toBe(step);
  });
}

describe('no drain holds it', () => {
  check(NO_DRAIN, {});
});
describe('a drain of ours holds it, says its mark', () => {
  check(HELD, {});
});
describe('a drain of ours holds a pool that has a formula', () => {
  check(WITH_FORMULA, {});
});
describe('a drain of ours gives a formula back, and Batch takes no two within thirty seconds: it was written', () => {
  test.each(REWRITES)('%s', (_, writes, step) => {
    const pool = drainedPool({ scale: zeroFormula });
    const seen = {
      pool,
      drains: [{ ...scaled, writes }],
      known: new Set(['d1']),
      isPending: false,
      isTold: false,
      now,
    };
    expect(inWords(nextStep(seen))).toBe(step);
  });
});
describe('its mark is of no drain that holds it', () => {
  check(STRANGE, {});
});
test.each(['d1', null])(
  'what is not shown is asked of the drain that is open, whether its mark is there or not: %s',
  (mark) => {
    const pool = drainedPool({ mark, scale: null });
    const seen = { pool, drains: [aDrain()], known: new Set(['d1']), isPending: true, isTold: false, now };
    expect(nextStep(seen)).toMatchObject({ trouble: 'not-shown', drain: { id: 'd1' } });
  },
);
describe('its drain counted as over, and it is at zero with its mark', () => {
  check(WRONGLY_ENDED, {});
});
describe('a drain is open, and its pool has no mark', () => {
  check(WITHOUT_ITS_MARK, { pool: drainedPool({ mark: null }) });
});
