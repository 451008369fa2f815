import { after, DAY, HOUR, MINUTE } from '../model/time.ts';
import { truncated } from '../model/words.ts';
import type { Attempts } from './finding.ts';
import type { RetryCode } from './held.ts';
import type { Write, WriteOutcome } from './write.ts';

const KEPT = 10;

/** What it says to people, and how soon it is tried again for the first time. */
const RETRIES = {
  refused: { words: 'refused', first: HOUR },
  'not-effective': { words: 'accepted, yet not in effect', first: HOUR },
  failed: { words: 'failed', first: 5 * MINUTE },
} as const satisfies Record<RetryCode, { readonly words: string; readonly first: number }>;

/** The attempts once a write has come out so. After a refusal the wait doubles each time, a day at most. */
export function attemptsAfter(attempts: Attempts, outcome: WriteOutcome, at: Date): Attempts {
  switch (outcome.kind) {
    case 'applied':
      return { accepted: [...attempts.accepted, at].slice(-KEPT), refused: null };
    case 'refused':
    case 'not-effective':
    case 'failed': {
      const { words, first } = RETRIES[outcome.kind];
      // Who is told to come back later was not refused for good.
      const count = (attempts.refused?.count ?? 0) + ('retryAt' in outcome ? 0 : 1);
      const wait = Math.min(first * 2 ** (count - 1), DAY);
      const nextTry = 'retryAt' in outcome ? outcome.retryAt : after(at, wait);
      const message = truncated(`${words}: ${outcome.message}`);
      return { ...attempts, refused: { count, code: outcome.kind, message, nextTry } };
    }
    case 'conflict':
    case 'gone':
      return attempts;
  }
}

/** The attempts of what a write was for. To empty a pool, to give it back or to write to a vault repairs nothing by itself. */
export function attemptsAfterWrite(write: Write, attempts: Attempts, outcome: WriteOutcome, at: Date): Attempts {
  const next = attemptsAfter(attempts, outcome, at);
  return isRepair(write) ? next : { ...next, accepted: attempts.accepted };
}

/** Whether it does what its findings ask for, and does not only prepare it. */
export function isRepair({ change, drain }: Write): boolean {
  return change.kind !== 'set-secret' && (drain === null || drain.step === 'change');
}
