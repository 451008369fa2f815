import type { QueueClient } from '@azure/storage-queue';
import { idKey } from '../../core/model/resource-id.ts';
import { SECOND } from '../../core/model/time.ts';
import type { ReconcileMessage, SweepMessage } from '../../messages.ts';
import type { QueueDepth } from '../../ports.ts';
import { makingMissing } from './making-missing.ts';
import type { Storage } from './storage.ts';

/** @param delay milliseconds until the message becomes visible */
export async function enqueueLook(
  { reconcile }: Pick<Storage, 'reconcile'>,
  { accountId, since }: ReconcileMessage,
  delay: number,
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

/** How much waits in each queue, and since when. */
export function queueDepths(
  { reconcile, sweep, resourceEvents }: Pick<Storage, 'reconcile' | 'sweep' | 'resourceEvents'>,
  abortSignal: AbortSignal,
): Promise<QueueDepth[]> {
  return Promise.all(
    [reconcile, sweep, resourceEvents].map(async (queue) => {
      const [{ approximateMessagesCount: messages = 0 }, { peekedMessageItems }] = await makingMissing(
        () =>
          Promise.all([queue.getProperties({ abortSignal }), queue.peekMessages({ numberOfMessages: 1, abortSignal })]),
        () => queue.createIfNotExists({ abortSignal }),
      );
      return { queue: queue.name, messages, oldest: peekedMessageItems[0]?.insertedOn ?? null };
    }),
  );
}

/** Base64, which the queue trigger expects and the client does not do. */
async function send(queue: QueueClient, message: object, delay: number): Promise<void> {
  const text = Buffer.from(JSON.stringify(message)).toString('base64');
  await makingMissing(
    () => queue.sendMessage(text, { visibilityTimeout: Math.ceil(delay / SECOND), messageTimeToLive: -1 }),
    () => queue.createIfNotExists(),
  );
}
