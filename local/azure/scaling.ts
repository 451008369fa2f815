import { evaluate, signFormula } from './autoscale.ts';
import { poolBeingResized, tooManyAutoScaleRequests } from './errors.ts';
import type { Json } from './json.ts';
import { part, text } from './json.ts';
import { isSteady, sizeOf, touch } from './pool-state.ts';
import { demandPermitted } from './refusals.ts';
import { startResize } from './resize.ts';
import { conditionOfScale } from './scale.ts';
import type { Store } from './store.ts';
import type { By, StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { millisecondsOf } from './ticks.ts';

/** Throws when the pool does not take these scale settings now. */
export function demandScalable(pool: StoredPool, changed: Json, now: Ticks, store: Store): void {
  const settings = changed['scaleSettings'];
  if (settings === undefined) return;
  demandPermitted(pool, changed, store.refusals);
  const automatic = part(settings)['autoScale'] !== undefined;
  if (!isSteady(pool)) {
    if (!automatic) throw poolBeingResized();
    return;
  }
  if (!automatic || pool.autoscaleAsked === null) return;
  const left = store.resizes.autoscaleRest - (millisecondsOf(now) - millisecondsOf(pool.autoscaleAsked));
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
export function applyScale(
  pool: StoredPool,
  settings: unknown,
  sent: Json,
  { by, at }: { readonly by: By; readonly at: Ticks },
  store: Store,
): Scaled {
  if (settings === undefined) return 'none';
  part(pool.body, 'properties')['scaleSettings'] = settings;
  signFormula(pool, by);
  if (!isSteady(pool)) return 'stored';
  const scale = conditionOfScale(pool.body);
  touch(pool, at);
  if (scale.kind === 'autoscale') {
    pool.autoscaleAsked = at;
    if (evaluate(pool, at, store)) return 'resizing';
    startResize(pool, sizeOf(pool), { nodeDeallocationOption: 'Requeue', resizeTimeout: 'PT15M', by, at }, store);
    return 'nothing to do';
  }
  const nodeDeallocationOption = text(part(sent, 'fixedScale')['nodeDeallocationOption']) || 'Requeue';
  const real = startResize(pool, scale, { nodeDeallocationOption, resizeTimeout: scale.timeout, by, at }, store);
  return real ? 'resizing' : 'nothing to do';
}
