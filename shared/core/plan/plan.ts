import type { Snapshot } from '../model/snapshot.ts';
import { after, earliest, MINUTE } from '../model/time.ts';
import { truncated } from '../model/words.ts';
import type { Verdict } from '../policy/evaluate.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import { carryOver } from './carry-over.ts';
import { acceptedWrites, type Release } from './contest.ts';
import { type Finding, findingsOf, isFixable } from './finding.ts';
import { whyHeld } from './guards.ts';
import { held } from './held.ts';
import type { LastChanges } from './last-change.ts';
import { joinChanges, type Write } from './write.ts';

/** What is remembered of an account between looks. */
export interface Memory {
  /** The clock before the reads of the last remembered look. */
  readonly lookedFrom: Date | null;
  readonly wakeAt: Date | null;
  /** Since when Azure says that there is no such account. */
  readonly goneSince: Date | null;
  readonly findings: readonly Finding[];
  /** What others did to its resources, as events told it. */
  readonly lastChanges: LastChanges;
  readonly releases: readonly Release[];
}

/** Of an account that was never looked at, or for no app. */
export const NO_MEMORY: Memory = {
  lookedFrom: null,
  wakeAt: null,
  goneSince: null,
  findings: [],
  lastChanges: { known: new Map() },
  releases: [],
};

/** What a look leads to. */
export interface Plan {
  /** All that is to be remembered; what memory has and this lacks may be forgotten. */
  readonly findings: readonly Finding[];
  /** At most one for each resource. */
  readonly writes: readonly Write[];
  readonly wakeAt: Date | null;
}

export interface Inputs {
  readonly snapshot: Snapshot;
  readonly verdicts: readonly Verdict[];
  readonly memory: Pick<Memory, 'findings' | 'lastChanges' | 'releases'>;
  readonly policy: Policy | InvalidPolicy;
  readonly now: Date;
}

/** Merges verdicts with memory into findings, and chooses the writes that may be begun now. */
export function plan({ snapshot, verdicts, memory, policy, now }: Inputs): Plan {
  const remembered = new Map(memory.findings.map((finding) => [finding.id, finding]));
  const { lastChanges, releases } = memory;
  const accepted = acceptedWrites(memory.findings);
  const around = { snapshot, policy, lastChanges, accepted, releases, now };
  const seen = verdicts.flatMap((verdict) =>
    findingsOf(verdict, now).map((finding) => {
      const known = continued(finding, remembered.get(finding.id));
      return isFixable(known) ? { ...known, held: whyHeld(known, { mode: verdict.mode, ...around }) } : known;
    }),
  );
  const { writes, postponed } = joinChanges(
    snapshot,
    seen.filter(isFixable).filter(({ held }) => held === null),
  );
  const current = seen.map((finding) =>
    postponed.has(finding.id)
      ? { ...finding, held: held('other-change-first', 'another change of this resource goes first') }
      : finding,
  );
  const ids = new Set(current.map(({ id }) => id));
  const absent = memory.findings.filter(({ id }) => !ids.has(id));
  const findings = [
    ...current,
    ...absent.flatMap((finding) => carryOver(finding, { snapshot, verdicts, policy, now })),
  ];
  return {
    findings: findings.map(bounded),
    writes,
    wakeAt: nextLook(findings, writes, snapshot, policy, now),
  };
}

function bounded(finding: Finding): Finding {
  const { why, held } = finding;
  return { ...finding, why: truncated(why), held: held && { ...held, message: truncated(held.message) } };
}

/** What was closed begins anew, but for what was tried: who undoes our writes is not forgiven for each of them. */
function continued(finding: Finding, before: Finding | undefined): Finding {
  if (before === undefined) return finding;
  const { firstSeen } = before.status === 'closed' ? finding : before;
  return { ...finding, firstSeen, attempts: before.attempts };
}

function nextLook(
  findings: readonly Finding[],
  writes: readonly Write[],
  snapshot: Snapshot,
  policy: Policy | InvalidPolicy,
  now: Date,
): Date | null {
  return earliest([
    writes.length > 0 ? after(now, 2 * MINUTE) : null,
    snapshot.complete && !('invalid' in policy) ? null : after(now, 5 * MINUTE),
    snapshot.facetsFrom ?? null,
    ...findings.map(({ held }) => held?.until ?? null),
  ]);
}
