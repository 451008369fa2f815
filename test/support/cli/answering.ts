import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../../../local/certificate.ts';
import { close, listen } from '../../../local/listen.ts';

interface Answer {
  readonly status: number;
  /** What a storage service names the error. */
  readonly code?: string;
}

/** The URL of a storage service that answers each call so, until the test is over. */
export async function answering(
  certificate: Certificate,
  answer: (request: Pick<IncomingMessage, 'method' | 'url'>) => Answer,
): Promise<string> {
  const server = createServer(certificate, (request, response) => {
    const { status, code } = answer(request);
    request.resume();
    const headers = code === undefined ? {} : { 'x-ms-error-code': code };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(code === undefined ? '' : JSON.stringify({ 'odata.error': { code, message: { value: 'No.' } } }));
  });
  const port = await listen(server);
  onTestFinished(() => close(server));
  return `https://127.0.0.1:${port}/account`;
}
