import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { z } from 'zod';
import { isPast } from '../../core/model/believed.ts';
import { idKey } from '../../core/model/resource-id.ts';
import { after, DAY } from '../../core/model/time.ts';
import { count } from '../../core/model/words.ts';
import { AccountRow, isInPlace } from './account-rows.ts';
import { hasOpenDrain } from './open-drain.ts';
import { forgetSecrets } from './secret-index.ts';
import {
  isConflict,
  isNotFound,
  MOST_ACTIONS,
  messageOf,
  nameOf,
  nullIfMissing,
  type Report,
  type Storage,
  tableKey,
} from './storage.ts';

const FORGOTTEN_AFTER = 7 * DAY;
/** Where a pool's size is still to be given back, should it, or who may look at it, come back. */
const FORGOTTEN_AT_LAST_AFTER = 30 * DAY;
const Sweep = z.object({ started: z.coerce.date() });
const SWEEP_KEYS = ['sweep', 'started'] as const;

export type Remembering = Pick<
  Storage,
  'accounts' | 'findings' | 'hints' | 'requests' | 'drains' | 'journal' | 'secrets' | 'leases'
>;

interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** The accounts whose alarm has come. */
export async function accountsDue(
  { accounts }: Pick<Storage, 'accounts'>,
  now: Date,
  report: Report,
): Promise<string[]> {
  return (await rows(accounts, odata`wakeAt le ${now}`, report)).map(({ accountId }) => accountId);
}

/** The remembered accounts of a subscription, less those that have been gone for long: these are forgotten. */
export async function rememberedAccounts(
  storage: Remembering,
  subscription: string,
  listed: ReadonlySet<string>,
  now: Date,
  report: Report,
): Promise<string[]> {
  const known = await accountRows(storage, subscription, report);
  const [forgotten, kept] = [known.filter(isForgotten), known.filter((row) => !isForgotten(row))];
  for (const row of forgotten) {
    await forget(storage, row, now).catch((error: unknown) => {
      // It is tried again at the next sweep, and no other account waits for it.
      report({ table: 'accounts', rows: [nameOf(row)], reason: `not forgotten: ${messageOf(error)}` });
    });
  }
  return kept.map(({ accountId }) => accountId);

  function isForgotten({ accountId, goneSince }: AccountRow): boolean {
    return goneSince !== undefined && now > after(goneSince, FORGOTTEN_AFTER) && !listed.has(accountId);
  }
}

/** Why a subscription that lists no account must have some; null when it lists one, or when none is remembered to be there. */
export async function whyListIsEmpty(
  { accounts }: Pick<Storage, 'accounts'>,
  subscription: string,
  listed: readonly string[],
  report: Report,
): Promise<string | null> {
  if (listed.length > 0) return null;
  const known = await accountRows({ accounts }, subscription, report);
  const there = known.filter(({ goneSince }) => goneSince === undefined).length;
  return there === 0
    ? null
    : `it lists no account, and ${count(there, 'account')} of it had not gone: see that the app still has its role there`;
}

/** All that is kept of an account, less its journal; its row last, so that what is cut is done again. */
async function forget(storage: Remembering, row: AccountRow, now: Date): Promise<void> {
  const { accounts, findings, hints, requests, drains, secrets, leases } = storage;
  const { accountId, goneSince = now } = row;
  const key = tableKey(accountId);
  if (now <= after(goneSince, FORGOTTEN_AT_LAST_AFTER) && (await hasOpenDrain(drains, accountId))) return;
  try {
    await (await leases()).getBlockBlobClient(key).delete();
  } catch (error) {
    if (isConflict(error)) return; // a look holds it: at the next sweep then
    if (!isNotFound(error)) throw error;
  }
  await Promise.all([findings, hints, requests, drains].map((table) => deletePartition(table, key)));
  await forgetSecrets(secrets, accountId);
  await accounts.deleteEntity(row.partitionKey, row.rowKey, { etag: row.etag });
}

async function deletePartition(table: TableClient, key: string): Promise<void> {
  const found = table.listEntities<Key>({ queryOptions: { filter: odata`PartitionKey eq ${key}` } });
  for await (const page of found.byPage({ maxPageSize: MOST_ACTIONS })) {
    const deletions = page.map(({ partitionKey, rowKey }): TransactionAction => ['delete', { partitionKey, rowKey }]);
    if (deletions.length > 0) await table.submitTransaction(deletions);
  }
}

/** Notes that a sweep starts; how many accounts no look has reached since the one before, null when it is the first. */
export async function startSweep(
  { accounts }: Pick<Storage, 'accounts'>,
  now: Date,
  report: Report,
): Promise<number | null> {
  const [partitionKey, rowKey] = SWEEP_KEYS;
  const before = await lastSweep({ accounts });
  const known = await accountRows({ accounts }, null, report);
  await accounts.upsertEntity({ partitionKey, rowKey, started: now }, 'Replace');
  if (before === null) return null;
  const wasLookedAt = (lookedFrom: Date | undefined) =>
    lookedFrom !== undefined && lookedFrom >= before && isPast(lookedFrom, now);
  return known.filter(({ goneSince, lookedFrom }) => goneSince === undefined && !wasLookedAt(lookedFrom)).length;
}

/** When the last sweep started; null where none has. */
export function lastSweep({ accounts }: Pick<Storage, 'accounts'>): Promise<Date | null> {
  return accounts
    .getEntity(...SWEEP_KEYS)
    .then((entity) => Sweep.safeParse(entity).data?.started ?? null, nullIfMissing);
}

/** Of one subscription, or of all. */
export function accountRows(
  { accounts }: Pick<Storage, 'accounts'>,
  subscription: string | null,
  report: Report,
): Promise<AccountRow[]> {
  const [sweep] = SWEEP_KEYS;
  return rows(
    accounts,
    subscription === null ? odata`PartitionKey ne ${sweep}` : odata`PartitionKey eq ${idKey(subscription)}`,
    report,
  );
}

/** The rows that are of accounts. One that is not is left where it is, and stops no other. */
async function rows(accounts: Storage['accounts'], filter: string, report: Report): Promise<AccountRow[]> {
  const found: AccountRow[] = [];
  const bad: string[] = [];
  for await (const entity of accounts.listEntities({ queryOptions: { filter } })) {
    const row = AccountRow.safeParse(entity).data;
    if (row !== undefined && isInPlace(row)) found.push(row);
    else bad.push(nameOf(entity));
  }
  if (bad.length > 0) report({ table: 'accounts', rows: bad, reason: 'not of an account: delete or mend them' });
  return found;
}
