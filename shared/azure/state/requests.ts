import { randomUUID } from 'node:crypto';
import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { believed, isPast } from '../../core/model/believed.ts';
import { accountOf, parsePoolId, sameId } from '../../core/model/resource-id.ts';
import type { RotationRequest } from '../../core/model/rotation-request.ts';
import { after, earliest } from '../../core/model/time.ts';
import { type Approval, type ApprovalEnd, LONGEST_APPROVAL } from '../../core/plan/approvals.ts';
import type { Release } from '../../core/plan/contest.ts';
import { isConflict, nameOf, type Report, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/**
 * A row of the table `requests`, by which a person ends a contest. The partition is the account, as `tableKey` has it; the
 * row key is the writer's choice.
 */
const ReleaseRow = z
  .object({
    action: z.literal('release'),
    rule: z.string(),
    resource: z.string(),
    who: z.string(),
    when: z.coerce.date(),
  })
  .transform(({ rule, resource, when }): Release => ({ ruleId: rule, resourceId: resource, at: when }));

/** One by which a person asks for another secret of a named user. */
const RotationRow = z.object({
  action: z.literal('rotate'),
  pool: z.string().refine((text) => parsePoolId(text) !== null),
  user: z.string().min(1).max(20),
  who: z.string(),
  when: TimeColumn,
  /** When the table took the row, by its own clock. */
  timestamp: TimeColumn,
});

/** One by which a person approves a change. */
const ApprovalRow = z.object({
  action: z.literal('approve'),
  rowKey: z.string(),
  change: z.string().regex(/^[0-9a-f]{16}$/),
  who: z.string(),
  until: TimeColumn,
  /** When the table took the row, by its own clock: nobody approves for longer than a change may wait, or for later. */
  timestamp: TimeColumn,
});

/** Ends the key of the row by which a look says that an approval is over. */
const ENDED = '-ended';

/** What people asked for in an account. */
interface Requests {
  readonly releases: readonly Release[];
  readonly rotations: readonly RotationRequest[];
  readonly approvals: readonly Approval[];
}

/** Rows of other actions ask for nothing, and so does one that is not as its action wants it. */
export async function requestsIn(
  requests: Pick<TableClient, 'listEntities'>,
  accountId: string,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<Requests> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  const rows = await Array.fromAsync(requests.listEntities({ queryOptions: { filter }, abortSignal }));
  const rotationOf = (row: unknown) => {
    const rotation = RotationRow.safeParse(row).data;
    return rotation !== undefined && sameId(accountOf(rotation.pool)?.text ?? '', accountId) ? rotation : undefined;
  };
  const asking = (action: string) => rows.filter((row) => row['action'] === action);
  const reportBad = (bad: typeof rows, reason: string) => {
    if (bad.length > 0) report({ table: 'requests', rows: bad.map(nameOf), reason });
  };
  reportBad(
    asking('release').filter((row) => !ReleaseRow.safeParse(row).success),
    'not a release: it needs rule, resource, who and when',
  );
  reportBad(
    asking('rotate').filter((row) => rotationOf(row) === undefined),
    'not a request to rotate: it needs pool (its id, of this account), user, who and when',
  );
  reportBad(
    asking('approve').filter((row) => !ApprovalRow.safeParse(row).success),
    'not an approval: it needs change (its id, 16 hex digits), who and until',
  );
  const keys = new Set(rows.map(({ rowKey }) => rowKey));
  return {
    approvals: rows.flatMap((row) => approvalOf(row, now) ?? []).filter(({ id }) => !keys.has(id + ENDED)),
    releases: rows.flatMap((row) => ReleaseRow.safeParse(row).data ?? []),
    rotations: rows.flatMap((row) => {
      const rotation = rotationOf(row);
      if (rotation === undefined) return [];
      const { pool, user, when, timestamp } = rotation;
      // One that were now at each look would ask for a rotation after each: until a time comes, it is when the row did.
      return [{ poolId: pool, user, at: believed(isPast(when, now) ? when : timestamp, now) }];
    }),
  };
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

/** With the name of the person whose wish it is. */
export type By<Wish> = Wish & { readonly who: string };

/** Leaves the wish that the next look sees. @throws TypeError for what is not a pool's id */
export async function askForRotation(
  requests: Pick<TableClient, 'createEntity'>,
  { poolId, user, who, at }: By<RotationRequest>,
  abortSignal: AbortSignal,
): Promise<void> {
  if (parsePoolId(poolId) === null) throw new TypeError(`Not the id of a Batch pool: ${poolId}`);
  await requests.createEntity(
    { ...newKeys(poolId), action: 'rotate', pool: poolId, user, who, when: at },
    { abortSignal },
  );
}

/** Leaves the word that the next look sees. @throws TypeError for what is in no Batch account */
export async function askForRelease(
  requests: Pick<TableClient, 'createEntity'>,
  { ruleId, resourceId, who, at }: By<Release>,
  abortSignal: AbortSignal,
): Promise<void> {
  await requests.createEntity(
    { ...newKeys(resourceId), action: 'release', rule: ruleId, resource: resourceId, who, when: at },
    { abortSignal },
  );
}

function newKeys(resourceId: string): { readonly partitionKey: string; readonly rowKey: string } {
  const account = accountOf(resourceId);
  if (account === null) throw new TypeError(`In no Batch account: ${resourceId}`);
  return { partitionKey: tableKey(account.text), rowKey: randomUUID() };
}
