import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, listen } from '../../local/listen.ts';

export interface Order {
  /** PEM. */
  readonly certificate: string;
  /** The URL of the queue service. */
  readonly queues: string;
}

/** Instances of the app, each a process, behind one door for Event Grid. */
export interface Fleet {
  /** For subscriptions to events: each request goes to one of the instances. */
  readonly url: string;
  /** Kills an instance, and starts another in its place. */
  kill(): Promise<void>;
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

interface Instance {
  readonly child: ChildProcess;
  readonly url: string;
}

/** @param log the file to which all append what they log. @param random from 0 up to 1 */
export async function startFleet(
  size: number,
  order: Order,
  environment: Readonly<Record<string, string>>,
  log: string,
  random: () => number,
): Promise<Fleet> {
  const file = openSync(log, 'a');
  const alive = new Set(await Promise.all(Array.from({ length: size }, () => start())));
  const one = () => [...alive][Math.floor(random() * alive.size)];
  const door = createServer((request, response) => {
    void pass(request, response, one()?.url).catch(() => response.writeHead(503).end());
  });
  const port = await listen(door);

  async function start(): Promise<Instance> {
    const child = fork(new URL('instance.ts', import.meta.url), {
      execArgv: [],
      env: { ...process.env, ...environment, NODE_OPTIONS: '' },
      stdio: ['ignore', 'inherit', 'inherit', file, 'ipc'],
    });
    const failed = once(child, 'exit').then(() => {
      throw new Error('An instance ended before it was ready.');
    });
    failed.catch(() => {});
    child.send(order);
    const [url]: unknown[] = await Promise.race([once(child, 'message'), failed]);
    return { child, url: String(url) };
  }

  return {
    url: `http://127.0.0.1:${port}/`,
    async kill() {
      const instance = one();
      if (instance === undefined) return;
      alive.delete(instance);
      await end(instance);
      alive.add(await start());
    },
    async sweep() {
      const [instance] = alive;
      if (instance === undefined) throw new Error('No instance is left.');
      instance.child.send('sweep');
      await once(instance.child, 'message');
    },
    async stop() {
      await close(door);
      await Promise.all([...alive].map(end));
      closeSync(file);
    },
  };
}

async function end({ child }: Instance): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Passes the request on, as the load balancer of a function app does. */
async function pass(request: IncomingMessage, response: ServerResponse, url: string | undefined): Promise<void> {
  const body = await buffer(request);
  if (url === undefined) throw new Error('No instance is there.');
  const { 'content-type': type = '', 'aeg-event-type': kind = '' } = request.headers;
  const headers = { 'content-type': type, 'aeg-event-type': String(kind) };
  const answer = await fetch(url, { method: 'POST', headers, body: Uint8Array.from(body) });
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}
