import { after, DAY, HOUR, MINUTE } from '../model/time.ts';
import type { Attempts, Refusal } from './finding.ts';
import type { WriteOutcome } from './write.ts';

const KEPT = 10;

/** The attempts once a write has come out so. */
export function attemptsAfter(attempts: Attempts, outcome: WriteOutcome, at: Date): Attempts {
  switch (outcome.kind) {
    case 'applied':
      return { accepted: [...attempts.accepted, at].slice(-KEPT), refused: null };
    case 'refused':
      return { ...attempts, refused: refusal(attempts, `refused: ${outcome.reason}`, at, HOUR, outcome.retryAt) };
    case 'not-effective':
      return { ...attempts, refused: refusal(attempts, `accepted, yet not in effect: ${outcome.reason}`, at, HOUR) };
    case 'failed':
      return { ...attempts, refused: refusal(attempts, `failed: ${outcome.reason}`, at, 5 * MINUTE) };
    case 'conflict':
    case 'gone':
      return attempts;
  }
}

/** Tried again after `first`, then twice as long each time, a day at most. */
function refusal({ refused }: Attempts, reason: string, at: Date, first: number, retryAt?: Date): Refusal {
  const count = (refused?.count ?? 0) + 1;
  return { count, reason, nextTry: retryAt ?? after(at, Math.min(first * 2 ** (count - 1), DAY)) };
}
