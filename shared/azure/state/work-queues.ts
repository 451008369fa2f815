import type { QueueClient } from '@azure/storage-queue';
import { idKey } from '../../core/model/resource-id.ts';
import { SECOND } from '../../core/model/time.ts';
import type { ReconcileMessage, SweepMessage } from '../../messages.ts';
import type { Storage } from './storage.ts';

/** Wishes wait a little, so that a burst of them becomes one look. */
const DEBOUNCE = 10 * SECOND;
/** What found another look in its way waits longer. */
export const RETRY_DELAY = 30 * SECOND;

/** @param delay milliseconds until the message becomes visible */
export async function enqueueLook(
  { reconcile }: Pick<Storage, 'reconcile'>,
  { accountId, since }: ReconcileMessage,
  delay: number = DEBOUNCE,
): Promise<void> {
  await send(reconcile, { accountId: idKey(accountId), since }, delay);
}

export async function enqueueListing(
  { sweep }: Pick<Storage, 'sweep'>,
  message: SweepMessage,
  delay: number,
): Promise<void> {
  await send(sweep, message, delay);
}

/** Base64, which the queue trigger expects and the client does not do. */
async function send(queue: QueueClient, message: object, delay: number): Promise<void> {
  const text = Buffer.from(JSON.stringify(message)).toString('base64');
  await queue.sendMessage(text, { visibilityTimeout: Math.ceil(delay / SECOND), messageTimeToLive: -1 });
}
