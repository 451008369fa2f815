import type { Caller } from './caller.ts';
import type { Clock } from './clock.ts';
import { invalidRequestBody } from './errors.ts';
import type { EventGrid } from './event-grid.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { Refusal } from './exchange.ts';
import { resourceEvent } from './resource-event.ts';
import { route } from './routes.ts';
import { specAt } from './spec.ts';
import type { SpecGuard } from './spec-guard.ts';
import type { Store } from './store.ts';
import { NEWEST } from './versions.ts';

/** Microsoft.Batch behind ARM: serves a call in its api-version, holds it against the specification, tells Event Grid. */
export class Provider {
  readonly #store: Store;
  readonly #guard: SpecGuard;
  readonly #events: EventGrid;
  readonly #clock: Clock;
  readonly #pageSize: number;

  constructor(
    store: Store,
    { guard, events, clock, pageSize }: { guard: SpecGuard; events: EventGrid; clock: Clock; pageSize: number },
  ) {
    this.#store = store;
    this.#guard = guard;
    this.#events = events;
    this.#clock = clock;
    this.#pageSize = pageSize;
  }

  serve(request: ArmRequest): Answer {
    const answer = this.#answer(request);
    if (answer.unchecked !== true) this.#guard.answer(request, answer);
    if (request.method !== 'GET' && answer.by !== 'ARM') this.#tell(request, answer.status < 400);
    return answer;
  }

  /** What Event Grid says of a PUT that went past this class. */
  told(path: string, caller: Caller): void {
    const query = new URLSearchParams({ 'api-version': NEWEST });
    const request = { method: 'PUT', path, query, apiVersion: NEWEST, body: undefined, ifMatch: null, caller };
    this.#tell({ ...request, headers: {} }, true);
  }

  #answer(request: ArmRequest): Answer {
    try {
      const wrong = this.#guard.request(request);
      if (wrong.length > 0) throw invalidRequestBody(wrong.join('; '));
      const { method, path } = request;
      const spec = specAt(request.apiVersion);
      const accepted = { ...request, body: spec.accepted(method, path, request.body) };
      const answer = route(this.#store, accepted, this.#pageSize);
      return { ...answer, body: spec.shown(method, path, answer.status, answer.body) };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #tell(request: ArmRequest, succeeded: boolean): void {
    const event = resourceEvent(request, succeeded, this.#clock.now());
    if (event === null) return;
    this.#guard.event(event.eventType, event.data);
    this.#events.tell(event);
  }
}
