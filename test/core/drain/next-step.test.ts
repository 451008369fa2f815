import { describe, expect, test } from 'vitest';
import type { Drain, DrainEnd } from '../../../shared/core/drain/drain.ts';
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
  ['no mark, a drain that ended', { drains: [ended('restored')], pool: drainedPool({ mark: null }) }, 'none'],
];

const HELD: readonly Row[] = [
  ['at zero, a change is open', {}, 'change'],
  ['at zero, nothing is left to change', { isPending: false }, 'restore, 4/0 in PT15M, mark gone'],
  ['at zero, the deadline came', { now: late }, 'restore, 4/0 in PT15M, mark gone'],
  ['nodes go', { pool: drainedPool({ nodes: nodes(2, 'Resizing') }) }, 'wait, emptying, 450 s'],
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
    'the formula was written ten seconds ago',
    {
      drains: [{ ...scaled, writes: [wrote('empty', 'applied', after(now, -10 * SECOND))] }],
      isPending: false,
      pool: drainedPool({ scale: zeroFormula }),
    },
    'wait, restoring, 20 s',
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

const STRANGE: readonly Row[] = [
  ['a mark without a row', { drains: [], known: new Set() }, 'ask: no-row'],
  ['the same, told', { drains: [], known: new Set(), isTold: true }, 'ask: no-row'],
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
];

const WITHOUT_ITS_MARK: readonly Row[] = [
  ['of a pool that had the name before', { drains: [aDrain({ creationTime: BEGUN_AT })] }, 'end: pool-gone'],
  ['never sent, a moment ago', { drains: [aDrain({ writes: [], begunAt: now })] }, 'wait, beginning, 900 s'],
  ['never sent', { drains: [aDrain({ writes: [] })] }, 'end: not-begun'],
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
describe('its mark is of no drain that holds it', () => {
  check(STRANGE, {});
});
describe('its drain counted as over, and it is at zero with its mark', () => {
  check(WRONGLY_ENDED, {});
});
describe('a drain is open, and its pool has no mark', () => {
  check(WITHOUT_ITS_MARK, { pool: drainedPool({ mark: null }) });
});
