import { isFinish } from '../model/change.ts';
import { type FailedSince, failedFacets } from '../model/facet.ts';
import { isFailure, type Reading } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { earliest } from '../model/time.ts';
import { redaction } from '../plain-secrets/redacted.ts';
import type { Verdict } from '../policy/evaluate.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import { type ApprovalEnd, endedApprovals } from './approvals.ts';
import { asKept } from './as-kept.ts';
import { type Left, stillAnnounced, withinLeft } from './budget.ts';
import { carryOver } from './carry-over.ts';
import { changeIdOf } from './change-id.ts';
import { withoutLongestClosed } from './closed-kept.ts';
import { acceptedWrites } from './contest.ts';
import { type Ending, planDrains } from './drains.ts';
import { exempted } from './exempted.ts';
import { type Finding, findingsOf, isFixable, ownIds } from './finding.ts';
import { gonePools } from './gone-pools.ts';
import { whyHeld } from './guards.ts';
import { held } from './held.ts';
import type { Memory } from './memory.ts';
import { sameValue } from './news.ts';
import { nextLook } from './next-look.ts';
import { planRotations } from './rotations.ts';
import type { Undo } from './undo.ts';
import { planUndos } from './undos.ts';
import { joinChanges, type Write, withGivenAlong } from './write.ts';

/** What a look leads to. */
export interface Plan {
  /** All that is to be remembered; what memory has and this lacks may be forgotten. */
  readonly findings: readonly Finding[];
  /** At most one for each resource. */
  readonly writes: readonly Write[];
  /** What gives pools back after a drain. It rests on the pool and the drain's row alone: nothing else may keep it. */
  readonly finishes: readonly Write[];
  /** Approvals that are over before their time. */
  readonly endedApprovals: readonly ApprovalEnd[];
  readonly endedUndos: readonly Undo[];
  /** Drains that are over. */
  readonly endings: readonly Ending[];
  readonly wakeAt: Date | null;
  readonly failedSince: FailedSince;
  /** Pools that are gone: who changed them is of no more use. */
  readonly gonePools: readonly string[];
}

export interface Inputs {
  readonly snapshot: Snapshot;
  readonly verdicts: readonly Verdict[];
  readonly memory: Omit<Memory, 'lookedFrom' | 'wakeAt' | 'goneSince' | 'rotations' | 'untold' | 'unpublished'>;
  readonly policy: Policy | InvalidPolicy;
  readonly now: Date;
  /** Since when events of the account's subscription are received, where a change asks for it: see `asksForKeyUse`. */
  readonly receivedSince?: Reading<Date | null>;
  /** Of the look: what it begins is told by it from what another begins at the same moment. */
  readonly correlationId?: string;
  /** The keys of pools that asked for a slot of drains and got none. */
  readonly withoutSlot?: ReadonlySet<string>;
  /** How much may be begun; without it nothing bounds that. */
  readonly left?: Left;
}

const UNBOUNDED: Left = { most: Number.POSITIVE_INFINITY, held: held('budget', 'nothing bounds it') };

/** Merges verdicts with memory into findings, and chooses the writes that may be begun now. */
export function plan(inputs: Inputs): Plan {
  const { snapshot, memory, policy, now, withoutSlot = new Set(), correlationId = '', left = UNBOUNDED } = inputs;
  const { receivedSince = { known: null } } = inputs;
  const remembered = new Map(memory.findings.map((finding) => [finding.id, finding]));
  const { lastChanges, releases, drains, approvals, undos } = memory;
  const undoing = planUndos(undos, inputs.verdicts, memory.findings, snapshot, now);
  const verdicts = [...inputs.verdicts, ...undoing.verdicts];
  const accepted = acceptedWrites(memory.findings);
  const around = { ...memory, receivedSince, snapshot, policy, accepted, drains: drains ?? [], now };
  const withOwnId = ownIds();
  const seen = verdicts.flatMap((verdict) =>
    findingsOf(verdict, now).flatMap((shown) => {
      const finding = withOwnId(shown);
      const before = remembered.get(finding.id);
      if (before !== undefined && isInDoubt(before, finding)) return [];
      const known = exempted(continued(finding, before), policy, now);
      if (!isFixable(known) || isFinish(known.fix)) return known;
      const named = { ...known, changeId: changeIdOf(known, snapshot) };
      return { ...named, held: whyHeld(named, { mode: verdict.mode, ...around }) };
    }),
  );
  const rotating = planRotations(seen, verdicts, { snapshot, drains, now });
  const draining = planDrains(seen, {
    snapshot,
    policy,
    remembered,
    releases,
    drains,
    unfinished: rotating.unfinished,
    withoutSlot,
    correlationId,
    now,
  });
  const judged = seen.map((finding) => ({ ...finding, held: draining.held.get(finding.id) ?? finding.held }));
  const { writes: changes, postponed } = joinChanges(
    snapshot,
    judged.filter(isFixable).filter(({ held, fix }) => held === null && !isFinish(fix)),
    draining.changing,
  );
  const given = changes.map((write) => withGivenAlong(write, judged));
  const { writes, held: beyond } = withinLeft([...given, ...draining.writes, ...rotating.disabling], left);
  const current = [...judged, ...draining.findings].map((finding) => {
    const waits = beyond.get(finding.id);
    if (waits !== undefined) return { ...finding, held: stillAnnounced(waits, remembered.get(finding.id)) };
    return postponed.has(finding.id)
      ? { ...finding, held: held('other-change-first', 'another change of this resource goes first') }
      : finding;
  });
  const ids = new Set(current.map(({ id }) => id));
  const absent = memory.findings.filter(({ id }) => !ids.has(id));
  const carried = absent
    .flatMap((finding) => carryOver(finding, { snapshot, verdicts, policy, now }))
    .map((finding) => exempted(finding, policy, now));
  const findings = withoutLongestClosed([...current, ...carried], now);
  const tell = redaction();
  const failedSince: FailedSince = Object.fromEntries(
    failedFacets(snapshot.facets).map((name) => [name, memory.failedSince[name] ?? now]),
  );
  return {
    findings: findings.map((finding) => asKept(finding, tell)),
    writes,
    // Nodes come with the size: what they are given must be what tasks read.
    finishes: [...rotating.promotions, ...draining.finishes],
    endedApprovals: endedApprovals(approvals, memory.findings, findings),
    endedUndos: undoing.ended,
    endings: draining.endings,
    wakeAt: earliest([
      nextLook({ findings, writes: [...writes, ...rotating.promotions], snapshot, policy, failedSince, now }),
      ...draining.lookAt,
      ...[...beyond.values()].map(({ until }) => until),
    ]),
    failedSince,
    gonePools: gonePools(lastChanges, snapshot, now),
  };
}

/**
 * A reading that failed says nothing of what was found before: that stays open, so that its return is no news; unless what
 * could be read is another now.
 */
function isInDoubt(before: Finding, { unknownCode, observed }: Finding): boolean {
  if (before.status !== 'open' && before.status !== 'exempt') return false;
  if (unknownCode === null || !isFailure(unknownCode)) return false;
  return observed === null || sameValue(observed, before.observed);
}

/** What was closed begins anew, but for what was tried: who undoes our writes is not forgiven for each of them. */
function continued(finding: Finding, before: Finding | undefined): Finding {
  if (before === undefined) return finding;
  const { firstSeen } = before.status === 'closed' ? finding : before;
  return { ...finding, firstSeen, attempts: before.attempts };
}
