import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** How queue functions are fed; the names are host.json's where it has them. */
export interface QueueOptions {
  batchSize: number;
  newBatchThreshold: number;
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

/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#hostjson-settings */
const Queues = z.strictObject({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  visibilityTimeout: TimeSpan.default(0),
  maxPollingInterval: TimeSpan.default(60),
  // This host reads base64 only.
  messageEncoding: z.literal('base64').default('base64'),
});

/**
 * The Functions host ignores what it does not know: a wrong name would go unnoticed there, so it is refused here.
 * https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
const HostJson = z.strictObject({
  version: z.literal('2.0'),
  functionTimeout: TimeSpan.optional(),
  logging: z
    .strictObject({ logLevel: z.record(z.string(), z.string()), applicationInsights: z.looseObject({}) })
    .partial()
    .optional(),
  extensions: z.strictObject({ queues: Queues.prefault({}) }).prefault({}),
  extensionBundle: z.strictObject({ id: z.string(), version: z.string() }).optional(),
});

/** What the project's host.json says of queues. */
export async function readQueueOptions(): Promise<QueueOptions> {
  return queueOptions(JSON.parse(await readFile(new URL('../../host.json', import.meta.url), 'utf8')));
}

/** What a host.json says of queues. @throws ZodError that names a key which the host does not know */
export function queueOptions(hostJson: unknown): QueueOptions {
  const { queues } = HostJson.parse(hostJson).extensions;
  return {
    batchSize: queues.batchSize,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
    maxDequeueCount: queues.maxDequeueCount,
    visibilityTimeoutSeconds: queues.visibilityTimeout,
    pollingIntervalMs: queues.maxPollingInterval * 1000,
    holdSeconds: 600,
  };
}
