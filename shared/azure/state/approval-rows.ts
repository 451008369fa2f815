import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { believed } from '../../core/model/believed.ts';
import { after, earliest } from '../../core/model/time.ts';
import { type Approval, type ApprovalEnd, LONGEST_APPROVAL } from '../../core/plan/approvals.ts';
import { ENDED, newKeys } from './request-keys.ts';
import { isConflict, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/** A row of the table `requests` by which a person approves a change. */
export const ApprovalRow = z.object({
  action: z.literal('approve'),
  rowKey: z.string(),
  change: z.string().regex(/^[0-9a-f]{16}$/),
  who: z.string(),
  until: TimeColumn,
  /** When the table took the row, by its own clock: nobody approves for longer than a change may wait, or for later. */
  timestamp: TimeColumn,
});

/** Those that have not ended before their time. @param keys of all rows of the account */
export function approvalsIn(rows: readonly unknown[], keys: ReadonlySet<unknown>, now: Date): Approval[] {
  return rows.flatMap((row) => approvalOf(row, now) ?? []).filter(({ id }) => !keys.has(id + ENDED));
}

function approvalOf(row: unknown, now: Date): Approval | null {
  const { data } = ApprovalRow.safeParse(row);
  if (data === undefined) return null;
  const { rowKey, change, who, until, timestamp } = data;
  const at = believed(timestamp, now);
  return { id: rowKey, changeId: change, who, at, until: earliest([until, after(at, LONGEST_APPROVAL)]) ?? at };
}

/** Notes that an approval is over, and by which look. May be called again. */
export async function endApproval(
  requests: Pick<TableClient, 'createEntity'>,
  accountId: string,
  { approval, how }: ApprovalEnd,
  at: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  const keys = { partitionKey: tableKey(accountId), rowKey: approval.id + ENDED };
  const row = { ...keys, action: 'approval-ended', change: approval.changeId, how, when: at };
  await requests.createEntity(row, { abortSignal }).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
  });
}

/** With the resource that the change is of. */
export type AskedApproval = Omit<Approval, 'id'> & { readonly resourceId: string };

/** Leaves the approval that the next look sees. @throws TypeError for what is in no Batch account */
export async function askForApproval(
  requests: Pick<TableClient, 'createEntity'>,
  { changeId, resourceId, who, at, until }: AskedApproval,
  abortSignal: AbortSignal,
): Promise<void> {
  const row = {
    ...newKeys(resourceId),
    action: 'approve',
    change: changeId,
    resource: resourceId,
    who,
    when: at,
    until,
  };
  await requests.createEntity(row, { abortSignal });
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
  const ends = new Map(rows.map((row) => EndRow.safeParse(row).data).map((end) => [end?.rowKey, end]));
  return rows
    .flatMap((row) => approvalOf(row, new Date()) ?? [])
    .map((approval) => {
      const end = ends.get(approval.id + ENDED);
      return { ...approval, end: end === undefined ? null : { how: end.how, at: end.when } };
    })
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
