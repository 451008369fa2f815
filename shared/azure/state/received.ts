import { isRestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { isPast } from '../../core/model/believed.ts';
import { notShown, type Reading } from '../../core/model/reading.ts';
import { idKey, parseAccountId } from '../../core/model/resource-id.ts';
import { after, DAY, latest } from '../../core/model/time.ts';
import { changing, type Hints, notRead, read } from './hint-rows.ts';

/** `since` is new: what stood in `first` was told by events, and may be of any year. */
const Span = z.object({ since: z.coerce.date().optional().catch(undefined), last: z.coerce.date() });

/** @param subscription in lower case */
function keyOf(subscription: string) {
  return { partitionKey: subscription, rowKey: 'received' };
}

/** When the first and the last event of a burst were received of a subscription. */
export interface Received {
  readonly subscription: string;
  readonly first: Date;
  readonly last: Date;
}

export function joined(one: Received, other: Received): Received {
  const first = one.first < other.first ? one.first : other.first;
  return { ...one, first, last: latest(one.last, other.last) ?? one.last };
}

/** Longer without any event of a subscription, it is not known whether they are delivered at all. */
const LONGEST_SILENCE = 7 * DAY;

export async function noteReceived(hints: Hints, { subscription, first, last }: Received): Promise<void> {
  const key = keyOf(subscription);
  await changing(async () => {
    const before = await read(hints, key, Span);
    if (before === null) await hints.createEntity({ ...key, since: first, last });
    else {
      // Rows ahead of now are not believed; and whether events were lost in a long silence nobody knows.
      const kept =
        before.row !== null && first <= after(before.row.last, LONGEST_SILENCE) ? before.row.since : undefined;
      const since = kept !== undefined && isPast(kept, last) ? kept : first;
      const isNewer =
        before.row === null || before.row.since !== since || !isPast(before.row.last, last) || before.row.last < last;
      if (isNewer) await hints.updateEntity({ ...key, since, last }, 'Replace', { etag: before.etag });
    }
  });
}

/** Since when events of the account's subscription are received without a long silence; null where none was. Never throws for what another look may read. */
export async function receivedSince(
  hints: Pick<Hints, 'getEntity'>,
  accountId: string,
  now: Date,
  abortSignal: AbortSignal,
): Promise<Reading<Date | null>> {
  const subscription = parseAccountId(accountId)?.subscription ?? '';
  try {
    const { since = null, last = null } = (await receivedOf(hints, subscription, abortSignal)) ?? {};
    if (last === null || now <= after(last, LONGEST_SILENCE)) return { known: since };
    return { unknown: notShown('no event of its subscription was received for 7 days: they may not be delivered') };
  } catch (error) {
    if (abortSignal.aborted || !isRestError(error)) throw error;
    return { unknown: notRead(error) };
  }
}

/** Since when events of the subscription are received, and when the last one was; null where none was. */
export async function receivedOf(
  hints: Pick<Hints, 'getEntity'>,
  subscription: string,
  abortSignal?: AbortSignal,
): Promise<z.infer<typeof Span> | null> {
  return (await read(hints, keyOf(idKey(subscription)), Span, abortSignal))?.row ?? null;
}
