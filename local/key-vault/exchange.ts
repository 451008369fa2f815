import type { Answer } from '../azure/exchange.ts';
import { isObject, type Json } from '../azure/json.ts';

export interface VaultRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  /** Empty when there is none. */
  readonly body: string;
}

/** What Key Vault answers; null cuts the connection. */
export type Serve = (request: VaultRequest) => Promise<Answer | null>;

/** The JSON of a request's body; undefined when it is none. */
export function jsonOf(body: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** What is sent for a body; a fault may have put any text in its place. */
export function textOf({ body }: Answer): string {
  if (body === undefined) return '';
  const isText = isObject(body) && typeof body['text'] === 'string';
  return isText ? String(body['text']) : JSON.stringify(body);
}
