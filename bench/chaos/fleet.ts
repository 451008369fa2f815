import { closeSync, openSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Order, startApp } from '../../local/app-process.ts';
import { close, listen } from '../../local/listen.ts';

/** Instances of the app, each a process, behind one door for Event Grid. */
export interface Fleet {
  /** For subscriptions to events: each request goes to one of the instances. */
  readonly url: string;
  /** Kills an instance, and starts another in its place. */
  kill(): Promise<void>;
  sweep(): Promise<void>;
  stop(): Promise<void>;
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
  const start = () => startApp(order, environment, file);
  const alive = new Set(await Promise.all(Array.from({ length: size }, start)));
  const one = () => [...alive][Math.floor(random() * alive.size)];
  const door = createServer((request, response) => {
    void pass(request, response, one()?.url).catch(() => response.writeHead(503).end());
  });
  const port = await listen(door);

  return {
    url: `http://127.0.0.1:${port}/`,
    async kill() {
      const instance = one();
      if (instance === undefined) return;
      alive.delete(instance);
      await instance.kill();
      alive.add(await start());
    },
    async sweep() {
      const [instance] = alive;
      if (instance === undefined) throw new Error('No instance is left.');
      await instance.sweep();
    },
    async stop() {
      await close(door);
      await Promise.all([...alive].map((instance) => instance.kill()));
      closeSync(file);
    },
  };
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
