import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { SECOND } from '../../core/model/time.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling#remaining-requests */
const REMAINING_READS = [
  'x-ms-ratelimit-remaining-subscription-reads',
  'x-ms-ratelimit-remaining-subscription-global-reads',
  'x-ms-ratelimit-remaining-subscription-resource-requests',
  'x-ms-ratelimit-remaining-subscription-resource-entities-read',
];
/** So many are left to what else reads, and to what is on its way already. */
const LOW = 50;
const REFILLED_PER_SECOND = 25;

/**
 * Reads wait a little, four seconds at most, while Azure's last answer to such a one says that few are left. Writes never
 * wait: between an account's last read and its write, somebody else could change it.
 */
export function armPacePolicy(random: () => number): PipelinePolicy {
  const told = new Map<string, { readonly remaining: number; readonly at: number }>();

  function waitFor(limited: string): number {
    const last = told.get(limited);
    if (last === undefined) return 0;
    const left = last.remaining + (Math.max(0, Date.now() - last.at) / SECOND) * REFILLED_PER_SECOND;
    return left >= LOW ? 0 : ((LOW - left) / REFILLED_PER_SECOND) * SECOND * (1 + random());
  }

  return {
    name: 'armPace',
    async sendRequest(request, next) {
      const limited = request.method === 'GET' ? limitedTogether(request.url) : null;
      if (limited === null) return next(request);
      const wait = waitFor(limited);
      const { abortSignal } = request;
      if (wait > 0) await sleep(wait, undefined, abortSignal instanceof AbortSignal ? { signal: abortSignal } : {});
      const response = await next(request);
      const remaining = remainingReads(response);
      if (remaining !== null) told.set(limited, { remaining, at: Date.now() });
      return response;
    },
  };
}

/** Subscription and provider, which has limits of its own; null for what is in no subscription. */
function limitedTogether(url: string): string | null {
  const path = /^https:\/\/[^/]+\/subscriptions\/([^/?]+)[^?]*\/providers\/([^/?]+)/i.exec(url);
  return path === null ? null : `${path[1]}/${path[2]}`.toLowerCase();
}

/** The smallest count that an answer tells; null when it tells none. */
function remainingReads({ headers }: PipelineResponse): number | null {
  const counts = REMAINING_READS.map((name) => headers.get(name) ?? '').filter((text) => /^\d{1,9}$/.test(text));
  return counts.length === 0 ? null : Math.min(...counts.map(Number));
}
