import type { DrainStep } from '../../core/drain/drain.ts';
import type { Difference } from '../settings-diff.ts';

/** What each step of a drain does. */
export const STEPS_IN_WORDS: Readonly<Record<DrainStep, string>> = {
  empty: 'the pool is emptied',
  change: 'what is frozen while it has nodes is changed',
  restore: 'the pool gets its size back',
  unmark: 'the mark is taken off the pool',
};

/** As in "~ size / dedicated: 4 -> 0"; `+` is new, `-` is gone. */
export function differenceInWords({ field, before, after }: Difference): string {
  if (before === null) return `+ ${field}: ${after}`;
  return after === null ? `- ${field}: ${before}` : `~ ${field}: ${before} -> ${after}`;
}
