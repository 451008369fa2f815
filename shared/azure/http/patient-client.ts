import { createDefaultHttpClient, type HttpClient, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';
import type { RequestPolicyFactory } from '@azure/storage-queue';
import { SECOND } from '../../core/model/time.ts';
import { retryAfter } from './retry-after.ts';

/** How long a request may take, in milliseconds, from its start to the end of its answer. */
const READS = 30 * SECOND;
/** What changes something may take longer: to give it up leaves open what became of it. */
const OTHERS = 60 * SECOND;

/** What is known of a request, whichever of Azure's libraries makes it. */
interface Request {
  readonly method: string;
  abortSignal?: PipelineRequest['abortSignal'] | undefined;
}

/**
 * Sends a request; an answer that does not come in time is a failure of the connection, and the request is given up. Of an
 * answer that is read as a stream, only its beginning counts.
 * @param failure what the error is to carry, by which policies that repeat know what to repeat
 * @throws RestError with the code `ETIMEDOUT`
 */
async function inTime<Answer extends { readonly readableStreamBody?: unknown }>(
  request: Request,
  send: () => Promise<Answer>,
  failure: { readonly request?: PipelineRequest } = {},
): Promise<Answer> {
  const patience = request.method === 'GET' || request.method === 'HEAD' ? READS : OTHERS;
  const { abortSignal } = request;
  const stop = new AbortController();
  const stopToo = () => stop.abort();
  if (abortSignal?.aborted) stop.abort();
  abortSignal?.addEventListener('abort', stopToo);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new RestError(`no answer came within ${patience / SECOND} seconds`, { code: 'ETIMEDOUT', ...failure }));
    stop.abort();
  }, patience);
  request.abortSignal = stop.signal;
  let isStream = false;
  try {
    // A client may ignore the signal: who waits is free in any case.
    const answer = await Promise.race([send(), late.promise]);
    isStream = answer.readableStreamBody !== undefined;
    return answer;
  } finally {
    clearTimeout(timer);
    // What is read as a stream is still stopped with the look.
    if (!isStream) abortSignal?.removeEventListener('abort', stopToo);
    request.abortSignal = abortSignal;
  }
}

/** For the clients of Resource Manager, tables, tokens and Event Grid: of each try, which their own policies repeat a few times. */
export function patientClient(inner: HttpClient = createDefaultHttpClient()): HttpClient {
  return { sendRequest: (request) => inTime(request, () => inner.sendRequest(request), { request }) };
}

/** For the clients of blobs and queues: of all tries together, with the waits between them. */
export const patientPolicy: RequestPolicyFactory = {
  create: (next) => ({ sendRequest: (request) => inTime(request, () => next.sendRequest(request)) }),
};

/** Above this, a client would wait for longer than a run lasts. */
const LONGEST_WAIT = 30 * SECOND;
const IN_MILLISECONDS = ['retry-after-ms', 'x-ms-retry-after-ms'];

/**
 * The same for clients that wait by themselves for as long as they are asked to: to them a longer wait looks like half a
 * minute. Resource Manager's own policy knows better what to do.
 */
export function briefClient(inner: HttpClient = patientClient()): HttpClient {
  return {
    async sendRequest(request) {
      const response = await inner.sendRequest(request);
      const { headers } = response;
      const waits = [retryAfter(response), ...IN_MILLISECONDS.map((name) => Number(headers.get(name)))];
      if (waits.some((wait) => wait !== null && wait > LONGEST_WAIT)) {
        for (const name of IN_MILLISECONDS) headers.delete(name);
        headers.set('retry-after', String(LONGEST_WAIT / SECOND));
      }
      return response;
    },
  };
}
