import { poolBeingResized, tooManyAutoScaleRequests } from './errors.ts';
import type { Json } from './json.ts';
import { part, text } from './json.ts';
import { isSteady, touch } from './pool-state.ts';
import { evaluate, startResize } from './resize.ts';
import { conditionOfScale } from './scale.ts';
import type { Store } from './store.ts';
import type { StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { millisecondsOf } from './ticks.ts';

/** Throws when the pool does not take these scale settings now. */
export function demandScalable(pool: StoredPool, changed: Json, now: Ticks, { resizes }: Store): void {
  const settings = changed['scaleSettings'];
  if (settings === undefined) return;
  const automatic = part(settings)['autoScale'] !== undefined;
  if (!isSteady(pool)) {
    if (!automatic) throw poolBeingResized();
    return;
  }
  if (!automatic || pool.autoscaleAsked === null) return;
  const left = resizes.autoscaleRest - (millisecondsOf(now) - millisecondsOf(pool.autoscaleAsked));
  if (left > 0) throw tooManyAutoScaleRequests(Math.ceil(left / 1000));
}

/** What became of the scale settings that were sent. */
type Scaled =
  /** None were sent. */
  | 'none'
  /** A formula was stored while the pool resizes; it is not evaluated. */
  | 'stored'
  | 'resizing'
  /** The pool has the size already; it is Resizing for a moment all the same. */
  | 'nothing to do';

/** Replaces the scale settings and starts what they ask for. */
export function applyScale(pool: StoredPool, settings: unknown, sent: Json, now: Ticks, store: Store): Scaled {
  if (settings === undefined) return 'none';
  part(pool.body, 'properties')['scaleSettings'] = settings;
  if (!isSteady(pool)) return 'stored';
  const scale = conditionOfScale(pool.body);
  touch(pool, now);
  if (scale.kind === 'autoscale') {
    pool.autoscaleAsked = now;
    if (evaluate(pool, now, store)) return 'resizing';
    const { dedicated, lowPriority } = currentSize(pool);
    const way = { nodeDeallocationOption: 'Requeue', resizeTimeout: 'PT15M' };
    startResize(pool, { dedicated, lowPriority }, way, store);
    return 'nothing to do';
  }
  const nodeDeallocationOption = text(part(sent, 'fixedScale')['nodeDeallocationOption']) || 'Requeue';
  const real = startResize(pool, scale, { nodeDeallocationOption, resizeTimeout: scale.timeout }, store);
  return real ? 'resizing' : 'nothing to do';
}

function currentSize(pool: StoredPool): { dedicated: number; lowPriority: number } {
  const { currentDedicatedNodes, currentLowPriorityNodes } = part(pool.body, 'properties');
  return { dedicated: Number(currentDedicatedNodes ?? 0), lowPriority: Number(currentLowPriorityNodes ?? 0) };
}
