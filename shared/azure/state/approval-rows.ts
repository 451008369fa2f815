import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { believed } from '../../core/model/believed.ts';
import { after, earliest } from '../../core/model/time.ts';
import { type Approval, type ApprovalEnd, LONGEST_APPROVAL } from '../../core/plan/approvals.ts';
import { CHANGE_ID } from '../../core/plan/change-id.ts';
import { writtenChanges } from './journal.ts';
import { askFor, ENDED, endRequest, type Place, RequestKey, rowsOf } from './request-rows.ts';
import { TimeColumn } from './time-column.ts';

const APPROVE = 'approve';

/** A row of the table `requests` by which a person approves a change. */
const ApprovalRow = z.object({
  rowKey: RequestKey,
  change: z.string().regex(CHANGE_ID),
  who: z.string(),
  until: TimeColumn,
  /** When the table took the row, by its own clock: nobody approves for longer than a change may wait, or for later. */
  timestamp: TimeColumn,
});
type ApprovalRow = z.infer<typeof ApprovalRow>;

/** Those that have not ended before their time. @param rows all of the account */
export async function approvalsIn(rows: Parameters<typeof rowsOf>[0], place: Place): Promise<Approval[]> {
  const { journal, accountId, now, abortSignal, report } = place;
  const keys = new Set(rows.map(({ rowKey }) => rowKey));
  const wanted = 'not an approval: it needs change (its id, 16 hex digits), who and until';
  const given = rowsOf(rows, APPROVE, ApprovalRow, wanted, report)
    .map((row) => approvalOf(row, now))
    .filter(({ id }) => !keys.has(id + ENDED));
  const first = earliest(given.map(({ at }) => at));
  if (first === null) return [];
  // What was written, and not recorded with its finding: the app was cut off between both.
  const written = await writtenChanges(journal, accountId, first, abortSignal);
  return given.map((approval) => ({ ...approval, isSpent: (written.get(approval.changeId) ?? 0) >= approval.at }));
}

function approvalOf({ rowKey, change, who, until, timestamp }: ApprovalRow, now: Date): Approval {
  const at = believed(timestamp, now);
  const end = earliest([until, after(at, LONGEST_APPROVAL)]) ?? at;
  return { id: rowKey, changeId: change, who, at, until: end, isSpent: false };
}

/** Notes that an approval is over, and by which look. May be called again. */
export async function endApproval(
  requests: Pick<TableClient, 'createEntity'>,
  accountId: string,
  { approval, how }: ApprovalEnd,
  at: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  const columns = { action: 'approval-ended', change: approval.changeId, how };
  await endRequest(requests, accountId, approval.id, columns, at, abortSignal);
}

/** With the resource that the change is of. */
export type AskedApproval = Omit<Approval, 'id' | 'isSpent'> & { readonly resourceId: string };

/** Leaves the approval that the next look sees. @throws TypeError for what is in no Batch account */
export async function askForApproval(
  requests: Pick<TableClient, 'createEntity'>,
  { changeId, resourceId, who, at, until }: AskedApproval,
  abortSignal: AbortSignal,
): Promise<void> {
  const columns = { change: changeId, resource: resourceId, who, when: at, until };
  await askFor(requests, APPROVE, resourceId, columns, abortSignal);
}

/** An approval that was given at some time, and how it ended; null where it has not, before its time. */
export type PastApproval = Approval & { readonly end: { readonly how: string; readonly at: Date } | null };

const EndRow = z.object({ rowKey: z.string(), how: z.string(), when: TimeColumn });

/** All approvals of a change, in every account, the earliest first. */
export async function pastApprovals(
  requests: Pick<TableClient, 'listEntities'>,
  changeId: string,
  abortSignal: AbortSignal,
): Promise<readonly PastApproval[]> {
  const queryOptions = { filter: odata`change eq ${changeId}` };
  const rows = await Array.fromAsync(requests.listEntities({ queryOptions, abortSignal }));
  const ends = new Map(
    rows.flatMap((row) => {
      const end = EndRow.safeParse(row).data;
      return end === undefined ? [] : [[end.rowKey, end]];
    }),
  );
  return rows
    .filter((row) => row['action'] === APPROVE)
    .flatMap((row) => ApprovalRow.safeParse(row).data ?? [])
    .map((row) => {
      const approval = approvalOf(row, new Date());
      const end = ends.get(approval.id + ENDED);
      return { ...approval, end: end === undefined ? null : { how: end.how, at: end.when } };
    })
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
