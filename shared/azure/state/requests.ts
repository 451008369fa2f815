import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { believed, isNear, isPast } from '../../core/model/believed.ts';
import { accountOf, parsePoolId, sameId } from '../../core/model/resource-id.ts';
import type { RotationRequest } from '../../core/model/rotation-request.ts';
import type { Approval } from '../../core/plan/approvals.ts';
import type { Release } from '../../core/plan/contest.ts';
import type { Undo } from '../../core/plan/undo.ts';
import { approvalsIn } from './approval-rows.ts';
import { askFor, rowsOf } from './request-rows.ts';
import { type Report, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';
import { undosIn } from './undo-rows.ts';

/** A row of the table `requests`, by which a person ends a contest. */
const ReleaseRow = z.object({
  rule: z.string(),
  resource: z.string(),
  who: z.string(),
  when: z.coerce.date(),
  /** When the table took the row, by its own clock. */
  timestamp: TimeColumn,
});

/** One by which a person asks for another secret of a named user. */
const RotationRow = z.object({
  pool: z.string().refine((text) => parsePoolId(text) !== null),
  user: z.string().min(1).max(20),
  who: z.string(),
  when: TimeColumn,
  /** When the table took the row, by its own clock. */
  timestamp: TimeColumn,
});
type RotationRow = z.infer<typeof RotationRow>;

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
  const ofAccount = ({ pool }: RotationRow) => sameId(accountOf(pool)?.text ?? '', accountId);
  const releases = rowsOf(rows, 'release', ReleaseRow, 'not a release: it needs rule, resource, who and when', report);
  const rotations = rowsOf(
    rows,
    'rotate',
    RotationRow.refine(ofAccount),
    'not a request to rotate: it needs pool (its id, of this account), user, who and when',
    report,
  );
  return {
    releases: releases.map(({ rule, resource, when, timestamp }) => ({
      ruleId: rule,
      resourceId: resource,
      // `when` is of another clock, or cut to a second: what was asked for within that second would come after it.
      at: isNear(when, timestamp) ? believed(timestamp, now) : when,
    })),
    rotations: rotations.map(({ pool, user, when, timestamp }) => ({
      poolId: pool,
      user,
      // One that were now at each look would ask for a rotation after each: until a time comes, it is when the row did.
      at: believed(isPast(when, now) ? when : timestamp, now),
    })),
    approvals: await approvalsIn(rows, { journal, accountId, now, abortSignal, report }),
    undos: await undosIn(rows, { journal, accountId, now, abortSignal, report }),
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
  await askFor(requests, 'rotate', poolId, { pool: poolId, user, who, when: at }, abortSignal);
}

/** Leaves the word that the next look sees. @throws TypeError for what is in no Batch account */
export async function askForRelease(
  requests: Pick<TableClient, 'createEntity'>,
  { ruleId, resourceId, who, at }: By<Release>,
  abortSignal: AbortSignal,
): Promise<void> {
  await askFor(requests, 'release', resourceId, { rule: ruleId, resource: resourceId, who, when: at }, abortSignal);
}
