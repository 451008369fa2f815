import { CLOSED } from '../../shared/core/plan/breaker.ts';
import { NOTHING_BEGUN } from '../../shared/core/plan/budget.ts';
import type { Budget } from '../../shared/ports.ts';

/** Where nothing bounds how much is begun. */
export const NO_LIMITS: Budget = {
  limitsSeen: async () => NOTHING_BEGUN,
  passBreaker: async () => 'closed',
  freeProbe: async () => {},
  claimChange: async () => true,
  noteTried: async () => ({ before: CLOSED, after: CLOSED }),
};
