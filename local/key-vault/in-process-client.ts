import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Answer } from '../azure/exchange.ts';
import { type Serve, textOf } from './exchange.ts';

/** What carries a client's requests to vaults of this process. Nothing else is reached: other names are not found. */
export function inProcessClient(serve: Serve, hasVaultAt: (url: URL) => boolean): HttpClient {
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      if (!hasVaultAt(url)) throw failed(`getaddrinfo ENOTFOUND ${url.hostname}`, 'ENOTFOUND', request);
      const { method, headers, body } = request;
      const authorization = headers.get('authorization');
      const served = serve({ method, url, authorization, body: typeof body === 'string' ? body : '' });
      const answer = await beforeItsEnd(served, request);
      if (answer === null) throw failed('socket hang up', 'ECONNRESET', request);
      return responseOf(request, answer);
    },
  };
}

/** What comes of it, or an AbortError when the request's time is out or it is called off. */
async function beforeItsEnd(
  served: Promise<Answer | null>,
  { timeout, abortSignal }: PipelineRequest,
): Promise<Answer | null> {
  if (timeout <= 0 && abortSignal === undefined) return served;
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(new DOMException('The operation was aborted.', 'AbortError'));
  if (abortSignal?.aborted === true) end();
  abortSignal?.addEventListener('abort', end);
  const timer = timeout > 0 ? setTimeout(end, timeout) : undefined;
  try {
    return await Promise.race([served, promise]);
  } finally {
    clearTimeout(timer);
    abortSignal?.removeEventListener('abort', end);
  }
}

function responseOf(request: PipelineRequest, answer: Answer): PipelineResponse {
  const { status, headers = {} } = answer;
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { request, status, headers: createHttpHeaders({ ...type, ...headers }), bodyAsText: textOf(answer) };
}

function failed(message: string, code: string, request: PipelineRequest): RestError {
  return new RestError(message, { code, request });
}
