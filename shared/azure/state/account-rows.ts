import { z } from 'zod';
import { FACET_NAMES } from '../../core/model/facet.ts';
import { accountOf, idKey, parseAccountId, sameId } from '../../core/model/resource-id.ts';
import { JsonText } from './json-text.ts';
import { idOfKey, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/** An account gone since what is no time would be forgotten. */
const Time = TimeColumn.optional().catch(undefined);

/** A row of the table `accounts`; a column is absent where there is nothing to say, and counts as absent where it is none. */
export const AccountRow = z
  .object({
    partitionKey: z.string(),
    rowKey: z.string(),
    accountId: z.unknown(),
    lookedFrom: Time,
    wakeAt: Time,
    goneSince: Time,
    /** As JSON: a time for each facet. */
    failedSince: JsonText.pipe(z.partialRecord(z.enum(FACET_NAMES), z.coerce.date())).catch({}),
    /** Until when news are in the log; absent before there was such a column: then all are. */
    loggedUntil: Time,
    /** The same of the topic of findings. */
    publishedUntil: Time,
    /** Which set of its secrets the index has; absent for none. */
    indexed: z.string().max(64).nullish().catch(null),
    etag: z.string(),
  })
  .transform(({ accountId, ...row }) => {
    const ofKey = idOfKey(row.rowKey);
    const isId = typeof accountId === 'string' && sameId(accountId, ofKey);
    return { ...row, accountId: isId ? accountId : ofKey };
  });
export type AccountRow = z.infer<typeof AccountRow>;

/** Whether the row stands where the account does that it names: only there a look writes it anew. */
export function isInPlace({ partitionKey, accountId }: AccountRow): boolean {
  const subscription = parseAccountId(accountId)?.subscription;
  return subscription !== undefined && idKey(subscription) === partitionKey;
}

/** Whether all news of the last remembered look are in the log, and the topic took them. */
export function isTold(row: AccountRow): boolean {
  const { lookedFrom, publishedUntil } = row;
  return isLogged(row) && (lookedFrom === undefined || publishedUntil === undefined || publishedUntil >= lookedFrom);
}

/** Whether all news of the last remembered look are in the log. */
export function isLogged({ lookedFrom, loggedUntil }: AccountRow): boolean {
  return lookedFrom === undefined || loggedUntil === undefined || loggedUntil >= lookedFrom;
}

export function accountKeys(accountId: string): { partitionKey: string; rowKey: string } {
  const subscription = accountOf(accountId)?.subscription;
  if (subscription === undefined) throw new TypeError(`Not the id of a Batch account: ${accountId}`);
  return { partitionKey: idKey(subscription), rowKey: tableKey(accountId) };
}
