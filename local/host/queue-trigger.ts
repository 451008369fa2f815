import type { QueueClient } from '@azure/storage-queue';
import type { Invoke, Log } from './invoke.ts';
import type { AppFunction } from './load.ts';
import type { QueueOptions } from './options.ts';
import type { QueueTrigger } from './queue.ts';
import { decode, triggerMetadata } from './queue-message.ts';
import type { Running } from './running.ts';

interface Parts {
  queueClient: (name: string) => QueueClient;
  options: QueueOptions;
  invoke: Invoke;
  running: Running;
  log: Log;
}

/** What feeds one queue function. */
export function queueTrigger(called: AppFunction, { queueClient, options, invoke, running, log }: Parts): QueueTrigger {
  const { name: functionName } = called;
  const queueName = String(called.trigger['queueName']);
  return {
    queue: queueClient(queueName),
    poison: queueName.endsWith('-poison') ? null : queueClient(`${queueName}-poison`),
    options,
    async invoke(message) {
      const text = decode(message);
      if (text !== null) return invoke(called, { string: text }, triggerMetadata(message, text));
      const complaint = `Message ${message.messageId} is not base64 of text.`;
      log({ functionName, invocationId: null, level: 'error', message: complaint });
      throw new Error(complaint);
    },
    track: (work) => running.track(work),
    warn: (message) => log({ functionName, invocationId: null, level: 'warning', message }),
  };
}
