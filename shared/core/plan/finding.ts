import type { Change, Fix } from '../model/change.ts';
import type { UnknownCode } from '../model/reading.ts';
import type { Verdict } from '../policy/evaluate.ts';
import type { Exempt } from '../policy/exemption.ts';
import type { Severity } from '../policy/rule.ts';
import { bounded } from './bounds.ts';
import type { ClosedCode } from './closing.ts';
import { findingId } from './finding-id.ts';
import { folded } from './fold.ts';
import type { Held, RetryCode } from './held.ts';

/** exempt: it is there as an open one is, and left so by somebody's word; unknown: there was no verdict. */
export const FINDING_STATUSES = ['open', 'exempt', 'unknown', 'closed'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** What is known of one violation, or of one verdict that could not be reached, over many looks. */
export interface Finding {
  readonly id: string;
  readonly ruleId: string;
  readonly resourceId: string;
  readonly path: string;
  readonly severity: Severity;
  readonly status: FindingStatus;
  readonly observed: unknown;
  readonly desired: unknown;
  /** Why it is a violation, why it is unknown, or why it is closed. */
  readonly why: string;
  /** Null where the status is not unknown, and in rows from before there were codes. */
  readonly unknownCode: UnknownCode | null;
  /** Null when there is nothing to fix: unknown or closed. */
  readonly fix: Fix | null;
  /** By which a person approves the fix: see `changeIdOf`. Null where there is nothing to begin, and in rows from before there were approvals. */
  readonly changeId: string | null;
  /** Why the fix is not written now; null when it is, or when there is none. */
  readonly held: Held | null;
  /** By whose word it is left as it is; null while it is not exempt. */
  readonly exemption: Exempt | null;
  /** Null while it is not closed. */
  readonly closedCode: ClosedCode | null;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly attempts: Attempts;
}

/** Our writes for one finding. */
export interface Attempts {
  /** When Azure accepted a write of ours, the latest ones. */
  readonly accepted: readonly Date[];
  /** Refusals and failures since the last accepted write. */
  readonly refused: Refusal | null;
}

export interface Refusal {
  /** Without those that said when to come back. */
  readonly count: number;
  readonly code: RetryCode;
  readonly message: string;
  readonly nextTry: Date;
}

export const NO_ATTEMPTS: Attempts = { accepted: [], refused: null };

/** A finding whose fix is a change. */
export type Fixable = Finding & { readonly fix: Change };

export function isFixable(finding: Finding): finding is Fixable {
  return finding.fix !== null && finding.fix.kind !== 'manual';
}

/** The findings of a verdict, as far as one look can know them: bounded in number and in each text, as a row can hold them. */
export function findingsOf({ rule, resourceId, outcomes }: Verdict, now: Date): Finding[] {
  return folded(outcomes, rule.severity).map((outcome) => {
    const common = {
      id: findingId(rule.id, resourceId, outcome.path),
      ruleId: rule.id,
      resourceId,
      path: outcome.path,
      held: null,
      changeId: null,
      exemption: null,
      closedCode: null,
      firstSeen: now,
      lastSeen: now,
      attempts: NO_ATTEMPTS,
    };
    if ('unknown' in outcome) {
      const { code: unknownCode, message: why } = outcome.unknown;
      const { observed = null } = outcome;
      const nothing = { desired: null, fix: null };
      const { severity } = rule;
      return bounded<Finding>({ ...common, ...nothing, observed, severity, status: 'unknown', why, unknownCode });
    }
    const { observed, desired, why, fix, severity = rule.severity } = outcome;
    return bounded<Finding>({
      ...common,
      severity,
      status: 'open',
      observed,
      desired,
      why,
      unknownCode: null,
      fix,
    });
  });
}

/** Whoever names things may name two alike: of findings with one id the second is called `path #2`, the third `#3`. */
export function ownIds(): (finding: Finding) => Finding {
  const taken = new Set<string>();
  return (finding) => {
    const { id, ruleId, resourceId, path } = finding;
    let own = finding;
    for (let ordinal = 2; taken.has(own.id); ordinal++)
      own = { ...finding, id: findingId(ruleId, resourceId, `${id} #${ordinal}`), path: `${path} #${ordinal}` };
    taken.add(own.id);
    return own;
  };
}
