import type { Answer } from './exchange.ts';
import { Spec } from './spec.ts';

/** A body that is not as the official specification says. */
export interface SpecViolation {
  /** `request`, `answer` or `event`, and what it belongs to. */
  readonly what: string;
  readonly errors: readonly string[];
  readonly body: unknown;
}

/** One for the process, which makes the checks of a schema at its first use. */
let spec: Spec | null = null;

/** Holds every body that comes in or goes out against the specification, and counts. */
export class SpecGuard {
  readonly violations: SpecViolation[] = [];
  readonly validated = { answers: 0, requests: 0, events: 0 };
  readonly #spec = (spec ??= new Spec());

  /** What is wrong with the request; recorded too. */
  request(method: string, path: string, body: unknown): readonly string[] {
    const operation = this.#spec.find(method, path);
    if (operation === null) return [];
    if (operation.request !== null) this.validated.requests += 1;
    return this.#record(`request ${method} ${path}`, this.#spec.checkRequest(operation, body), body);
  }

  answer(method: string, path: string, { status, body }: Answer): void {
    const operation = this.#spec.find(method, path);
    if (operation === null) return;
    if (body !== undefined) this.validated.answers += 1;
    this.#record(`answer ${status} ${method} ${path}`, this.#spec.checkAnswer(operation, status, body), body);
  }

  event(eventType: string, data: unknown): void {
    this.validated.events += 1;
    this.#record(`event ${eventType}`, this.#spec.checkEventData(eventType, data), data);
  }

  #record(what: string, errors: readonly string[], body: unknown): readonly string[] {
    if (errors.length > 0) this.violations.push({ what, errors, body });
    return errors;
  }
}
