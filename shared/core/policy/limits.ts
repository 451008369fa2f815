import { z } from 'zod';
import { duration } from './duration.ts';

/** How much may be begun, and when failures stop all beginning. */
export interface Limits {
  /** Changes begun in one UTC hour, in all accounts; 0: none. */
  readonly changesPerHour: number;
  /** Of them, in the accounts of one subscription; 0: none. */
  readonly changesPerSubscriptionPerHour: number;
  /** Within an hour. */
  readonly failuresBeforeStop: number;
  /** Milliseconds. */
  readonly stopFor: number;
}

/** The row of an hour counts by subscription in one column. */
export const MOST_CHANGES = 500;
/** The row of the breaker names each failure in one column. */
const MOST_FAILURES = 100;

const CHANGES = `must be a whole number from 0 to ${MOST_CHANGES} (0: nothing is begun)`;
const FAILURES = `must be a whole number from 1 to ${MOST_FAILURES}`;

/** As its author writes it; parsed, the duration is milliseconds. */
export const Limits: z.ZodType<Limits> = z
  .strictObject(
    {
      changesPerHour: changes(20).describe('Changes that may be begun in one hour (UTC), in all accounts; 0: none.'),
      changesPerSubscriptionPerHour: changes(10).describe('Of them, in the accounts of one subscription; 0: none.'),
      failuresBeforeStop: z
        .int(FAILURES)
        .min(1, FAILURES)
        .max(MOST_FAILURES, FAILURES)
        .default(5)
        .describe('So many writes that fail, or are not in effect, within an hour stop all beginning.'),
      stopFor: duration('PT5M', 'P1D')
        .prefault('PT1H')
        .describe('For how long; then one write is tried before others. PT5M to P1D.'),
    },
    'must be a map, such as { changesPerHour: 20 }',
  )
  .describe('How much may be begun, and when failures stop all beginning.');

function changes(usual: number) {
  return z.int(CHANGES).min(0, CHANGES).max(MOST_CHANGES, CHANGES).default(usual);
}
