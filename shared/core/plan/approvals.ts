import type { Drain } from '../drain/drain.ts';
import { DAY } from '../model/time.ts';
import type { Finding } from './finding.ts';

/** A person's word that one change may be written, once. */
export interface Approval {
  /** Of the request. */
  readonly id: string;
  readonly changeId: string;
  /** As he said. */
  readonly who: string;
  readonly at: Date;
  /** Begun later, the change needs another. */
  readonly until: Date;
  /** The journal has a write of it since. */
  readonly isSpent: boolean;
}

/** An approval holds for so long at most. */
export const LONGEST_APPROVAL = 30 * DAY;

/** An approval that ended before its time. */
export interface ApprovalEnd {
  readonly approval: Approval;
  /** used: the change was written, or is seen. void: nothing asks for it any more, as what it leads from or to is another. */
  readonly how: 'used' | 'void';
}

/** The approval by which the change may be written now; null where there is none. @param drain that holds its pool; null for none */
export function approvalFor(
  { changeId, attempts }: Asking,
  approvals: readonly Approval[],
  drain: Pick<Drain, 'begunAt'> | null,
  now: Date,
): Approval | null {
  const holds = ({ at, until }: Approval, time: Date) => at <= time && time < until;
  return (
    approvals.find(
      (approval) =>
        approval.changeId === changeId &&
        !isWritten(approval, attempts) &&
        // What it emptied a pool for is ended with it, whatever time that takes.
        (holds(approval, now) || (drain !== null && holds(approval, drain.begunAt))),
    ) ?? null
  );
}

type Asking = Pick<Finding, 'changeId' | 'attempts'>;

/** One approval, one write: who undoes it is not answered by another. */
function isWritten({ at, isSpent }: Approval, { accepted }: Asking['attempts']): boolean {
  return isSpent || accepted.some((time) => time >= at);
}

/** Those that this look ends. @param before the findings that were remembered @param now those of the look */
export function endedApprovals(
  approvals: readonly Approval[],
  before: readonly Finding[],
  now: readonly Finding[],
): ApprovalEnd[] {
  const asking = Map.groupBy(now, ({ changeId }) => changeId);
  const compliant = new Set(now.flatMap(({ id, closedCode }) => (closedCode === 'compliant' ? id : [])));
  const done = new Set(before.flatMap(({ id, changeId }) => (compliant.has(id) ? (changeId ?? []) : [])));
  return approvals.flatMap((approval) => {
    const { changeId } = approval;
    const open = asking.get(changeId) ?? [];
    const isUsed = done.has(changeId) || open.some(({ attempts }) => isWritten(approval, attempts));
    return isUsed || open.length === 0 ? { approval, how: isUsed ? 'used' : 'void' } : [];
  });
}
