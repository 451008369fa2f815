import type { Pool } from '../model/pool.ts';
import type { PoolSettings, Scale } from '../model/pool-settings.ts';
import { after, MINUTE, SECOND } from '../model/time.ts';
import { isSteady, whyNodesRun } from '../model/zero-nodes.ts';
import type { Drain, DrainEnd, DrainWrite } from './drain.ts';
import { isOf, marksOf, withMark, withoutMark } from './mark.ts';
import { isFixedZero, isZeroOf, SHORTEST_RESIZE, sameScale, zeroOf } from './zero.ts';

/** A pool, and what is kept of its drains. */
export interface Seen {
  readonly pool: Pool;
  /** All that are kept of a pool of this id. */
  readonly drains: readonly Drain[];
  /** The ids of all drains that are kept of the account. */
  readonly known: ReadonlySet<string>;
  /** Whether a change of what is frozen is open that may go on. */
  readonly isPending: boolean;
  /** Whether a person was told of what cannot be explained. */
  readonly isTold: boolean;
  /** The later of our clock and Azure's. */
  readonly now: Date;
}

type Size = Pick<PoolSettings, 'scale' | 'metadata'>;

export type Step =
  /** No drain holds the pool. */
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly drain: Drain; readonly until: Date; readonly doing: Doing }
  | { readonly kind: 'empty'; readonly drain: Drain; readonly set: Size }
  /** What is frozen may be changed now. */
  | { readonly kind: 'change'; readonly drain: Drain }
  | { readonly kind: 'restore'; readonly drain: Drain; readonly set: Size }
  /** The mark goes, the size stays. No drain where the mark is of none that is open. */
  | { readonly kind: 'unmark'; readonly drain: Drain | null; readonly set: Pick<Size, 'metadata'> }
  | { readonly kind: 'end'; readonly drain: Drain; readonly how: DrainEnd['how'] }
  /** Only a person can tell what is meant. */
  | { readonly kind: 'ask'; readonly trouble: Trouble; readonly drain: Drain | null };

/** What a drain waits for. */
export type Doing = 'beginning' | 'emptying' | 'restoring';

export type Trouble =
  /** The pool has a mark, and there is no row of such a drain. */
  | 'no-row'
  /** The mark is of a drain that ended, or of another pool. */
  | 'stray-mark'
  /** The pool is at zero, and lost the mark that says why. */
  | 'mark-lost'
  /** The drain saved a formula, and somebody switched automatic scaling off. */
  | 'formula-off'
  /** Its size, its ETag or when it was made is not shown. */
  | 'not-shown';

const SOONEST = 2 * MINUTE;
const LATEST = 10 * MINUTE;
/** Longer than any run: what a drain has not begun by then it never will. */
const NEVER_BEGUN = 15 * MINUTE;
/** Batch takes no two requests for automatic scaling within this. */
const BETWEEN_FORMULAS = 30 * SECOND;

/** From what is seen of a pool to what its drain does next. All but the first emptying follows from what is seen alone. */
export function nextStep(seen: Seen): Step {
  const { pool, drains } = seen;
  const marks = marksOf(pool);
  const open = drains.filter(({ ended }) => ended === null);
  if (marks.length === 0 && open.length === 0) return { kind: 'none' };
  const { scale } = pool.settings;
  const own = drains.filter((drain) => marks.includes(drain.id) && isOf(drain, pool));
  const marked = own.find(({ ended }) => ended === null) ?? own.find((drain) => isWronglyEnded(drain, scale));
  const [unmarked] = open;
  if (scale === null || pool.etag === null || pool.creationTime === null)
    return { kind: 'ask', trouble: 'not-shown', drain: marked ?? unmarked ?? null };
  if (marked !== undefined) return withItsMark(seen, scale, marked);
  if (marks.length > 0) return strange(seen, marks);
  return unmarked === undefined ? { kind: 'none' } : withoutItsMark(seen, scale, unmarked);
}

