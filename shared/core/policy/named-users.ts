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

/** Stands in a secret's name for the name of the pool. */
export const POOL = '{pool}';

/** The secret that it binds on a pool. @param pool its name; of a pattern of names comes a pattern of secrets */
export function secretFor({ secret: { vault, name } }: Pick<Binding, 'secret'>, pool: string): SecretRef {
  return { vault, name: name.replaceAll(POOL, pool) };
}
