import type { Pool } from '../model/pool.ts';
import type { PoolSettings, Scale } from '../model/pool-settings.ts';
import { after, DAY, MINUTE } from '../model/time.ts';
import { isSteady } from '../model/zero-nodes.ts';
import type { DrainPolicy } from '../policy/drain-policy.ts';
import { type Drain, type DrainSecret, lastDrain } from './drain.ts';
import { isOf, withMark } from './mark.ts';
import { openingOf } from './windows.ts';
import { isFixedZero, isZeroFormula, zeroOf } from './zero.ts';

const REST = DAY;
/** What is refused again and again is tried once a day at least. */
const STILL_ANNOUNCED = 2 * DAY;
const UNTIL_STEADY = 5 * MINUTE;

interface Asked {
  readonly pool: Pool;
  /** All that are kept of a pool of this id; none is open. */
  readonly drains: readonly Drain[];
  readonly policy: DrainPolicy;
  /** Of the pool's named users. */
  readonly secrets: readonly DrainSecret[];
  /** For when a drain of this pool was announced; null where it was not. */
  readonly announced: Date | null;
  /** Since when the oldest of the changes that it is for waits; null for none. */
  readonly waitingSince: Date | null;
  /** When a person last released the pool's drains. */
  readonly released: Date | null;
  /** Of the drain that may begin. */
  readonly id: string;
  /** False when it asked for a slot and got none. */
  readonly hasSlot: boolean;
  readonly now: Date;
}

/** Why a drain does not begin now. */
export interface Hold {
  readonly code: 'waits-for-zero' | 'resting' | 'contested' | 'drain-announced' | 'window' | 'drain-slot';
  /** For people. */
  readonly message: string;
  readonly until: Date | null;
  /** When to look again; null when only something outside can change it. */
  readonly lookAt: Date | null;
}

export interface Begun {
  readonly drain: Drain;
  readonly set: Pick<PoolSettings, 'scale' | 'metadata'>;
}

/** Whether the pool may be emptied now, as far as its account can tell: a slot is asked for last. */
export function begin(asked: Asked): Begun | Hold {
  const { pool, policy, secrets, id, now } = asked;
  const { etag, creationTime, settings } = pool;
  const { scale } = settings;
  if (scale === null || etag === null || creationTime === null)
    return waits('its body does not show its size, its ETag or when it was made');
  // What is saved must be the owner's.
  if (isFixedZero(scale) || isZeroFormula(scale)) return waits('it is on its way to zero');
  const hold =
    whyResting(asked) ??
    whyAnnounced(asked) ??
    stillAnnounced(asked, whyShut(asked) ?? whyNodes(asked) ?? whySlot(asked));
  if (hold !== null) return hold;
  const deadline = after(now, policy.deadline);
  const { deallocation } = policy;
  const drain: Drain = {
    id,
    poolId: pool.id,
    creationTime,
    saved: savedOf(scale),
    had: { dedicated: pool.nodes.dedicated ?? 0, lowPriority: pool.nodes.lowPriority ?? 0 },
    begunAt: now,
    deadline,
    deallocation,
    secrets,
    ended: null,
    writes: [],
  };
  const set = { scale: zeroOf(scale, deallocation, policy.deadline), metadata: withMark(settings.metadata, id) };
  return { drain, set };
}

/** Emptying sets a time-out of its own: the owner's is given back too. */
function savedOf(scale: Scale): Scale {
  return scale.kind === 'fixed' ? { resizeTimeout: 'PT15M', ...scale } : scale;
}

function waits(message: string, lookAt: Date | null = null): Hold {
  return { code: 'waits-for-zero', message: `waits for a drain: ${message}`, until: null, lookAt };
}

const CHANGED_NOTHING = 'the last two drains of the pool changed nothing: see why, then release it (rule drain)';

/** Whether the hold is one that a release of the pool's drains ends. */
export function isRest({ code, message }: { readonly code: string; readonly message: string }): boolean {
  return code === 'resting' || (code === 'contested' && message === CHANGED_NOTHING);
}

function whyResting({ pool, drains, released, now }: Asked): Hold | null {
  const ends = drains
    .flatMap((drain) => (drain.ended !== null && isOf(drain, pool) ? [drain.ended] : []))
    .filter(({ how, at }) => how !== 'not-begun' && (released === null || at > released))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const [last, before] = ends;
  if (last === undefined) return null;
  if (last.changes === 0 && before?.changes === 0) {
    return { code: 'contested', message: CHANGED_NOTHING, until: null, lookAt: null };
  }
  const until = after(last.at, REST);
  if (until <= now) return null;
  return { code: 'resting', message: 'after a drain the pool rests for a day', until, lookAt: until };
}

function whyAnnounced(asked: Asked): Hold | null {
  const { policy, announced, now } = asked;
  if (policy.notice === 0 || hasJustFailed(asked)) return null;
  const until = announced ?? after(now, policy.notice);
  if (until <= now) return null;
  return { code: 'drain-announced', message: `a drain is announced for ${until.toISOString()}`, until, lookAt: until };
}

/** Whether a drain was to begin and could not: what was announced for it is announced still. */
function hasJustFailed({ pool, drains, waitingSince, now }: Asked): boolean {
  const last = lastDrain(drains.filter((drain) => isOf(drain, pool)));
  if (last?.ended?.how !== 'not-begun' || last.ended.at <= after(now, -STILL_ANNOUNCED)) return false;
  // What came since was never announced.
  return waitingSince !== null && waitingSince <= last.begunAt;
}

function whyShut({ policy, now }: Asked): Hold | null {
  const opening = openingOf(policy.windows, now);
  if (opening === null) return null;
  return { code: 'window', message: 'waits for a window of drains', until: opening, lookAt: opening };
}

function whyNodes({ pool, policy, now }: Asked): Hold | null {
  const { dedicated, lowPriority } = pool.nodes;
  if (dedicated === null || lowPriority === null) return waits('its body does not show how many nodes it has');
  if (policy.begin === 'idle' && dedicated + lowPriority > 0)
    return waits('the pool has nodes, and drains begin only without (drains.begin)', after(now, policy.watch));
  if (isSteady(pool)) return null;
  return waits('the pool is being resized', after(now, UNTIL_STEADY));
}

function whySlot({ policy, hasSlot, now }: Asked): Hold | null {
  if (hasSlot) return null;
  const message = `as many drains are open as may be at once (drains.max is ${policy.max})`;
  return { code: 'drain-slot', message, until: null, lookAt: after(now, policy.watch) };
}

/** What was announced stays so while it waits for something else: it is announced once. */
function stillAnnounced({ policy, announced }: Asked, hold: Hold | null): Hold | null {
  if (hold === null || policy.notice === 0 || announced === null) return hold;
  const message = `a drain was announced for ${announced.toISOString()}; ${hold.message}`;
  return { ...hold, code: 'drain-announced', message, until: announced };
}
