import { setTimeout as sleep } from 'node:timers/promises';
import { isRestError } from '@azure/core-rest-pipeline';
import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { textOf } from './invoke.ts';
import type { QueueOptions } from './options.ts';

export interface QueueTrigger {
  /** The queue that is read. */
  queue: QueueClient;
  /** Where messages end that failed too often; null for a poison queue, which has none. */
  poison: QueueClient | null;
  options: QueueOptions;
  invoke: (message: DequeuedMessageItem) => Promise<void>;
  /** Runs a message's whole life as counted work. */
  track: (work: () => Promise<void>) => Promise<void>;
  warn: (message: string) => void;
}

/** Reads the queue until `signal` aborts, then waits for the messages in hand. */
export async function readQueue(trigger: QueueTrigger, signal: AbortSignal): Promise<void> {
  const { queue, options } = trigger;
  const running = new Set<Promise<void>>();
  const shortest = Math.min(100, options.pollingIntervalMs);
  // Nobody waits for what comes into a poison queue.
  const longest = options.pollingIntervalMs * (trigger.poison === null ? 5 : 1);
  let pause = shortest;
  while (!signal.aborted) {
    if (running.size > options.newBatchThreshold) {
      await Promise.race(running);
      continue;
    }
    const messages = await receive(trigger, queue);
    for (const message of messages) {
      const work = trigger.track(() => settle(trigger, message)).finally(() => running.delete(work));
      running.add(work);
    }
    if (messages.length > 0) {
      pause = shortest;
    } else {
      await sleep(pause, undefined, { signal }).catch(() => {});
      pause = Math.min(pause * 2, longest);
    }
  }
  await Promise.all(running);
}

/** The next batch. A queue that is not there is an empty one; one that cannot be read is tried again. */
async function receive({ options, warn }: QueueTrigger, queue: QueueClient): Promise<DequeuedMessageItem[]> {
  try {
    const answer = await queue.receiveMessages({
      numberOfMessages: options.batchSize,
      visibilityTimeout: options.holdSeconds,
    });
    return answer.receivedMessageItems;
  } catch (error) {
    if (!isMissing(error)) warn(`${queue.name} cannot be read: ${textOf(error)}`);
    return [];
  }
}

/** Runs the function on the message, then deletes, moves or releases it. */
async function settle(trigger: QueueTrigger, message: DequeuedMessageItem): Promise<void> {
  const { queue, poison, options } = trigger;
  const hold = keepHidden(trigger, message);
  let succeeded = false;
  // A process that died over it never got to count its failure.
  if (poison === null || message.dequeueCount <= options.maxDequeueCount) {
    succeeded = await trigger.invoke(message).then(
      () => true,
      () => false,
    );
  }
  const popReceipt = await hold.release();
  try {
    if (succeeded) {
      await queue.deleteMessage(message.messageId, popReceipt);
    } else if (poison !== null && message.dequeueCount >= options.maxDequeueCount) {
      trigger.warn(`Message ${message.messageId} failed ${message.dequeueCount} times: moved to ${poison.name}.`);
      await poison.createIfNotExists();
      await poison.sendMessage(message.messageText);
      await queue.deleteMessage(message.messageId, popReceipt);
    } else if (poison !== null) {
      await queue.updateMessage(message.messageId, popReceipt, undefined, options.visibilityTimeoutSeconds);
    }
    // What failed in a poison queue stays hidden until its hold ends: nothing loops fast, nothing is lost.
  } catch (error) {
    if (!isMissing(error)) trigger.warn(`Message ${message.messageId} could not be completed: ${textOf(error)}`);
  }
}

/** Hides the message anew each time half of its hold is over; `release` ends that and gives the last receipt. */
function keepHidden({ queue, options, warn }: QueueTrigger, message: DequeuedMessageItem) {
  let popReceipt = message.popReceipt;
  let renewal = Promise.resolve();
  const timer = setInterval(() => {
    renewal = renewal
      .then(() => queue.updateMessage(message.messageId, popReceipt, undefined, options.holdSeconds))
      .then((answer) => {
        popReceipt = answer.popReceipt ?? popReceipt;
      })
      .catch((error: unknown) => warn(`Message ${message.messageId} could not be kept hidden: ${textOf(error)}`));
  }, options.holdSeconds * 500);
  return {
    async release(): Promise<string> {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}

function isMissing(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 404;
}
