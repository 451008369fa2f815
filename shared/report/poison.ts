import type { QueueState } from './status-report.ts';

/** Whether it has what the app gave up. */
export function isPoison(queue: string): boolean {
  return queue.endsWith('-poison');
}

/** Those that have something. */
export function poisonedIn(queues: readonly QueueState[]): QueueState[] {
  return queues.filter(({ queue, messages }) => isPoison(queue) && messages !== null && messages > 0);
}
