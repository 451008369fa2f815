import type { SecretCare, SecretRef } from '../model/secret.ts';

/** Where the secrets of named users are, and how they are kept. */
export interface NamedUsers extends SecretCare {
  /** `https://{host}`; null where none is named: then nothing is known of the users' secrets. */
  readonly vault: string | null;
  readonly bindings: readonly Binding[];
}

/** A secret that somebody else named. */
export interface Binding {
  /** The account's ARM id. */
  readonly account: string;
  /** A pattern of pool names; its secret holds `{pool}` unless it is one name. */
  readonly pool: string;
  readonly user: string;
  /** Its name may hold `{pool}`. */
  readonly secret: SecretRef;
}
