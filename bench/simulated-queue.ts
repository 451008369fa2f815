import { setTimeout as sleep } from 'node:timers/promises';
import { readQueueOptions } from '../local/host/options.ts';
import { SECOND } from '../shared/core/model/time.ts';

const { batchSize, newBatchThreshold, pollingIntervalMs } = await readQueueOptions();
const SHORTEST_PAUSE = 0.1 * SECOND;

interface Message {
  readonly text: string;
  readonly visibleAt: number;
}

/** Messages that one instance works on at once. */
export const SLOTS = batchSize + newBatchThreshold;

interface SimulatedQueue {
  sendMessage(text: string, options: { visibilityTimeout: number }): Promise<void>;
  createIfNotExists(): Promise<void>;
  /** The messages that are visible, the first that became so before others. */
  take(most: number): readonly string[];
}

export function simulatedQueue(): SimulatedQueue {
  const messages: Message[] = [];
  return {
    createIfNotExists: async () => {},
    async sendMessage(text, { visibilityTimeout }) {
      const visibleAt = Date.now() + visibilityTimeout * SECOND;
      const place = messages.findLastIndex((message) => message.visibleAt <= visibleAt);
      messages.splice(place + 1, 0, { text, visibleAt });
    },
    take(most) {
      const visible = messages.findIndex(({ visibleAt }) => visibleAt > Date.now());
      return messages.splice(0, Math.min(most, visible === -1 ? messages.length : visible)).map(({ text }) => text);
    },
  };
}

/** One instance of the host: it takes a batch when its last is done, and asks an empty queue ever more seldom. */
export async function readQueue(queue: SimulatedQueue, work: (text: string) => Promise<void>): Promise<never> {
  const running = new Set<Promise<void>>();
  let pause = SHORTEST_PAUSE;
  for (;;) {
    if (running.size > newBatchThreshold) {
      await Promise.race(running);
      continue;
    }
    const batch = queue.take(batchSize);
    for (const text of batch) {
      const one = work(text).finally(() => running.delete(one));
      running.add(one);
    }
    if (batch.length === 0) await sleep(pause);
    pause = batch.length === 0 ? Math.min(pause * 2, pollingIntervalMs) : SHORTEST_PAUSE;
  }
}
