import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { Release } from '../../core/plan/contest.ts';
import { nameOf, type Report, tableKey } from './storage.ts';

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

/** What people released in an account. Rows of other actions release nothing, and so does a release that is none. */
export async function releasesIn(
  requests: Pick<TableClient, 'listEntities'>,
  accountId: string,
  abortSignal: AbortSignal,
  report: Report,
): Promise<readonly Release[]> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  const rows = await Array.fromAsync(requests.listEntities({ queryOptions: { filter }, abortSignal }));
  const bad = rows.filter((row) => row['action'] === 'release' && !ReleaseRow.safeParse(row).success);
  if (bad.length > 0) {
    const reason = 'not a release: it needs rule, resource, who and when';
    report({ table: 'requests', rows: bad.map(nameOf), reason });
  }
  return rows.flatMap((row) => ReleaseRow.safeParse(row).data ?? []);
}
