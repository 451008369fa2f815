import { createHttpHeaders, createPipelineRequest, type PipelinePolicy } from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import { inVirtualTime } from '../../bench/virtual-time.ts';
import { estate } from '../../local/estate/estate.ts';
import type { Arm } from '../../shared/azure/arm/arm.ts';
import { ArmError } from '../../shared/azure/arm/arm-error.ts';
import { armPacePolicy } from '../../shared/azure/arm/arm-pace.ts';
import { armRetryPolicy } from '../../shared/azure/arm/arm-retry.ts';
import { observe } from '../../shared/azure/observe.ts';

const BATCH =
  'https://management.azure.com/subscriptions/one/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/a';
const READS = 'x-ms-ratelimit-remaining-subscription-reads';

type Headers = Readonly<Record<string, string>>;

interface Call {
  readonly url?: string;
  readonly method?: 'GET' | 'PATCH';
  /** Of the answers, one after the other; the last stays. */
  readonly answers: readonly (readonly [number, Headers])[];
  readonly signal?: AbortSignal;
}

/** Milliseconds that one call takes under a policy; answers cost none. */
function timeOf(policy: PipelinePolicy, { url = BATCH, method = 'GET', answers, signal }: Call): Promise<number> {
  let sent = 0;
  return inVirtualTime(async () => {
    const request = createPipelineRequest({ url, method, ...(signal && { abortSignal: signal }) });
    await policy.sendRequest(request, async () => {
      const [status, headers] = answers[Math.min(sent++, answers.length - 1)] ?? [200, {}];
      return { request, status, headers: createHttpHeaders(headers) };
    });
  });
}

describe('while few reads are left', () => {
  /** How long the next read waits when the last answer said so. */
  async function waitAfter(headers: Headers, next: Partial<Call> = {}, random = 0): Promise<number> {
    const policy = armPacePolicy(() => random);
    const answers = [[200, headers]] as const;
    expect(await timeOf(policy, { answers })).toBeLessThan(100);
    return timeOf(policy, { answers, ...next });
  }

  test.each([
    ['none', { [READS]: '0' }, 8000],
    ['30', { [READS]: '30' }, 4800],
    ['30 of all principals', { [READS]: '200', 'x-ms-ratelimit-remaining-subscription-global-reads': '30' }, 4800],
    ['5 of the provider', { 'x-ms-ratelimit-remaining-subscription-resource-requests': '5' }, 4000],
    ['5 of its lists', { 'x-ms-ratelimit-remaining-subscription-resource-entities-read': '5' }, 4000],
  ])('%s: the next waits', async (_name, headers, expected) => {
    expect(await waitAfter(headers)).toBeGreaterThan(expected - 200);
    expect(await waitAfter(headers)).toBeLessThan(expected + 200);
    expect(await waitAfter(headers, {}, 0.999)).toBeGreaterThan(2 * expected - 400);
  });

  test.each([
    ['75 or more', { [READS]: '75' }],
    ['nobody says how many', {}],
    ['what is said is no count', { [READS]: 'Microsoft.Compute/GetVMScaleSet3Min;0' }],
    ['what is said is negative', { [READS]: '-1' }],
    ['what is said is empty', { [READS]: '' }],
    ['few are left of something else', { 'x-ms-ratelimit-remaining-subscription-writes': '0' }],
  ])('%s: it does not wait', async (_name, headers) => {
    expect(await waitAfter(headers)).toBeLessThan(100);
  });

  test('writes, other subscriptions and other providers do not wait', async () => {
    const none = { [READS]: '0' };
    expect(await waitAfter(none, { method: 'PATCH' })).toBeLessThan(100);
    expect(await waitAfter(none, { url: BATCH.replace('one', 'two') })).toBeLessThan(100);
    expect(await waitAfter(none, { url: BATCH.replace('Batch', 'Insights') })).toBeLessThan(100);
    expect(await waitAfter(none, { url: `${BATCH.replace('one', 'ONE')}/pools?x=/providers/other` })).toBeGreaterThan(
      7000,
    );
  });

  test('a look that is stopped does not wait to the end', async () => {
    const stopped = waitAfter({ [READS]: '0' }, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(/abort/i);
  });
});

describe('a refused read', () => {
  const answers = [
    [429, { 'retry-after': '10' }],
    [200, {}],
  ] as const;

  test('is tried again when Azure said, or by chance a little later', async () => {
    const times = [];
    for (const random of [0, 0.5, 0.999])
      times.push(
        await timeOf(
          armRetryPolicy(() => random),
          { answers },
        ),
      );
    expect(times.map((time) => Math.round(time / 100) / 10)).toEqual([10, 12.5, 15]);
  });
});

describe('what could not be read beside accounts and pools', () => {
  const { accounts } = estate();
  const [account] = accounts;
  const now = new Date('2026-11-22T12:00:00Z');

  /** Seconds after which it may be asked for again; null when no time is told. */
  async function secondsAfter(status: number, retryAfter: number | null, random = 0): Promise<number | null> {
    const arm: Arm = {
      get: async () => ({ status: 200, body: account, retryAfter: null }),
      async *pages(path) {
        if (path.endsWith('/diagnosticSettings')) throw new ArmError({ status, body: {}, retryAfter });
        yield [];
      },
      patch: () => Promise.reject(new TypeError('nothing is written')),
    };
    const id = String(account?.['id']);
    const needed = () => new Set(['diagnosticSettings'] as const);
    const snapshot = await observe(
      arm,
      id,
      () => now,
      needed,
      () => random,
    );
    if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
    expect(snapshot.complete).toBe(true);
    expect(snapshot.facets.diagnosticSettings).toMatchObject({ unknown: { code: 'reading-failed' } });
    return snapshot.facetsFrom === undefined ? null : (snapshot.facetsFrom.getTime() - now.getTime()) / 1000;
  }

  test.each([
    ['when Azure says', 429, 90_000, 0, 90],
    ['by chance a little later', 429, 90_000, 0.5, 112.5],
    ['after a minute when it does not say', 429, null, 0, 60],
    ['not at once', 429, 1000, 0, 30],
    ['within about a day', 429, 1e12, 0.999, 86_400 + 299.7],
    ['from a busy service too', 503, 90_000, 0, 90],
    ['at no certain time when it was refused for good', 403, null, 0, null],
  ])('is asked for again %s', async (_name, status, retryAfter, random, expected) => {
    expect(await secondsAfter(status, retryAfter, random)).toBe(expected);
  });
});
