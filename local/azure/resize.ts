import type { Json } from './json.ts';
import { number, part, text, without } from './json.ts';
import type { NodeLog } from './node-log.ts';
import { settleState, sizeOf } from './pool-state.ts';
import { conditionOfScale, durationOf } from './scale.ts';
import type { By, ResizeWay, Resizing, Size, StoredPool } from './stored.ts';
import { endTasks, waitsForTasks } from './tasks.ts';
import type { Ticks } from './ticks.ts';
import { MILLISECOND, timeOf } from './ticks.ts';

/** How resizes go; a test may change it at any time. */
export interface Resizes {
  /** Milliseconds that a resize takes: its nodes come or go one by one meanwhile. */
  takes: number;
  /** The most nodes a pool can get before its quota is reached: it then gets none. Null is no limit. */
  capacity: number | null;
  /** The most nodes that are to be had: a resize for more waits until its time-out, and keeps what came. */
  stock: number | null;
  /** Milliseconds that the deletion of a pool takes. */
  deletes: number;
  /** Milliseconds that must lie between two requests for automatic scaling of a pool. */
  autoscaleRest: number;
  /** Whether the resize that an evaluation starts leaves the ETag as it was; nobody has recorded either. */
  evaluationKeepsEtag: boolean;
}

export const USUAL_RESIZES: Resizes = {
  takes: 500,
  capacity: null,
  stock: null,
  deletes: 0,
  autoscaleRest: 30_000,
  evaluationKeepsEtag: false,
};

/** What a resize needs of the store. */
export interface Time {
  readonly resizes: Resizes;
  readonly nodeLog: NodeLog;
  tick(): Ticks;
}

const TARGETS = ['targetDedicatedNodes', 'targetLowPriorityNodes'];
/** Steady again after this when there was nothing to do. */
const NOTHING_TO_DO = 50n * MILLISECOND;
const USUAL_TIMEOUT = 15 * 60_000;

/** Starts the resize; true when it is a real one. The caller moves the ETag. */
export function startResize(
  pool: StoredPool,
  target: Size,
  { by, at, ...way }: ResizeWay & { readonly by: By; readonly at: Ticks },
  time: Time,
): boolean {
  const properties = part(pool.body, 'properties');
  const had = sizeOf(pool);
  const real = target.dedicated !== had.dedicated || target.lowPriority !== had.lowPriority;
  const until = at + (real ? BigInt(time.resizes.takes) * MILLISECOND : NOTHING_TO_DO);
  const { nodeDeallocationOption, resizeTimeout } = way;
  const { dedicated, lowPriority } = target;
  pool.resizing = {
    from: at,
    until,
    deadline: deadlineOf(at, resizeTimeout),
    had,
    target: { dedicated, lowPriority },
    nodeDeallocationOption,
    by,
  };
  if (!waitsForTasks(nodeDeallocationOption)) endTasks(pool, target, { by, at }, time.nodeLog);
  properties['allocationState'] = 'Resizing';
  properties['allocationStateTransitionTime'] = timeOf(at);
  const targets = {
    targetDedicatedNodes: dedicated,
    ...(lowPriority === 0 ? {} : { targetLowPriorityNodes: lowPriority }),
  };
  // Of a resize with nothing to do, the service keeps the times and errors of the last real one.
  if (real) properties['resizeOperationStatus'] = { ...targets, ...way, startTime: timeOf(at) };
  else if (properties['resizeOperationStatus'] !== undefined)
    properties['resizeOperationStatus'] = {
      ...without(part(properties, 'resizeOperationStatus'), TARGETS),
      ...targets,
    };
  return real;
}

/** The resize that a pool's body shows to be under way: it takes its time from now. */
export function resizingOf(body: Json, time: Time): Resizing | null {
  const scale = conditionOfScale(body);
  const target = scale.kind === 'fixed' ? scale : scale.target;
  const properties = part(body, 'properties');
  if (text(properties['allocationState']) !== 'Resizing' || target === null) return null;
  const from = time.tick();
  const { nodeDeallocationOption, resizeTimeout } = part(properties, 'resizeOperationStatus');
  return {
    from,
    until: from + BigInt(time.resizes.takes) * MILLISECOND,
    deadline: deadlineOf(from, text(resizeTimeout)),
    had: {
      dedicated: number(properties['currentDedicatedNodes']),
      lowPriority: number(properties['currentLowPriorityNodes']),
    },
    target: { dedicated: target.dedicated, lowPriority: target.lowPriority },
    nodeDeallocationOption: text(nodeDeallocationOption),
    by: null,
  };
}

/** Stops the resize: the size stays where it is, the target stays what was asked. */
export function stopResize(pool: StoredPool, now: Ticks): void {
  if (pool.resizing === null) return;
  endResize(pool, now, {
    code: 'ResizeStopped',
    message: 'Desired number of nodes could not be allocated due to a resize stop',
  });
}

/** Steady since then; null is without an error. */
export function endResize(
  pool: StoredPool,
  at: Ticks,
  error: { readonly code: string; readonly message: string } | null,
): void {
  pool.resizing = null;
  settleState(pool, at);
  if (error === null) return;
  const properties = part(pool.body, 'properties');
  const status = part(properties, 'resizeOperationStatus');
  properties['resizeOperationStatus'] = { ...status, errors: [error] };
}

function deadlineOf(from: Ticks, timeout: string): Ticks {
  return from + BigInt(durationOf(timeout) ?? USUAL_TIMEOUT) * MILLISECOND;
}
