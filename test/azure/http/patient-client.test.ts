import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
  RestError,
} from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import { inVirtualTime } from '../../../bench/virtual-time.ts';
import { armClient, armFor } from '../../../shared/azure/arm/arm.ts';
import { briefClient, patientClient, patientPolicy } from '../../../shared/azure/http/patient-client.ts';
import { armId } from '../../support/arm-id.ts';
import { ACCOUNT_ID } from '../../support/snapshots.ts';

const URL = 'https://management.azure.com/x';
const never = new AbortController().signal;
const TOKEN = { getToken: async () => ({ token: 'x', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

/** Answers nothing, ever, and minds no signal. */
function hanging(sent: PipelineRequest[] = []): HttpClient {
  return {
    sendRequest(request) {
      sent.push(request);
      return new Promise(() => undefined);
    },
  };
}

function answering(headers: Readonly<Record<string, string>>, status = 429): HttpClient {
  return { sendRequest: async (request) => ({ request, status, headers: createHttpHeaders(headers) }) };
}

describe('5: an answer that does not come', () => {
  test.each([
    ['GET', 30],
    ['HEAD', 30],
    ['PATCH', 60],
    ['PUT', 60],
  ] as const)(
    'to a %s is waited for no longer than %i seconds, and the request is given up',
    async (method, seconds) => {
      const sent: PipelineRequest[] = [];
      let failure: unknown;
      let given: PipelineRequest['abortSignal'];
      const inner: HttpClient = {
        sendRequest(request) {
          given = request.abortSignal;
          return hanging(sent).sendRequest(request);
        },
      };
      await inVirtualTime(async () => {
        const request = createPipelineRequest({ url: URL, method });
        failure = await patientClient(inner)
          .sendRequest(request)
          .catch((error: unknown) => error);
      });
      expect(failure).toBeInstanceOf(RestError);
      expect(failure).toMatchObject({ code: 'ETIMEDOUT', message: `no answer came within ${seconds} seconds` });
      expect([sent.length, given?.aborted]).toEqual([1, true]);
    },
  );

  test('of Resource Manager ends the read after some tries, and a write at once', async () => {
    const sent: PipelineRequest[] = [];
    const client = armClient(TOKEN, 'https://management.azure.com', {
      random: () => 0,
      httpClient: patientClient(hanging(sent)),
    });
    await client.pipeline(); // it loads in real time
    const arm = armFor(client, 'look', never);
    const failures: unknown[] = [];
    await inVirtualTime(async () => {
      failures.push(await arm.get(armId(ACCOUNT_ID)).catch((error: unknown) => error));
      failures.push(await arm.patch(armId(ACCOUNT_ID), {}, null).catch((error: unknown) => error));
    });
    expect(failures).toMatchObject([{ code: 'ETIMEDOUT' }, { code: 'ETIMEDOUT' }]);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET', 'GET', 'PATCH']);
  });

  test('of blobs and queues ends all their tries', async () => {
    let failure: unknown;
    await inVirtualTime(async () => {
      const request = { method: 'GET', abortSignal: undefined };
      const policy = patientPolicy.create({ sendRequest: () => new Promise(() => undefined) }, OPTIONS);
      failure = await policy.sendRequest(Object(request)).catch((error: unknown) => error);
    });
    expect(failure).toMatchObject({ code: 'ETIMEDOUT' });
  });

  test('is given up with the look', async () => {
    const stop = new AbortController();
    const inner: HttpClient = {
      sendRequest: ({ abortSignal }) =>
        new Promise((_, reject) => abortSignal?.addEventListener('abort', () => reject(new Error('stopped')))),
    };
    const answer = patientClient(inner).sendRequest(createPipelineRequest({ url: URL, abortSignal: stop.signal }));
    stop.abort();
    await expect(answer).rejects.toThrow('stopped');
  });
});

const OPTIONS = { log: () => {}, shouldLog: () => false };

describe('5: Retry-After', () => {
  test.each([
    [{ 'retry-after': '86400' }, '30'],
    [{ 'retry-after': '1e999' }, '30'],
    [{ 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }, '30'],
    [{ 'x-ms-retry-after-ms': '31000' }, '30'],
    [{ 'retry-after': '12' }, '12'],
    [{}, undefined],
  ])('%j is to a client that waits by itself %j', async (headers, seconds) => {
    const answer = await briefClient(answering(headers)).sendRequest(createPipelineRequest({ url: URL }));
    expect([answer.headers.get('retry-after'), answer.headers.get('x-ms-retry-after-ms')]).toEqual([
      seconds,
      undefined,
    ]);
  });

  test.each(['1e999', '999999999999', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
    'of Resource Manager is a day at most: %s',
    async (text) => {
      const httpClient = answering({ 'retry-after': text });
      const arm = armFor(armClient(TOKEN, 'https://management.azure.com', { httpClient }), 'look', never);
      expect(await arm.patch(armId(ACCOUNT_ID), {}, null)).toMatchObject({ status: 429, retryAfter: 86_400_000 });
    },
  );
});
