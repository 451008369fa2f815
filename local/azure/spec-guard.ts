import type { Answer, ArmRequest } from './exchange.ts';
import { specAt } from './spec.ts';
import { NEWEST } from './versions.ts';

/** A body that is not as the official specification says. */
export interface SpecViolation {
  /** `request`, `answer` or `event`, and what it belongs to. */
  readonly what: string;
  readonly errors: readonly string[];
  readonly body: unknown;
}

type Asked = Pick<ArmRequest, 'method' | 'path' | 'apiVersion'>;

/** Holds every body that comes in or goes out against the specification, and counts. */
export class SpecGuard {
  readonly violations: SpecViolation[] = [];
  readonly validated = { answers: 0, requests: 0, events: 0 };

  /** What is wrong with the request; recorded too. */
  request({ method, path, apiVersion, body }: Asked & { readonly body: unknown }): readonly string[] {
    const spec = specAt(apiVersion);
    const operation = spec.find(method, path);
    if (operation === null) return [];
    if (operation.request !== null) this.validated.requests += 1;
    return this.#record(`request ${method} ${path}`, spec.checkRequest(operation, body), body);
  }

  answer({ method, path, apiVersion }: Asked, { status, body }: Answer): void {
    const spec = specAt(apiVersion);
    const operation = spec.find(method, path);
    if (operation === null) return;
    if (body !== undefined) this.validated.answers += 1;
    this.#record(`answer ${status} ${method} ${path}`, spec.checkAnswer(operation, status, body), body);
  }

  event(eventType: string, data: unknown): void {
    this.validated.events += 1;
    this.#record(`event ${eventType}`, specAt(NEWEST).checkEventData(eventType, data), data);
  }

  #record(what: string, errors: readonly string[], body: unknown): readonly string[] {
    if (errors.length > 0) this.violations.push({ what, errors, body });
    return errors;
  }
}
