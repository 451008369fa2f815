import { z } from 'zod';
import { accountOf, idKey, parseAccountId } from '../../core/model/resource-id.ts';
import { idOfKey, tableKey } from './storage.ts';

const Time = z.coerce.date().optional().catch(undefined);

/** A row of the table `accounts`; a column is absent where there is nothing to say, and counts as absent where it is none. */
export const AccountRow = z
  .object({
    partitionKey: z.string(),
    rowKey: z.string(),
    accountId: z.unknown(),
    lookedFrom: Time,
    wakeAt: Time,
    goneSince: Time,
    failedSince: Time,
    etag: z.string(),
  })
  .transform(({ accountId, ...row }) => {
    const isId = typeof accountId === 'string' && parseAccountId(accountId) !== null;
    return { ...row, accountId: isId ? accountId : idOfKey(row.rowKey) };
  });
export type AccountRow = z.infer<typeof AccountRow>;

export function accountKeys(accountId: string): { partitionKey: string; rowKey: string } {
  const subscription = accountOf(accountId)?.subscription;
  if (subscription === undefined) throw new TypeError(`Not the id of a Batch account: ${accountId}`);
  return { partitionKey: idKey(subscription), rowKey: tableKey(accountId) };
}
