import type { FailedSince } from '../model/facet.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { after, DAY, earliest, latest, MINUTE, withJitter } from '../model/time.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import type { Finding } from './finding.ts';
import { shareOf } from './finding-id.ts';
import type { Write } from './write.ts';

interface Look {
  readonly findings: readonly Finding[];
  readonly writes: readonly Write[];
  readonly snapshot: Snapshot;
  readonly policy: Policy | InvalidPolicy;
  readonly failedSince: FailedSince;
  readonly now: Date;
}

/** When an account is looked at again, whatever happens; null when nothing waits for it. */
export function nextLook({ findings, writes, snapshot, policy, failedSince, now }: Look): Date | null {
  return earliest([
    writes.length > 0 ? after(now, 2 * MINUTE) : null,
    snapshot.complete && !('invalid' in policy) ? null : after(now, 5 * MINUTE),
    // What Azure refused for now is not asked for before it said.
    latest(
      snapshot.facetsFrom ?? null,
      earliest(Object.values(failedSince).map((since) => afterFailure(snapshot.accountId, since, now))),
    ),
    // What was announced stays so for as long as something else holds it.
    ...findings.map(({ held }) => (held !== null && held.until !== null && held.until > now ? held.until : null)),
    ...findings.map(({ exemption }) => exemption && (exemption.until > now ? exemption.until : null)),
  ]);
}

/**
 * Five minutes after the first failure, then ten, twenty ..., at most a day after the last look. Accounts whose readings
 * failed together do not come back together.
 */
function afterFailure(accountId: string, since: Date, now: Date): Date {
  const wait = Math.min(Math.max(now.getTime() - since.getTime(), 5 * MINUTE), DAY);
  return after(
    now,
    withJitter(wait, () => shareOf(accountId)),
  );
}
