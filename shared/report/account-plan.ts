import type { DrainEnd, DrainStep } from '../core/drain/drain.ts';
import { isMint } from '../core/model/change.ts';
import { FACETS, type FacetName, type Facets, failedFacets } from '../core/model/facet.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { listed } from '../core/model/words.ts';
import { redactedIn } from '../core/plain-secrets/redacted.ts';
import { sizeInWords } from '../core/plan/drain-words.ts';
import { type Finding, isFixable } from '../core/plan/finding.ts';
import type { Held } from '../core/plan/held.ts';
import { classOf, type Intent } from '../core/plan/journal.ts';
import type { Plan } from '../core/plan/plan.ts';
import { joinChanges, type Write, writeOf } from '../core/plan/write.ts';
import { changeInWords } from './fix-words.ts';
import { type Difference, differences } from './settings-diff.ts';
import { forPeople } from './status-tally.ts';

/** What a look at an account would do. */
export interface AccountPlan {
  readonly account: string;
  /** When the app last looked at it; null where it never did. */
  readonly lookedFrom: Date | null;
  /** Why nothing of the account, or nothing of some pools, may be written; none where all was read. */
  readonly problems: readonly string[];
  /** Readings beside accounts and pools that failed: what rests on them is not known. */
  readonly unread: readonly string[];
  readonly writes: readonly PlannedWrite[];
  readonly held: readonly HeldChange[];
  /** Those that only a person can mend. */
  readonly forPeople: readonly Finding[];
  /** Those whose verdict could not be reached. */
  readonly unknown: readonly Finding[];
  /** Drains that are over, without a write. */
  readonly endings: readonly { readonly poolId: string; readonly how: DrainEnd['how'] }[];
  /** When the look after this one comes by itself; null where none does. */
  readonly wakeAt: Date | null;
}

export interface PlannedWrite extends Pick<Intent, 'resourceId' | 'writeClass' | 'before' | 'after'> {
  readonly what: What;
  /** The findings that ask for it, each with the id of its change. */
  readonly asked: readonly { readonly id: string; readonly ruleId: string; readonly change: string | null }[];
  /** Null where it is no step of a drain. */
  readonly drain: PlannedDrain | null;
}

/** What a change does: fields of settings, or words of a secret, which has none that are shown. */
export type What = { readonly fields: readonly Difference[] } | { readonly words: readonly string[] };

export interface PlannedDrain {
  /** Null where it begins with this write. */
  readonly id: string | null;
  readonly step: DrainStep;
  /** When the size is given back at the latest. */
  readonly deadline: Date;
  /** What is changed once the pool has no nodes, as far as is known now. */
  readonly atZero: readonly What[];
  /** The size that comes back, in words; null where this write gives it back, or none is to come. */
  readonly back: string | null;
}

export interface HeldChange {
  readonly finding: Pick<Finding, 'id' | 'ruleId' | 'resourceId' | 'path' | 'severity'>;
  readonly held: Held;
  /** The id of the change, by which it is approved; null where it has none. */
  readonly change: string | null;
  /** Null where no change is kept. */
  readonly what: What | null;
}

/** What a plan made of `snapshot` would do, without secrets. */
export function accountPlan(snapshot: Snapshot, plan: Plan, lookedFrom: Date | null): AccountPlan {
  const writes = [...plan.finishes, ...plan.writes];
  const begun = new Set(writes.flatMap(({ findings }) => findings.map(({ id }) => id)));
  return redactedIn({
    account: snapshot.accountId,
    lookedFrom,
    problems: snapshot.problems.map(({ message }) => message),
    unread: failedFacets(snapshot.facets).map((name) => unreadInWords(name, snapshot.facets)),
    writes: writes.map((write) => plannedWrite(write, snapshot)),
    held: plan.findings.flatMap((finding) => (begun.has(finding.id) ? [] : heldChange(finding, snapshot))),
    forPeople: forPeople(plan.findings),
    unknown: plan.findings.filter(({ status }) => status === 'unknown'),
    endings: plan.endings.map(({ drain, end }) => ({ poolId: drain.poolId, how: end.how })),
    wakeAt: plan.wakeAt,
  });
}

function plannedWrite(write: Write, snapshot: Snapshot): PlannedWrite {
  const { change, was, findings } = write;
  return {
    resourceId: change.id,
    writeClass: classOf(write),
    before: redactedIn(was),
    after: redactedIn(change.set),
    what: whatOf(write),
    asked: findings.map(({ id, ruleId, changeId }) => ({ id, ruleId, change: changeId })),
    drain: plannedDrain(write, snapshot),
  };
}

function plannedDrain({ drain, findings }: Write, snapshot: Snapshot): PlannedDrain | null {
  if (drain === null) return null;
  const { step, isNew } = drain;
  const { id, deadline, saved } = drain.drain;
  // What is minted is a write of its own.
  const frozen = step === 'empty' ? findings.filter(isFixable).filter(({ fix }) => !isMint(fix)) : [];
  const { writes } = joinChanges(snapshot, frozen, new Map());
  const isGivenBack = step === 'restore' || step === 'unmark';
  return {
    id: isNew ? null : id,
    step,
    deadline,
    atZero: writes.map(whatOf),
    back: isGivenBack ? null : sizeInWords(saved),
  };
}

function heldChange(finding: Finding, snapshot: Snapshot): HeldChange[] {
  const { id, ruleId, resourceId, path, severity, status, changeId, held } = finding;
  if (held === null || status === 'closed' || status === 'unknown') return [];
  const what = isFixable(finding) ? whatOf(writeOf(snapshot, finding.fix, [finding], null)) : null;
  return [{ finding: { id, ruleId, resourceId, path, severity }, held, change: changeId, what }];
}

function whatOf({ change, was }: Pick<Write, 'change' | 'was'>): What {
  if (change.kind === 'set-secret') return { words: changeInWords(change) };
  return { fields: differences(redactedIn(was), redactedIn(change.set)) };
}

function unreadInWords(name: FacetName, facets: Facets): string {
  const reading = facets[name];
  const parts = name === 'secrets' && 'known' in facets.secrets ? facets.secrets.known : [];
  const reasons =
    'unknown' in reading
      ? [reading.unknown]
      : parts.flatMap(({ versions }) => ('unknown' in versions ? versions.unknown : []));
  const why = [...new Set(reasons.map(({ message }) => message))];
  return `${FACETS[name].title}${why.length === 0 ? '' : `: ${listed(why, '; ')}`}`;
}
