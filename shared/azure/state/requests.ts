import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { believed, isPast } from '../../core/model/believed.ts';
import { accountOf, parsePoolId, sameId } from '../../core/model/resource-id.ts';
import type { RotationRequest } from '../../core/model/rotation-request.ts';
import type { Approval } from '../../core/plan/approvals.ts';
import type { Release } from '../../core/plan/contest.ts';
import type { Undo } from '../../core/plan/undo.ts';
import { ApprovalRow, approvalsIn } from './approval-rows.ts';
import { newKeys } from './request-keys.ts';
import { nameOf, type Report, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';
import { UndoRow, undosIn } from './undo-rows.ts';

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

/** What people asked for in an account. */
interface Requests {
  readonly releases: readonly Release[];
  readonly rotations: readonly RotationRequest[];
  readonly approvals: readonly Approval[];
  readonly undos: readonly Undo[];
}

/** Rows of other actions ask for nothing, and so does one that is not as its action wants it. */
export async function requestsIn(
  { requests, journal }: Readonly<Record<'requests' | 'journal', Pick<TableClient, 'listEntities'>>>,
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
  reportBad(
    asking('undo').filter((row) => !UndoRow.safeParse(row).success),
    'not an undo: it needs entry, resource, rules and who',
  );
  const keys = new Set<unknown>(rows.map(({ rowKey }) => rowKey));
  return {
    approvals: approvalsIn(rows, keys, now),
    undos: await undosIn(rows, keys, { journal, accountId, now, abortSignal, report }),
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
