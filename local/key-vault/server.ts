import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { close, listen } from '../listen.ts';
import { type Serve, textOf } from './exchange.ts';

export interface VaultServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A vault's place on loopback. */
export async function startVaultServer(
  { cert, key }: { readonly cert: string; readonly key: string },
  serve: Serve,
): Promise<VaultServer> {
  const server = createServer({ cert, key }, (request, response) => {
    receive(request, response, serve).catch((error: unknown) => {
      const what = error instanceof Error ? error.message : String(error);
      if (!response.destroyed) response.writeHead(500).end(`The local Key Vault itself failed: ${what}`);
    });
  });
  const port = await listen(server);
  return { url: `https://127.0.0.1:${port}`, stop: () => close(server) };
}

async function receive(request: IncomingMessage, response: ServerResponse, serve: Serve): Promise<void> {
  const body = await readText(request);
  const url = new URL(request.url ?? '/', `https://${request.headers.host ?? ''}`);
  const { authorization } = request.headers;
  const answer = await serve({ method: request.method ?? 'GET', url, authorization, body });
  if (answer === null) return void response.destroy();
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-ms-request-id': randomUUID() };
  response.writeHead(answer.status, { ...headers, ...answer.headers }).end(textOf(answer));
}
