import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './caller.ts';
import type { Json } from './json.ts';

/** A call to ARM, taken apart. */
export interface ArmRequest {
  readonly method: string;
  /** Decoded, in the case that was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  /** Undefined when there is none. */
  readonly body: unknown;
  readonly ifMatch: string | null;
  readonly caller: Caller;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Who answers: the Batch provider (the default) or ARM's own gateway, which sends no rate-limit headers. */
  readonly by?: 'Batch' | 'ARM';
  /** Deliberately malformed: not checked against the specification. */
  readonly unchecked?: boolean;
}

/** Thrown where a request cannot be served; carries what ARM answers. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(JSON.stringify(answer.body));
    this.answer = answer;
  }
}

export function ok(body: Json, etag?: string): Answer {
  return etag === undefined ? { status: 200, body } : { status: 200, body, headers: { ETag: etag } };
}
