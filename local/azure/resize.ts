import type { Json } from './json.ts';
import { number, part, text, without } from './json.ts';
import { nodesOf, settleState, touch } from './pool-state.ts';
import { conditionOfScale } from './scale.ts';
import type { Resizing, StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { millisecondsOf, timeOf } from './ticks.ts';

/** How resizes go; a test may change it at any time. */
export interface Resizes {
  /** Milliseconds that a resize takes. */
  takes: number;
  /** The most nodes a pool can get before its quota is reached; null is no limit. */
  capacity: number | null;
  /** Milliseconds that must lie between two requests for automatic scaling of a pool. */
  autoscaleRest: number;
}

/** What the resize is asked to do beside reaching a size. */
interface ResizeWay {
  readonly nodeDeallocationOption: string;
  readonly resizeTimeout: string;
}

/** What a resize needs of the store. */
interface Time {
  readonly resizes: Resizes;
  tick(): Ticks;
}

const TARGETS = ['targetDedicatedNodes', 'targetLowPriorityNodes'];
const MILLISECOND = 10_000n;
/** Steady again after this when there was nothing to do. */
const NOTHING_TO_DO = 50n * MILLISECOND;

/** Starts the resize; true when it is a real one. The caller has moved the ETag. */
export function startResize(
  pool: StoredPool,
  target: { readonly dedicated: number; readonly lowPriority: number },
  way: ResizeWay,
  time: Time,
): boolean {
  const properties = part(pool.body, 'properties');
  const now = pool.modified;
  const real =
    target.dedicated !== number(properties['currentDedicatedNodes']) ||
    target.lowPriority !== number(properties['currentLowPriorityNodes']);
  pool.resizing = { ...target, until: now + (real ? BigInt(time.resizes.takes) * MILLISECOND : NOTHING_TO_DO) };
  properties['allocationState'] = 'Resizing';
  properties['allocationStateTransitionTime'] = timeOf(now);
  const targets = {
    targetDedicatedNodes: target.dedicated,
    ...(target.lowPriority === 0 ? {} : { targetLowPriorityNodes: target.lowPriority }),
  };
  // Of a resize with nothing to do, the service keeps the times and errors of the last real one.
  if (real) properties['resizeOperationStatus'] = { ...targets, ...way, startTime: timeOf(now) };
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
  if (text(part(body, 'properties')['allocationState']) !== 'Resizing' || target === null) return null;
  const until = time.tick() + BigInt(time.resizes.takes) * MILLISECOND;
  return { until, dedicated: target.dedicated, lowPriority: target.lowPriority };
}

/** Brings the pool up to now: ends the resize whose time has come, evaluates the formula that is due. */
export function settle(pool: StoredPool, time: Time): void {
  const now = time.tick();
  if (pool.resizing !== null) {
    if (millisecondsOf(now) < millisecondsOf(pool.resizing.until)) return;
    endResize(pool, pool.resizing, time.resizes);
  }
  const scale = conditionOfScale(pool.body);
  if (scale.kind !== 'autoscale') return;
  if (millisecondsOf(now) - millisecondsOf(pool.evaluated) < scale.interval) return;
  evaluate(pool, now, time);
}

/** Evaluates the autoscale formula; true when a real resize started. Moves the ETag only then. */
export function evaluate(pool: StoredPool, now: Ticks, time: Time): boolean {
  const scale = conditionOfScale(pool.body);
  pool.evaluated = now;
  if (scale.kind !== 'autoscale' || scale.target === null) return false;
  const properties = part(pool.body, 'properties');
  const { dedicated, lowPriority, deallocation } = scale.target;
  const asItIs =
    dedicated === number(properties['currentDedicatedNodes']) &&
    lowPriority === number(properties['currentLowPriorityNodes']);
  if (asItIs) return false;
  touch(pool, now);
  return startResize(
    pool,
    { dedicated, lowPriority },
    { nodeDeallocationOption: deallocation, resizeTimeout: 'PT15M' },
    time,
  );
}

/** Stops the resize: the size stays where it is, the target stays what was asked. */
export function stopResize(pool: StoredPool, now: Ticks): void {
  if (pool.resizing === null) return;
  pool.resizing = null;
  settleState(pool, now);
  setErrors(pool, 'ResizeStopped', 'Desired number of nodes could not be allocated due to a resize stop');
}

function endResize(pool: StoredPool, { until, dedicated, lowPriority }: Resizing, { capacity }: Resizes): void {
  const properties = part(pool.body, 'properties');
  pool.resizing = null;
  settleState(pool, until);
  // A pool that grows gets all it asks for or, as recorded, nothing; what it has stays.
  const grows = dedicated + lowPriority > nodesOf(pool);
  if (grows && capacity !== null && dedicated + lowPriority > capacity) {
    setErrors(pool, 'AccountVMSeriesCoreQuotaReached', 'The specified account has reached VM series core quota');
    return;
  }
  properties['currentDedicatedNodes'] = dedicated;
  properties['currentLowPriorityNodes'] = lowPriority;
  if (dedicated + lowPriority > 0) properties['currentNodeCommunicationMode'] ??= 'Simplified';
}

function setErrors(pool: StoredPool, code: string, message: string): void {
  const properties = part(pool.body, 'properties');
  const status = part(properties, 'resizeOperationStatus');
  properties['resizeOperationStatus'] = { ...status, errors: [{ code, message }] };
}
