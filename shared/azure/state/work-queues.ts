import type { QueueClient } from '@azure/storage-queue';
import { idKey, parseAccountId } from '../../core/model/resource-id.ts';
import { DAY, SECOND } from '../../core/model/time.ts';
import type { ReconcileMessage, SweepMessage } from '../../messages.ts';
import type { QueueDepth } from '../../ports.ts';
import { accountKeys } from './account-rows.ts';
import { makingMissing } from './making-missing.ts';
import type { Storage } from './storage.ts';

/**
 * Looks at accounts of one subscription that need not wait for each other. They take about 180 of the 250 reads that
 * Resource Manager allows at once, and leave the rest to what events ask for.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
const AT_ONCE = 30;
const SENT_AT_A_TIME = 32;
/** https://learn.microsoft.com/rest/api/storageservices/put-message */
const LONGEST_DELAY = 7 * DAY;

/** What is asked of a queue's client. */
export interface Queue {
  sendMessage(text: string, options: { visibilityTimeout: number; messageTimeToLive: number }): Promise<unknown>;
  createIfNotExists(): Promise<unknown>;
}

/** How wishes are spread. */
export interface Pace {
  /** Milliseconds that each waits at least. */
  readonly settling: number;
  /** Of one subscription. */
  readonly looksPerSecond: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** @param delay milliseconds until the message becomes visible */
export async function enqueueLook(
  { reconcile }: { readonly reconcile: Queue },
  { accountId, since }: ReconcileMessage,
  delay: number,
): Promise<void> {
  const id = parseAccountId(accountId);
  if (id === null) throw new TypeError(`Not the id of a Batch account: ${accountId}`);
  await send(reconcile, { accountId: idKey(id.text), since }, delay);
}

/** Wishes to look at many accounts: those of one subscription become visible no faster than the pace. */
export async function enqueueLooks(
  queues: { readonly reconcile: Queue },
  accountIds: readonly string[],
  since: Date,
  pace: Pace,
): Promise<void> {
  const looks = [...Map.groupBy(accountIds, (id) => accountKeys(id).partitionKey).values()].flatMap((ids) =>
    ids.map((accountId, place) => ({ accountId, delay: pace.settling + spread(place, pace) })),
  );
  for (let start = 0; start < looks.length; start += SENT_AT_A_TIME) {
    const together = looks.slice(start, start + SENT_AT_A_TIME);
    await Promise.all(together.map(({ accountId, delay }) => enqueueLook(queues, { accountId, since }, delay)));
  }
}

/** Milliseconds: by chance up to a second more, so that what was asked for elsewhere does not keep step. */
function spread(place: number, { looksPerSecond, random }: Pace): number {
  return place < AT_ONCE ? 0 : ((place - AT_ONCE) / looksPerSecond + random()) * SECOND;
}

export async function enqueueListing(
  { sweep }: { readonly sweep: Queue },
  message: SweepMessage,
  delay: number,
): Promise<void> {
  await send(sweep, message, delay);
}

/** How much waits in each queue, and since when. */
export function queueDepths(
  { reconcile, sweep, resourceEvents }: Pick<Storage, 'reconcile' | 'sweep' | 'resourceEvents'>,
  abortSignal: AbortSignal,
): Promise<QueueDepth[]> {
  return Promise.all(
    [reconcile, sweep, resourceEvents].map((queue) =>
      makingMissing(
        () => depthOf(queue, abortSignal),
        () => queue.createIfNotExists({ abortSignal }),
      ),
    ),
  );
}

/** The same of one, which is not made. @throws RestError */
export async function depthOf(queue: QueueClient, abortSignal?: AbortSignal): Promise<QueueDepth> {
  const options = abortSignal === undefined ? {} : { abortSignal };
  const { approximateMessagesCount: messages = 0 } = await queue.getProperties(options);
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 1, ...options });
  return { queue: queue.name, messages, oldest: peekedMessageItems[0]?.insertedOn ?? null };
}

/** Base64, which the queue trigger expects and the client does not do. */
async function send(queue: Queue, message: object, delay: number): Promise<void> {
  const text = Buffer.from(JSON.stringify(message)).toString('base64');
  const visibilityTimeout = Math.ceil(Math.min(delay, LONGEST_DELAY) / SECOND);
  await makingMissing(
    () => queue.sendMessage(text, { visibilityTimeout, messageTimeToLive: -1 }),
    () => queue.createIfNotExists(),
  );
}
