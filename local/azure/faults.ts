import { setTimeout as sleep } from 'node:timers/promises';
import { type ChosenCalls, isChosen, isTurn } from './chosen-calls.ts';
import { armError, batchError, deniedByPolicy as policyDenial } from './errors.ts';
import { type Answer, Refusal } from './exchange.ts';
import { type FacetKind, readsFacet } from './facet-reads.ts';

/** What happens instead of, or beside, the answer that the call would get. */
export type FaultAction =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut before the call takes effect, or after. */
  | { readonly drop: 'before' | 'after' }
  /** Milliseconds before the call is served. */
  | { readonly delay: number }
  /** Status 200 with this text for a body: broken JSON, a web page. */
  | { readonly text: string }
  /** The call takes effect twice, as when something on the way repeats it; the second answer is given. */
  | { readonly duplicate: true };

/** Its path is tested against path and query; calls are counted since it was added. */
interface Fault extends ChosenCalls {
  /** Strikes these reads alone, and never accounts, pools and writes. */
  readonly facets?: readonly FacetKind[];
  readonly do: FaultAction;
}

/** The faults that are set; the first that fits a call strikes. */
export class Faults {
  #set: { fault: Fault; matched: number }[] = [];
  #struck = 0;

  /** Calls that faults struck. */
  get struck(): number {
    return this.#struck;
  }

  add(fault: Fault): void {
    this.#set.push({ fault, matched: 0 });
  }

  clear(): void {
    this.#set = [];
  }

  /** The answer of `serve`, or of its refusal, or what a fault makes of it; null cuts the connection. */
  async answer(method: string, url: string, serve: () => Answer): Promise<Answer | null> {
    const served = () => {
      try {
        return serve();
      } catch (error) {
        if (error instanceof Refusal) return error.answer;
        throw error;
      }
    };
    const fault = this.#strike(method, url);
    if (fault === null) return served();
    this.#struck += 1;
    return suffer(fault, served);
  }

  /** What strikes this call; counts it. */
  #strike(method: string, url: string): FaultAction | null {
    let action: FaultAction | null = null;
    for (const entry of this.#set) {
      const { fault } = entry;
      if (!isChosen(fault, method, url)) continue;
      if (fault.facets !== undefined && !readsFacet(method, url, fault.facets)) continue;
      entry.matched += 1;
      if (isTurn(fault, entry.matched)) action ??= fault.do;
    }
    return action;
  }
}

/** What a fault makes of the call; null cuts the connection. */
async function suffer(fault: FaultAction, serve: () => Answer): Promise<Answer | null> {
  if ('delay' in fault) await sleep(fault.delay, undefined, { ref: false });
  if ('drop' in fault) {
    if (fault.drop === 'after') serve();
    return null;
  }
  if ('duplicate' in fault) serve();
  if ('text' in fault) return { status: 200, body: fault, by: 'ARM' };
  return 'status' in fault ? { ...fault, by: 'ARM' } : serve();
}

/** 429 of ARM: with seconds to wait, or with no word about it. */
export function throttled(retryAfter: number | null): FaultAction {
  const message = 'Number of requests for the subscription exceeded the limit. Please try again later.';
  const headers: Record<string, string> = retryAfter === null ? {} : { 'Retry-After': String(retryAfter) };
  return status(armError(429, 'SubscriptionRequestsThrottled', message, headers));
}

export function serverError(): FaultAction {
  return status(batchError(500, 'InternalError', 'Server encountered an internal error. Please try again.'));
}

/** 503 of Batch. */
export function serverBusy(retryAfter: number | null = null): FaultAction {
  const headers: Record<string, string> = retryAfter === null ? {} : { 'Retry-After': String(retryAfter) };
  return status(batchError(503, 'ServerBusy', 'The server is busy. Please try again later.', { headers }));
}

/** A resource lock forbids writing. */
export function locked(scope = 'the scope'): FaultAction {
  const message = `The scope '${scope}' cannot perform write operation because following scope(s) are locked: '${scope}'. Please remove the lock and try again.`;
  return status(armError(409, 'ScopeLocked', message));
}

/** Azure Policy denies the write. */
export function deniedByPolicy(policy = 'Keep Batch as it is'): FaultAction {
  return status(policyDenial(policy));
}

/** A role is missing. */
export function unauthorised(action = 'Microsoft.Batch/batchAccounts/write'): FaultAction {
  const message = `The client does not have authorization to perform action '${action}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return status(armError(403, 'AuthorizationFailed', message));
}

export function conflictResizing(): FaultAction {
  return status(batchError(409, 'PoolBeingResized', 'The specified pool is being resized.'));
}

function status({ status, body, headers }: Answer): FaultAction {
  return { status, body, headers: headers ?? {} };
}
