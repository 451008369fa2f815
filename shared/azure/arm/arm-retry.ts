import { type PipelinePolicy, type RetryInformation, retryPolicy } from '@azure/core-rest-pipeline';
import { SECOND, withJitter } from '../../core/model/time.ts';
import { retryAfter } from '../http/retry-after.ts';

/** Waits up to this are waited within a look. */
export const LONGEST_IN_A_LOOK = 30 * SECOND;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Repeats reads that may pass, a 429 without Retry-After among them, which the SDK's own policy does not. Writes are
 * never repeated here: the write path reads before it repeats.
 */
export function armRetryPolicy(random: () => number): PipelinePolicy {
  function retry({ retryCount, response, responseError }: RetryInformation) {
    const request = response?.request ?? responseError?.request;
    if (request?.method !== 'GET') return { skipStrategy: true };
    if (response && !PASSING.has(response.status)) return { skipStrategy: true };
    const asked = response ? retryAfter(response) : null;
    if (asked === null) return { retryAfterInMs: backoff(retryCount, random) };
    return asked > LONGEST_IN_A_LOOK ? { skipStrategy: true } : { retryAfterInMs: withJitter(asked, random) };
  }
  return retryPolicy([{ name: 'armReads', retry }], { maxRetries: 4 });
}

/** Milliseconds: half a second, doubled each time, with up to as much again by chance. */
export function backoff(retryCount: number, random: () => number): number {
  const base = 0.5 * SECOND * 2 ** retryCount;
  return base * (1 + random());
}
