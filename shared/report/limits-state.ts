import { after, HOUR } from '../core/model/time.ts';
import { type BreakerState, recentFailures, stateOf } from '../core/plan/breaker.ts';
import { hourOf, type LimitsSeen, leftIn, leftInAll, sumOf } from '../core/plan/budget.ts';
import type { Limits } from '../core/policy/limits.ts';

/** What is left to begin in this hour, and whether anything may. */
export interface LimitsState {
  /** Null where its row is not as the app writes it: all counts as used up. */
  readonly budget: BudgetState | null;
  readonly breaker: {
    /** `unreadable`: its row is not as the app writes it. */
    readonly state: BreakerState['kind'] | 'unreadable';
    /** When the stop ends, or at the latest what is tried; null where neither is. */
    readonly until: Date | null;
    /** That count, of the last hour. */
    readonly failures: number;
  };
}

interface BudgetState {
  /** When the next hour begins. */
  readonly until: Date;
  readonly begun: number;
  /** Null where the policy is not seen, or is invalid; as below. */
  readonly left: number | null;
  readonly most: number | null;
  /** Those in which something was begun. */
  readonly subscriptions: readonly {
    readonly subscription: string;
    readonly begun: number;
    readonly left: number | null;
    readonly most: number | null;
  }[];
}

export function limitsState({ begun, breaker }: LimitsSeen, limits: Limits | null, now: Date): LimitsState {
  const state = breaker && stateOf(breaker, now);
  return {
    budget: begun && {
      until: after(hourOf(now), HOUR),
      begun: sumOf(begun),
      left: limits && leftInAll(begun, limits),
      most: limits && limits.changesPerHour,
      subscriptions: [...begun].map(([subscription, n]) => ({
        subscription,
        begun: n,
        left: limits && leftIn(begun, limits, subscription),
        most: limits && limits.changesPerSubscriptionPerHour,
      })),
    },
    breaker: {
      state: state?.kind ?? 'unreadable',
      until: state !== null && 'until' in state ? state.until : null,
      failures: breaker === null ? 0 : recentFailures(breaker, now).length,
    },
  };
}
