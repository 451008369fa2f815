import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../../../local/certificate.ts';
import { close, listen } from '../../../local/listen.ts';

interface Answer {
  readonly status: number;
  /** What a storage service names the error. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The URL of a storage service that answers each call so, until the test is over. */
export async function answering(
  certificate: Certificate,
  answer: (request: IncomingMessage, body: string) => Answer,
): Promise<string> {
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, code, headers = {}, body = '' } = answer(request, await text(request));
    const error = JSON.stringify({ 'odata.error': { code, message: { value: 'No.' } } });
    const [said, named] = code === undefined ? [body, {}] : [error, { 'x-ms-error-code': code }];
    const length = { 'content-length': Buffer.byteLength(said) };
    response.writeHead(status, { 'content-type': 'application/json', ...length, ...headers, ...named });
    response.end(said);
  }
  const server = createServer(certificate, (request, response) => void respond(request, response));
  const port = await listen(server);
  onTestFinished(() => close(server));
  return `https://127.0.0.1:${port}/account`;
}