/** The pool says that a drain of ours holds it, and so it is. */
function withItsMark({ pool, isPending, now }: Seen, scale: Scale, drain: Drain): Step {
  const { saved, deadline, deallocation } = drain;
  const metadata = withoutMark(pool.settings.metadata);
  if (saved.kind === 'autoscale' && isFixedZero(scale)) return { kind: 'ask', trouble: 'formula-off', drain };
  if (!isZeroOf(saved, scale)) return { kind: 'unmark', drain, set: { metadata } };

  const left = deadline.getTime() - now.getTime();
  const restore: Step = { kind: 'restore', drain, set: { scale: saved, metadata } };
  const wait = (doing: Doing, until = after(now, pauseIn(drain, now))): Step => ({ kind: 'wait', drain, doing, until });
  if (!isPending || left <= 0) {
    // A formula of ours keeps a pool resizing for as long as its tasks run; another is taken meanwhile.
    if (!isSteady(pool) && saved.kind === 'fixed') return wait('restoring');
    const again = after(drain.writes.findLast(setsSize)?.at ?? drain.begunAt, BETWEEN_FORMULAS);
    return saved.kind === 'autoscale' && again > now ? wait('restoring', again) : restore;
  }
  if (!isSteady(pool)) return wait('emptying');
  // Whatever it was, its zero is asked for: no node comes without a write that moves the ETag.
  if (whyNodesRun(pool) === null) return { kind: 'change', drain };
  if (left < SHORTEST_RESIZE) return restore;
  // Batch evaluates the formula again by itself.
  if (saved.kind === 'autoscale') return wait('emptying');
  const set = { scale: zeroOf(saved, deallocation, left), metadata: withMark(metadata, drain.id) };
  return { kind: 'empty', drain, set };
}

/**
 * Whether it counted as never begun, or its pool as gone, and the pool is at its zero all the same: a write that was late, or a
 * list that was short.
 */
function isWronglyEnded({ ended, saved }: Drain, scale: Scale | null): boolean {
  return (ended?.how === 'not-begun' || ended?.how === 'pool-gone') && scale !== null && isZeroOf(saved, scale);
}

/** What has taken long will take a while yet: tasks that run for hours are not asked for each two minutes. */
function pauseIn({ begunAt }: Drain, now: Date): number {
  return Math.min(Math.max((now.getTime() - begunAt.getTime()) / 8, SOONEST), LATEST);
}

/** The pool says that a drain holds it, and none does. Nothing is written for it but the end of the mark, once that was told. */
function strange({ pool, known, isTold }: Seen, marks: readonly string[]): Step {
  if (!marks.some((id) => known.has(id))) return { kind: 'ask', trouble: 'no-row', drain: null };
  if (!isTold) return { kind: 'ask', trouble: 'stray-mark', drain: null };
  return { kind: 'unmark', drain: null, set: { metadata: withoutMark(pool.settings.metadata) } };
}

/** A drain is open, and its pool does not say so. */
function withoutItsMark({ pool, now }: Seen, scale: Scale, drain: Drain): Step {
  if (!isOf(drain, pool)) return { kind: 'end', drain, how: 'pool-gone' };
  const { saved, writes, begunAt } = drain;
  // No other write of a drain than its emptying is sent but where its mark was seen.
  const isCertain = writes.some(
    ({ step, outcome }) => step !== 'empty' || outcome === 'applied' || outcome === 'not-effective',
  );
  const isPossible = isCertain || writes.some(mayHaveTakenEffect);
  const lastTry = writes.at(-1)?.at ?? begunAt;
  const until = after(lastTry, NEVER_BEGUN);
  // A write that is under way may still take effect, and bring its mark.
  if (!isCertain && now < until) return { kind: 'wait', drain, doing: 'beginning', until };
  if (isPossible && isZeroOf(saved, scale)) return { kind: 'ask', trouble: 'mark-lost', drain };
  if (isPossible && isFixedZero(scale)) return { kind: 'ask', trouble: 'formula-off', drain };
  const how = isCertain ? (sameScale(saved, scale) ? 'restored' : 'owner-scaled') : 'not-begun';
  return { kind: 'end', drain, how };
}

function setsSize({ step, outcome }: DrainWrite): boolean {
  return (step === 'empty' || step === 'restore') && (outcome === 'applied' || mayHaveTakenEffect({ outcome }));
}

function mayHaveTakenEffect({ outcome }: Pick<DrainWrite, 'outcome'>): boolean {
  return outcome === 'unknown' || outcome === 'failed' || outcome === 'not-effective';
}
