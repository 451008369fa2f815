import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { idKey } from '../../core/model/resource-id.ts';
import { SECOND } from '../../core/model/time.ts';

/**
 * What tells how many reads are left, and how many are few: of 250, and of what a provider limits, nobody says to how
 * many. https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling#remaining-requests
 */
const REMAINING_READS = [
  ['x-ms-ratelimit-remaining-subscription-reads', 75],
  ['x-ms-ratelimit-remaining-subscription-global-reads', 75],
  ['x-ms-ratelimit-remaining-subscription-resource-requests', 10],
  ['x-ms-ratelimit-remaining-subscription-resource-entities-read', 10],
] as const;
/** Where none is left; by chance up to twice as long. */
const WAIT_AT_NONE = 8 * SECOND;
/** 25 reads a second come anew. */
const RECOVERY = 3 * SECOND;

/**
 * Reads wait a little while Azure's last answer to such a one says that few are left, the longer the fewer. Writes never
 * wait: between an account's last read and its write, somebody else could change it.
 */
export function armPacePolicy(random: () => number): PipelinePolicy {
  /** How much was lacking, 0 to 1, and when it was told. */
  const told = new Map<string, { readonly lack: number; readonly at: number }>();

  function waitFor(limited: string): number {
    const { lack, at } = told.get(limited) ?? { lack: 0, at: 0 };
    const lacking = lack - (Date.now() - at) / RECOVERY;
    return lacking <= 0 ? 0 : lacking * WAIT_AT_NONE * (1 + random());
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
      const lack = lackIn(response);
      if (lack !== null) told.set(limited, { lack, at: Date.now() });
      return response;
    },
  };
}

/** Subscription and provider, which has limits of its own; null for what is in no subscription. */
function limitedTogether(url: string): string | null {
  const path = /^https:\/\/[^/]+\/subscriptions\/([^/?]+)[^?]*\/providers\/([^/?]+)/i.exec(url);
  return path === null ? null : idKey(`${path[1]}/${path[2]}`);
}

/** 0 where there is enough, 1 where none is left; null where the answer does not tell. */
function lackIn({ headers }: PipelineResponse): number | null {
  const lacks = REMAINING_READS.flatMap(([name, few]) => {
    const text = headers.get(name) ?? '';
    return /^\d{1,9}$/.test(text) ? Math.max(0, 1 - Number(text) / few) : [];
  });
  return lacks.length === 0 ? null : Math.max(...lacks);
}
