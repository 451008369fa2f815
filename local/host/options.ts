import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** How queue functions are fed; the names are host.json's where it has them. */
export interface QueueOptions {
  batchSize: number;
  newBatchSize: number;
  maxDequeueCount: number;
  /** How long a message stays hidden after a failure. */
  visibilityTimeoutSeconds: number;
  /** The longest pause between two polls of an empty queue. */
  pollingIntervalMs: number;
  /** How long a message is hidden while it is worked on; renewed at half. */
  holdSeconds: number;
}

const TimeSpan = z
  .string()
  .regex(/^\d\d:\d\d:\d\d$/)
  .transform((text) => {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
    return (hours * 60 + minutes) * 60 + seconds;
  });

const Queues = z.object({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchSize: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  visibilityTimeout: TimeSpan.default(0),
  maxPollingInterval: TimeSpan.default(60),
  // This host reads base64 only.
  messageEncoding: z.literal('base64').default('base64'),
});

const HostJson = z.object({
  extensions: z.object({ queues: Queues.prefault({}) }).prefault({}),
});

/** What the project's host.json says of queues. */
export async function readQueueOptions(): Promise<QueueOptions> {
  const text = await readFile(new URL('../../host.json', import.meta.url), 'utf8');
  const { queues } = HostJson.parse(JSON.parse(text)).extensions;
  return {
    batchSize: queues.batchSize,
    newBatchSize: queues.newBatchSize ?? Math.floor(queues.batchSize / 2),
    maxDequeueCount: queues.maxDequeueCount,
    visibilityTimeoutSeconds: queues.visibilityTimeout,
    pollingIntervalMs: queues.maxPollingInterval * 1000,
    holdSeconds: 600,
  };
}
