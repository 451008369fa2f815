import type { Caller } from './caller.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import type { Json } from './json.ts';
import { part } from './json.ts';
import type { Provider } from './provider.ts';

/** Somebody who keeps properties of accounts or pools as they want them, whatever the app writes there. */
interface SecondWriter {
  /** Of the ids of what it keeps. */
  readonly path: RegExp;
  readonly properties: Json;
  /**
   * A policy that modifies puts its value into the app's own request, and the event of that request names the app. Anyone
   * else writes after the app, with an event of their own.
   * https://learn.microsoft.com/azure/governance/policy/concepts/effect-modify
   */
  readonly as: 'policy' | Caller;
}

/** Those who fight back when the app writes. */
export class SecondWriters {
  #all: SecondWriter[] = [];
  readonly #provider: Provider;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  add(writer: SecondWriter): void {
    this.#all.push(writer);
  }

  clear(): void {
    this.#all = [];
  }

  /** The provider's answer to a call of the app, and what the others make of it. */
  serve(request: ArmRequest): Answer {
    const strikes = request.method === 'PATCH' ? this.#all.filter(({ path }) => path.test(request.path)) : [];
    const answer = this.#provider.serve(strikes.filter(({ as }) => as === 'policy').reduce(modified, request));
    if (answer.status >= 400) return answer;
    for (const { as, properties } of strikes)
      if (as !== 'policy') this.#provider.serve({ ...request, body: { properties }, ifMatch: null, caller: as });
    return answer;
  }
}

function modified(request: ArmRequest, { properties }: SecondWriter): ArmRequest {
  const body = part(request.body);
  return { ...request, body: { ...body, properties: { ...part(body, 'properties'), ...properties } } };
}
