import { isRestError } from '@azure/core-rest-pipeline';
import { odata } from '@azure/data-tables';
import { z } from 'zod';
import { isPast } from '../../core/model/believed.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { type AccountId, idKey, parseAccountId, parsePoolId, sameId } from '../../core/model/resource-id.ts';
import { isOldChange } from '../../core/plan/gone-pools.ts';
import { KEYS_LISTED, type LastChange, type LastChanges } from '../../core/plan/last-change.ts';
import type { ChangeHint } from '../../ports.ts';
import { coalesce } from './coalesce.ts';
import { changing, type Hints, notRead, read } from './hint-rows.ts';
import { joined, noteReceived, type Received } from './received.ts';
import { idOfKey, isConflict, isNotFound, tableKey } from './storage.ts';

const Row = z.object({ time: z.coerce.date() });
/** Milliseconds between the writes of a row: an event waits for this at most, and a burst costs as many writes as it lasts. */
const PAUSE = 100;

/** Writes to the table `hints`; of a burst the rows are written a few times, not once an event. */
export interface HintWriter {
  readonly putNewer: (hint: Hint, now: Date) => Promise<void>;
  readonly noteReceived: (subscription: string, now: Date) => Promise<void>;
}

export function hintWriter(hints: Hints): HintWriter {
  const put = coalesce<{ hint: Hint; now: Date }>(
    ({ hint, now }) => putNewer(hints, hint, now),
    (one, other) => (one.hint.time > other.hint.time ? one : other),
    PAUSE,
  );
  const received = coalesce<Received>((span) => noteReceived(hints, span), joined, PAUSE);
  return {
    putNewer: (hint, now) => put(`${hint.partitionKey} ${hint.rowKey}`, { hint, now }),
    noteReceived: (subscription, now) => received(subscription, { subscription, first: now, last: now }),
  };
}

/** Notes who last changed what, from one event. Hints explain and hold back; they are never a reason to write. */
export async function noteEvent(
  writer: HintWriter,
  account: AccountId,
  event: ChangeHint,
  ourselves: string | null,
  now: Date,
): Promise<void> {
  const rowKey = rowKeyOf(event);
  const isListing = rowKey === KEYS_LISTED;
  const isOurs = event.application !== null && sameId(event.application, ourselves ?? '');
  if (rowKey !== null && !isOurs) {
    // When it was received: what waits for so long without one must not be cut short by what an event says of itself.
    await writer.putNewer(hintOf(account, rowKey, isListing ? { ...event, time: now } : event), now);
  }
  // Last: all events of a subscription write this row.
  await writer.noteReceived(idKey(account.subscription), now);
}

/** What writes an account or a pool itself. Other operations on it, or below it, say nothing of who keeps it. */
const WRITES = new Set([
  'microsoft.batch/batchaccounts/write',
  'microsoft.batch/batchaccounts/pools/write',
  'microsoft.batch/batchaccounts/pools/disableautoscale/action',
]);

/** What answers with the keys of an account. */
const KEYS_GIVEN = new Set([
  'microsoft.batch/batchaccounts/listkeys/action',
  'microsoft.batch/batchaccounts/regeneratekeys/action',
]);

/** Null where the event tells nothing that is kept. */
function rowKeyOf({ subject, operation }: ChangeHint): string | null {
  const does = operation?.toLowerCase() ?? null;
  if (does !== null && KEYS_GIVEN.has(does)) return KEYS_LISTED;
  const written = parseAccountId(subject) ?? parsePoolId(subject);
  return written === null || (does !== null && !WRITES.has(does)) ? null : tableKey(written.text);
}

function hintOf(account: AccountId, rowKey: string, { time, operation, application, objectId }: ChangeHint): Hint {
  return {
    partitionKey: tableKey(account.text),
    rowKey,
    time,
    ...(operation === null ? {} : { operation }),
    ...(application === null ? {} : { application }),
    ...(objectId === null ? {} : { objectId }),
  };
}

const ChangeRow = z
  .object({
    time: z.coerce.date(),
    application: z.string().nullable().default(null),
    objectId: z.string().nullable().default(null),
  })
  .transform(({ time, application, objectId }): LastChange => ({ time, application, objectId }));

/** Who last changed an account and its pools. Never throws for what another look may read: it is unknown. */
export async function lastChangesIn(
  hints: Pick<Hints, 'listEntities'>,
  accountId: string,
  abortSignal: AbortSignal,
): Promise<LastChanges> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  try {
    const rows = await Array.fromAsync(hints.listEntities({ queryOptions: { filter }, abortSignal }));
    return { known: new Map(rows.map((row) => [idOfKey(row.rowKey ?? ''), changeOf(row)])) };
  } catch (error) {
    if (abortSignal.aborted || !isRestError(error)) throw error;
    return { unknown: notRead(error) };
  }
}

function changeOf(row: unknown): Reading<LastChange> {
  const { data } = ChangeRow.safeParse(row);
  return data === undefined ? { unknown: unreadable('its row in the table hints is none') } : { known: data };
}

/** Of one look. */
const MOST_FORGOTTEN = 1000;
const AT_ONCE = 20;

/** Deletes what is remembered of the changes of pools that are gone, unless an event told of one meanwhile. */
export async function forgetChanges(
  hints: Pick<Hints, 'listEntities' | 'deleteEntity'>,
  accountId: string,
  pools: readonly string[],
  now: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  const keys = new Set(pools.map(tableKey));
  const rows = await Array.fromAsync(hints.listEntities({ queryOptions: { filter }, abortSignal }));
  const gone = rows.filter((row) => {
    const { data } = Row.safeParse(row);
    return keys.has(row.rowKey ?? '') && (data === undefined || isOldChange(data.time, now));
  });
  for (let start = 0; start < Math.min(gone.length, MOST_FORGOTTEN); start += AT_ONCE)
    await Promise.all(gone.slice(start, start + AT_ONCE).map(forget));

  async function forget({ partitionKey = '', rowKey = '', etag }: (typeof rows)[number]): Promise<void> {
    await hints.deleteEntity(partitionKey, rowKey, { etag, abortSignal }).catch((error: unknown) => {
      if (!isConflict(error) && !isNotFound(error)) throw error;
    });
  }
}

interface Hint {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly time: Date;
}

/** Events come in any order: an older one never replaces a newer, as long as that is not ahead of now. @throws Error when it could not be kept */
async function putNewer(hints: Hints, hint: Hint, now: Date): Promise<void> {
  const isKept = await changing(async () => {
    const before = await read(hints, hint, Row);
    if (before === null) await hints.createEntity(hint);
    else if (before.row === null || before.row.time < hint.time || !isPast(before.row.time, now))
      await hints.updateEntity(hint, 'Replace', { etag: before.etag });
  });
  if (!isKept) throw new Error('Too many others changed the same row of the table hints.');
}

/** When the resource was last changed, as far as an event told it; null where none did. */
export async function lastChangeOf(hints: Hints, account: AccountId, resourceId: string): Promise<Date | null> {
  const key = { partitionKey: tableKey(account.text), rowKey: tableKey(resourceId) };
  return (await read(hints, key, Row))?.row?.time ?? null;
}
