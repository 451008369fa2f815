import type { BatchManagementClient } from '@azure/arm-batch';
import type { TokenCredential } from '@azure/core-auth';
import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { ArmId } from '../../core/model/arm-id.ts';
import { openedOnce } from '../../core/model/opened-once.ts';
import { patientClient } from '../http/patient-client.ts';
import { retryAfter } from '../http/retry-after.ts';
import { Secret } from '../key-vault/secret.ts';
import type { ArmAnswer } from './arm-answer.ts';
import { ArmError } from './arm-error.ts';
import { armPacePolicy } from './arm-pace.ts';
import { armRetryPolicy } from './arm-retry.ts';

/**
 * The newest that we know: an older one hides what a write, which replaces whole objects, would then delete.
 * https://learn.microsoft.com/azure/templates/microsoft.batch/change-log/batchaccounts/pools
 */
export const BATCH_API = '2025-06-01';

/** Azure Resource Manager for one look: raw JSON over the Batch client's pipeline. */
export interface Arm {
  /** @throws ArmError */
  get(path: ArmId, query?: Query): Promise<ArmAnswer>;
  /** The items of each page of a list. @throws ArmError */
  pages(path: ArmId, query?: Query): AsyncIterable<readonly unknown[]>;
  /** Sent once, never repeated by itself: the answer, whatever its status. @throws RestError when there is none */
  patch(path: ArmId, body: object, etag: string | null): Promise<ArmAnswer>;
}

interface Query {
  /** Of another provider than Batch. */
  readonly apiVersion?: string;
  readonly filter?: string;
}

export interface ArmClient {
  /** Opened at the first call, so that a function that asks ARM nothing does not load the Batch client. */
  readonly pipeline: () => Promise<Pipeline>;
  readonly endpoint: string;
}

type Pipeline = Pick<BatchManagementClient, 'sendRequest'>;

interface ArmClientOptions {
  /** From 0 up to 1, for waits. */
  readonly random?: () => number;
  readonly httpClient?: HttpClient;
}

/** @param endpoint for sovereign clouds and the local Azure; https, without a slash at its end */
export function armClient(credential: TokenCredential, endpoint: string, options: ArmClientOptions = {}): ArmClient {
  return { pipeline: openedOnce(() => openPipeline(credential, endpoint, options)), endpoint };
}

async function openPipeline(
  credential: TokenCredential,
  endpoint: string,
  { random = Math.random, httpClient = patientClient() }: ArmClientOptions,
): Promise<Pipeline> {
  const { BatchManagementClient } = await import('@azure/arm-batch');
  // The pipeline is the same for every subscription: ids carry theirs.
  const client = new BatchManagementClient(credential, 'none', { endpoint, httpClient });
  client.pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  // It would parse each body, which is parsed here.
  client.pipeline.removePolicy({ name: 'deserializationPolicy' });
  client.pipeline.addPolicy(armRetryPolicy(random), { phase: 'Retry' });
  client.pipeline.addPolicy(armPacePolicy(random), { afterPhase: 'Retry' });
  return client;
}

/** Batch shows 1000 pools on one. https://learn.microsoft.com/rest/api/batchmanagement/pool/list-by-batch-account */
const MOST_PAGES = 1000;

const Page = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

/** Every call carries the look's correlation id and ends when the look is stopped. */
export function armFor(client: ArmClient, correlationId: string, signal: AbortSignal): Arm {
  async function send(
    method: 'GET' | 'PATCH',
    url: string,
    body: object | null,
    etag: string | null,
  ): Promise<ArmAnswer> {
    const headers = createHttpHeaders({ accept: 'application/json', 'x-ms-correlation-request-id': correlationId });
    if (body !== null) headers.set('content-type', 'application/json');
    if (etag !== null) headers.set('if-match', etag);
    const request = createPipelineRequest({ url, method, headers, abortSignal: signal });
    if (body !== null) request.body = Secret.jsonOf(body);
    const pipeline = await client.pipeline();
    const response = await pipeline.sendRequest(request);
    return {
      status: response.status,
      body: json(response.bodyAsText ?? ''),
      retryAfter: retryAfter(response),
      ...dateOf(response.headers.get('date')),
    };
  }

  async function get(url: string): Promise<ArmAnswer> {
    const answer = await send('GET', url, null, null);
    if (answer.status !== 200) throw new ArmError(answer);
    if (answer.body === undefined) throw new ArmError(answer, 'the answer is not JSON');
    return answer;
  }

  function at(path: ArmId, { apiVersion = BATCH_API, filter }: Query = {}): string {
    const filtered = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
    return `${client.endpoint}${path}?api-version=${apiVersion}${filtered}`;
  }

  return {
    get: (path, query) => get(at(path, query)),
    patch: (path, body, etag) => send('PATCH', at(path), body, etag),
    async *pages(path, query) {
      const read = new Set<string>();
      for (let url: string | null = at(path, query); url !== null; ) {
        read.add(url);
        const answer = await get(url);
        const page = Page.safeParse(answer.body);
        if (!page.success) throw new ArmError(answer, 'the answer is not a page of a list');
        yield page.data.value;
        url = page.data.nextLink || null;
        // A token is sent with the next request: only to where the first went.
        if (url !== null && URL.parse(url)?.origin !== new URL(client.endpoint).origin) {
          throw new ArmError(answer, 'the next page is at another host');
        }
        if (url !== null && read.has(url)) throw new ArmError(answer, 'the next page was read already');
        if (url !== null && read.size === MOST_PAGES)
          throw new ArmError(answer, `it has more than ${MOST_PAGES} pages`);
      }
    },
  };
}

function dateOf(header: string | undefined): { readonly date?: Date } {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? {} : { date: new Date(time) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
