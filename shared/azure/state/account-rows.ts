import { z } from 'zod';
import { accountOf } from '../../core/model/resource-id.ts';
import { tableKey } from './storage.ts';

/** A row of the table `accounts`; a column is absent where there is nothing to say. */
export const AccountRow = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  accountId: z.string(),
  lookedFrom: z.coerce.date().optional(),
  wakeAt: z.coerce.date().optional(),
  goneSince: z.coerce.date().optional(),
  etag: z.string(),
});
export type AccountRow = z.infer<typeof AccountRow>;

export function accountKeys(accountId: string): { partitionKey: string; rowKey: string } {
  const subscription = accountOf(accountId)?.subscription;
  if (subscription === undefined) throw new TypeError(`Not the id of a Batch account: ${accountId}`);
  return { partitionKey: subscription.toLowerCase(), rowKey: tableKey(accountId) };
}
