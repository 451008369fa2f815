import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';
import { close, listen } from '../listen.ts';
import { Refusal } from './exchange.ts';
import { Faults } from './faults.ts';
import { readToken } from './identity.ts';
import { parseBody } from './routes.ts';

const PATH = '/api/events';
const AUDIENCE = 'https://eventgrid.azure.net';
/** https://learn.microsoft.com/azure/event-grid/quotas-limits */
const MOST_BYTES = 1024 * 1024;
/** https://learn.microsoft.com/azure/event-grid/post-to-custom-topic */
const API = '2018-01-01';

/** The envelope of CloudEvents 1.0, in JSON; names of attributes are lower-case letters and digits. */
const CloudEvent = z.record(z.string().regex(/^[a-z0-9]+$/), z.unknown()).pipe(
  z.looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().min(1).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.literal('application/json').optional(),
    data: z.unknown(),
  }),
);
type CloudEvent = z.infer<typeof CloudEvent>;

/** A custom topic whose input schema is CloudEvents 1.0. */
export interface Topic {
  /** Where events are posted to. */
  readonly endpoint: string;
  /** The events that it took, a request each. */
  readonly requests: CloudEvent[][];
  readonly faults: Faults;
  stop(): Promise<void>;
}

/** Event Grid's endpoint for publishers, on loopback. It keeps what it takes and delivers it to nobody. */
export async function startTopic({ cert, key }: { cert: string; key: string }): Promise<Topic> {
  const requests: CloudEvent[][] = [];
  const faults = new Faults();
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    const answer = await faults.answer(request.method ?? '', request.url ?? '', () => {
      requests.push(take(request, text));
      return { status: 200 };
    });
    if (answer === null) return void response.destroy();
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
    response
      .writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...answer.headers })
      .end(body);
  }
  const server = createServer({ cert, key }, (request, response) => {
    receive(request, response).catch((error: unknown) => {
      if (!response.destroyed) response.writeHead(500).end(`The local topic itself failed: ${String(error)}`);
    });
  });
  const port = await listen(server);
  return { endpoint: `https://127.0.0.1:${port}${PATH}`, requests, faults, stop: () => close(server) };
}

/** The events of a request. Throws a Refusal for what Event Grid does not take. */
function take({ method, url, headers }: IncomingMessage, text: string): CloudEvent[] {
  const { pathname, searchParams } = new URL(url ?? '/', 'https://127.0.0.1');
  if (method !== 'POST' || pathname !== PATH) throw refused(404, 'NotFound', 'There is no such resource.');
  const token = readToken(headers.authorization, [AUDIENCE]);
  if ('error' in token) throw refused(401, 'Unauthorized', token.error);
  if (searchParams.get('api-version') !== API) throw refused(400, 'BadRequest', 'api-version is unknown.');
  if (Buffer.byteLength(text) > MOST_BYTES) {
    throw refused(413, 'PayloadTooLarge', `The maximum size (${MOST_BYTES}) has been exceeded.`);
  }
  if (headers['content-type']?.startsWith('application/cloudevents-batch+json') !== true) {
    throw refused(400, 'BadRequest', 'This resource takes events in the CloudEvents schema, in batches.');
  }
  const events = z.array(CloudEvent).safeParse(parseBody(text));
  if (!events.success) throw refused(400, 'BadRequest', z.prettifyError(events.error));
  return events.data;
}

function refused(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, body: { error: { code, message, details: [{ code, message }] } } });
}
