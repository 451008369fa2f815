import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from '../listen.ts';
import type { TypedData } from './core.ts';

const path = '/runtime/webhooks/eventgrid';
const Handshake = z.object({ data: z.object({ validationCode: z.string() }) });

export interface EventGridListener {
  url(functionName: string): string;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

type Take = (event: TypedData, triggerMetadata: Record<string, TypedData>) => Promise<void>;

/** A function's way to take an event; null for a function that takes none. */
export type FindTake = (functionName: string) => Take | null;

/** The webhook of the Functions extension for Event Grid, on 127.0.0.1 and without the key that guards it in Azure. */
export async function listenToEventGrid(find: FindTake): Promise<EventGridListener> {
  const server = createServer((request, response) => {
    void answer(request, response, find);
  });
  const port = await listen(server);
  return {
    url: (name) => `http://127.0.0.1:${port}${path}?functionName=${encodeURIComponent(name)}`,
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, find: FindTake): Promise<void> {
  const { status, body, headers } = await handle(request, find).catch((error: unknown): Answer => {
    return { status: 500, body: error instanceof Error ? error.message : String(error) };
  });
  // No connection is kept, so that stop() need not wait for one to grow idle.
  response.writeHead(status, { ...headers, Connection: 'close' }).end(body);
}

async function handle(request: IncomingMessage, find: FindTake): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname !== path) return { status: 404 };
  const name = url.searchParams.get('functionName') ?? '';
  const take = find(name);
  if (take === null) return { status: 404, body: `cannot find function: '${name}'` };
  if (request.method === 'OPTIONS') {
    // How CloudEvents asks whether it may deliver here.
    const origin = request.headers['webhook-request-origin'];
    if (typeof origin !== 'string') return { status: 400 };
    return { status: 200, headers: { 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '*' } };
  }
  if (request.method !== 'POST') return { status: 405 };

  const body = parse(await text(request));
  if (typeof body !== 'object' || body === null) return { status: 400, body: 'The body is no JSON object or array.' };
  const events: unknown[] = Array.isArray(body) ? body : [body];
  switch (kindOf(request)) {
    case 'subscriptionvalidation':
      return shakeHands(events);
    case 'notification':
      return deliver(events, take);
    case 'unsubscribe':
      return { status: 202 };
    case undefined:
    default:
      return { status: 400, body: 'The header aeg-event-type is missing or unknown.' };
  }
}

function kindOf({ headers }: IncomingMessage): string | undefined {
  const kind = headers['aeg-event-type'];
  if (typeof kind === 'string') return kind.toLowerCase();
  return headers['content-type']?.startsWith('application/cloudevents') ? 'notification' : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function shakeHands([event]: unknown[]): Answer {
  const handshake = Handshake.safeParse(event);
  if (!handshake.success) return { status: 400, body: 'The handshake has no validation code.' };
  const body = JSON.stringify({ validationResponse: handshake.data.data.validationCode });
  return { status: 200, body, headers: { 'Content-Type': 'application/json' } };
}

/** Each event is one invocation, all at once; one that fails makes Event Grid send the whole batch again. */
async function deliver(events: unknown[], take: Take): Promise<Answer> {
  const outcomes = await Promise.allSettled(
    events.map((event) => take({ json: JSON.stringify(event) }, { data: { json: JSON.stringify(dataOf(event)) } })),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return { status: 202 };
  return { status: 500, body: failed.reason instanceof Error ? failed.reason.message : String(failed.reason) };
}

function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : null;
}
