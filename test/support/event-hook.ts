import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { isObject, part } from '../../local/azure/json.ts';

interface Delivery {
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly events: readonly Record<string, unknown>[];
}

/** An endpoint that wants events in both schemas and answers `statuses` in turn, then 200; 0 is no answer. */
export async function startHook() {
  const deliveries: Delivery[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    void readText(request).then((text) => {
      if (request.method === 'OPTIONS')
        return response.writeHead(200, { 'WebHook-Allowed-Origin': 'eventgrid.azure.net' }).end();
      const body: unknown = JSON.parse(text);
      const events = Array.isArray(body) ? body.filter(isObject) : [];
      const type = request.headers['aeg-event-type']?.toString();
      if (type === 'SubscriptionValidation') {
        const { validationCode } = part(events[0], 'data');
        return response.writeHead(200).end(JSON.stringify({ validationResponse: validationCode }));
      }
      deliveries.push({ type, contentType: request.headers['content-type'], events });
      const status = statuses.shift() ?? 200;
      return status === 0 ? undefined : response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The address of a server that listens on TCP.
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/events`, deliveries, statuses, close };
}
