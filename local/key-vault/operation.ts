import type { Answer } from '../azure/exchange.ts';
import type { ResourceEvent } from '../azure/resource-event.ts';
import type { Vault } from './vault.ts';

/** A call that was let in, taken apart. */
interface VaultCall {
  /** Of the secret; empty for the lists of all. */
  readonly name: string;
  /** Empty for the latest. */
  readonly version: string;
  readonly body: unknown;
  /** Without its query. */
  readonly url: string;
  readonly query: URLSearchParams;
}

export interface Operation {
  /** As the specification calls it. */
  readonly id: string;
  readonly method: string;
  /** Its groups are name and version. */
  readonly path: RegExp;
  /** After `Microsoft.KeyVault/vaults/secrets/`. */
  readonly action: string;
  /** The definitions of its bodies; null when there is none. */
  readonly request: string | null;
  readonly answer: string | null;
  readonly serve: (vault: Vault, call: VaultCall, tell: (event: ResourceEvent) => void) => Answer;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}
