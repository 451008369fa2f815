import { idKey } from '../model/resource-id.ts';
import { after, HOUR, MINUTE } from '../model/time.ts';
import type { WriteOutcomeKind } from '../model/write-outcomes.ts';
import type { Limits } from '../policy/limits.ts';
import { hashOf } from './finding-id.ts';
import type { Write } from './write.ts';

/** What failed in all accounts, and what follows from it. */
export interface Breaker {
  /** Of the last hour, while it is closed. */
  readonly failures: readonly Failure[];
  /** Nothing is begun before; then one write at a time, until one takes effect. Null while it is closed. */
  readonly stoppedUntil: Date | null;
  /** The write that is tried after a stop; null when none is. */
  readonly probe: Probe | null;
}

interface Failure {
  /** Of rule and resource: they count once an hour. */
  readonly key: string;
  readonly at: Date;
}

interface Probe {
  readonly id: string;
  /** Its instance has ended by then: another may be tried. */
  readonly until: Date;
}

export const CLOSED: Breaker = { failures: [], stoppedUntil: null, probe: null };

/** Longer than a run, which ends after 8 minutes, by as much as clocks differ. */
export const PROBE_LASTS = 10 * MINUTE;

export type BreakerState =
  | { readonly kind: 'closed' }
  /** Nothing is begun. */
  | { readonly kind: 'stopped'; readonly until: Date }
  /** One write may be tried. */
  | { readonly kind: 'half-open' }
  /** It is. */
  | { readonly kind: 'probing'; readonly until: Date };

export function stateOf({ stoppedUntil, probe }: Breaker, now: Date): BreakerState {
  if (stoppedUntil === null) return { kind: 'closed' };
  if (stoppedUntil > now) return { kind: 'stopped', until: stoppedUntil };
  return probe !== null && probe.until > now ? { kind: 'probing', until: probe.until } : { kind: 'half-open' };
}

/** As it is while that probe is tried. */
export function withProbe(breaker: Breaker, id: string, now: Date): Breaker {
  return { ...breaker, probe: { id, until: after(now, PROBE_LASTS) } };
}

/** As it is when that probe was not tried, or told nothing: another may be. */
export function withoutProbe(breaker: Breaker, id: string): Breaker {
  return breaker.probe?.id === id ? { ...breaker, probe: null } : breaker;
}

/** A write that was sent, and what became of it. */
export interface Tried {
  readonly key: string;
  /** The id of the probe that it was; null where it was none. */
  readonly probe: string | null;
  readonly outcome: WriteOutcomeKind;
}

/** The same breaker where that changes nothing. Refusals are no failures: they are tried again on their own. */
export function afterWrite(breaker: Breaker, { key, probe, outcome }: Tried, limits: Limits, now: Date): Breaker {
  if (probe !== null && breaker.probe?.id === probe) {
    if (outcome === 'applied') return CLOSED;
    return isFailure(outcome) ? stopped(limits, now) : withoutProbe(breaker, probe);
  }
  if (!isFailure(outcome) || breaker.stoppedUntil !== null) return breaker;
  const recent = recentFailures(breaker, now);
  if (recent.some((failure) => failure.key === key)) return breaker;
  const failures = [...recent, { key, at: now }];
  return failures.length >= limits.failuresBeforeStop ? stopped(limits, now) : { ...breaker, failures };
}

/** Those that count. */
export function recentFailures({ failures }: Breaker, now: Date): readonly Failure[] {
  return failures.filter(({ at }) => at > after(now, -HOUR));
}

/** Azure failed, gave no answer, or did not do what it accepted. */
export function isFailure(outcome: WriteOutcomeKind): boolean {
  return outcome === 'failed' || outcome === 'not-effective';
}

/** What tells a failure of this write from others: several findings of one write are one failure. */
export function failureKey({ change, findings }: Write): string {
  return hashOf(`${findings[0]?.ruleId ?? change.kind}\n${idKey(change.id)}`);
}

function stopped({ stopFor }: Limits, now: Date): Breaker {
  return { ...CLOSED, stoppedUntil: after(now, stopFor) };
}
