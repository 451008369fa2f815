import type { Direction } from '../azure/dialect.ts';
import type { Answer } from '../azure/exchange.ts';
import { isObject, without } from '../azure/json.ts';
import { Judge, readContract } from '../azure/spec.ts';

const judges = new Map<Direction, Judge>();

/** A body that is not as the official specification says. It does not hold the body: that may be a secret. */
export interface VaultViolation {
  readonly what: string;
  readonly errors: readonly string[];
}

/** Holds bodies against the official specification of secrets, by its definitions, and counts. */
export class SecretSpec {
  readonly violations: VaultViolation[] = [];
  readonly validated = { answers: 0, requests: 0 };

  /** What is wrong with the body of a request; recorded too. */
  request(operation: string, definition: string, body: unknown): readonly string[] {
    this.validated.requests += 1;
    return this.#record(`request ${operation}`, judge('request', definition, body));
  }

  /** @param definition of a good answer; null when that has no body */
  answer(operation: string, definition: string | null, { status, body }: Answer): void {
    this.validated.answers += 1;
    const due = status < 400 ? definition : 'KeyVaultError';
    const empty = body === undefined ? [] : ['The answer has no body.'];
    this.#record(`answer ${status} ${operation}`, due === null ? empty : judge('answer', due, withoutNulls(body)));
  }

  #record(what: string, errors: readonly string[]): readonly string[] {
    if (errors.length > 0) this.violations.push({ what, errors });
    return errors;
  }
}

function judge(direction: Direction, definition: string, body: unknown): readonly string[] {
  const one = judges.get(direction) ?? new Judge(readContract('key-vault/secrets.json'), direction);
  judges.set(direction, one);
  return one.judge({ $ref: `#/definitions/${definition}` }, body);
}

/** The service ends a list with a `nextLink` of null, which its specification does not know. */
function withoutNulls(body: unknown): unknown {
  return isObject(body) ? without(body, []) : body;
}
