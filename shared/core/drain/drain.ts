import type { Deallocation, Scale } from '../model/pool-settings.ts';
import type { WantedSecret } from '../model/secret.ts';
import type { WriteOutcomeKind } from '../model/write-outcomes.ts';

/** A pool taken to zero, so that what is frozen can be changed, and given its size back. As its row keeps it. */
export interface Drain {
  /** Stands in the mark that the pool carries. No two drains have the same. */
  readonly id: string;
  readonly poolId: string;
  /** Of the pool: one that was made again under the same name is another pool. */
  readonly creationTime: Date;
  /** The owner's size. */
  readonly saved: Scale;
  /** The nodes that it had: more than came before cannot be missed afterwards. */
  readonly had: { readonly dedicated: number; readonly lowPriority: number };
  readonly begunAt: Date;
  /** When the size is given back, whatever is changed until then. */
  readonly deadline: Date;
  /** What becomes of tasks on the nodes that go. */
  readonly deallocation: Deallocation;
  /** The secrets of its named users, so that a rotation under way is ended whatever the policy says by then. */
  readonly secrets: readonly DrainSecret[];
  /** Null while it is open. */
  readonly ended: DrainEnd | null;
  /** Our writes to the pool since it began, the earliest first; of a drain that ended, none. */
  readonly writes: readonly DrainWrite[];
}

export type DrainSecret = Pick<WantedSecret, 'user' | 'main' | 'isBound'>;

/** How a drain ended. */
export const DRAIN_ENDS = [
  /** The owner's size was asked for again. */
  'restored',
  /** Somebody gave the pool another size; that holds. */
  'owner-scaled',
  /** The pool was never emptied by it. */
  'not-begun',
  /** The pool is gone, or was made again. */
  'pool-gone',
] as const;

export interface DrainEnd {
  readonly at: Date;
  readonly how: (typeof DRAIN_ENDS)[number];
  /** Changes of what is frozen that Azure accepted meanwhile. */
  readonly changes: number;
}

/** What a write to the pool did in its drain. */
export const DRAIN_STEPS = ['empty', 'change', 'restore', 'unmark'] as const;
export type DrainStep = (typeof DRAIN_STEPS)[number];

/** A write to the pool, as the journal has it. */
export interface DrainWrite {
  readonly step: DrainStep;
  readonly at: Date;
  /** The kind of its outcome; unknown while the journal has none. */
  readonly outcome: WriteOutcomeKind | 'unknown';
}

/** The one that is open, or else that which began last. */
export function lastDrain(drains: readonly Drain[]): Drain | null {
  const open = drains.find(({ ended }) => ended === null);
  return open ?? drains.toSorted((a, b) => b.begunAt.getTime() - a.begunAt.getTime())[0] ?? null;
}

/** The changes of what is frozen that Azure accepted in the drain. */
export function changesIn({ writes }: Drain): number {
  return writes.filter(({ step, outcome }) => step === 'change' && outcome === 'applied').length;
}
