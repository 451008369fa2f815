import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { Release } from '../../core/plan/contest.ts';
import { tableKey } from './storage.ts';

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

/** What people released in an account. Rows of other actions, and what is none, release nothing. */
export async function releasesIn(
  requests: Pick<TableClient, 'listEntities'>,
  accountId: string,
  abortSignal: AbortSignal,
): Promise<readonly Release[]> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  const rows = await Array.fromAsync(requests.listEntities({ queryOptions: { filter }, abortSignal }));
  return rows.flatMap((row) => ReleaseRow.safeParse(row).data ?? []);
}
