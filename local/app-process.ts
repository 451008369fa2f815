import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { QueueOptions } from './host/options.ts';

export interface Order {
  /** PEM: what the process trusts. */
  readonly certificates: readonly string[];
  /** The URL of the queue service. */
  readonly queues: string;
  /** What differs from host.json. */
  readonly options: Partial<QueueOptions>;
}

/** The app in a process of its own, which can be killed at any moment. */
export interface AppProcess {
  /** For events of Event Grid. */
  readonly url: string;
  sweep(): Promise<void>;
  /** By SIGKILL. */
  kill(): Promise<void>;
}

/** @param environment what differs from ours @param log a file descriptor, to which it appends what it logs */
export async function startApp(
  order: Order,
  environment: Readonly<Record<string, string>>,
  log: number,
): Promise<AppProcess> {
  const child = fork(new URL('app-child.ts', import.meta.url), {
    execArgv: [],
    env: { ...process.env, ...environment, NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit', log, 'ipc'],
  });
  const exited = once(child, 'exit');
  const failed = exited.then(() => {
    throw new Error('The app ended before it was ready.');
  });
  failed.catch(() => {});
  child.send(order);
  const [url]: unknown[] = await Promise.race([once(child, 'message'), failed]);
  return {
    url: String(url),
    async sweep() {
      child.send('sweep');
      await once(child, 'message');
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
