import type { Account } from './account.ts';
import type { AccountSettings } from './account-settings.ts';
import type { Pool } from './pool.ts';
import { isReadable } from './pool.ts';
import type { PoolSettings } from './pool-settings.ts';
import { sameId } from './resource-id.ts';
import { type SecretKind, type SecretRef, type SecretVersionRef, secretId, type UserSecret } from './secret.ts';
import type { Snapshot } from './snapshot.ts';

/** A write, as data: the settings to reach on one resource. */
export type Change = SetAccount | SetPool | SetSecret;

export interface SetAccount {
  readonly kind: 'set-account';
  readonly id: string;
  readonly set: Partial<AccountSettings>;
}

export interface SetPool {
  readonly kind: 'set-pool';
  readonly id: string;
  readonly set: Partial<PoolSettings>;
}

/** A write to a secret of a named user: where its value is, never the value. */
export interface SetSecret {
  readonly kind: 'set-secret';
  /** `https://{host}/secrets/{name}` */
  readonly id: string;
  /** Whose it is: what is tagged for another is never read or written. */
  readonly poolId: string;
  readonly user: string;
  readonly set: SecretSettings;
}

export type SecretSettings =
  /** A new version with a value of its own, to replace main's current version. */
  | { readonly minted: MintedVersion }
  /** A new version with the value of this one, which is pending. */
  | { readonly promoted: SecretVersionRef }
  /** When a version expires: its id, and a time, ISO 8601. */
  | { readonly expiry: { readonly version: string; readonly at: string } }
  /** The ids of versions. */
  | { readonly disabled: readonly string[] };

export interface MintedVersion {
  readonly kind: SecretKind;
  /** The id of the version that it is to replace; `none` where main has none. */
  readonly replaces: string;
  /** Milliseconds. */
  readonly maxAge: number;
}

/** What nobody but a person may do: `why` says exactly what, in order. */
export interface Manual {
  readonly kind: 'manual';
  readonly why: string;
}

export type Fix = Change | Manual;

export function setAccount(account: Account, set: Partial<AccountSettings>): SetAccount {
  return { kind: 'set-account', id: account.id, set };
}

export function setPool(pool: Pool, set: Partial<PoolSettings>): SetPool {
  return { kind: 'set-pool', id: pool.id, set };
}

export function setSecret({ poolId, user }: UserSecret, place: SecretRef, set: SecretSettings): SetSecret {
  return { kind: 'set-secret', id: secretId(place), poolId, user, set };
}

export function manual(why: string): Manual {
  return { kind: 'manual', why };
}

/** The account or pool that it is for. */
export function resourceOf(change: Change): string {
  return change.kind === 'set-secret' ? change.poolId : change.id;
}

/** Whether it ends what was begun: no guard holds it. */
export function isFinish(change: Change): boolean {
  return change.kind === 'set-secret' && ('promoted' in change.set || 'disabled' in change.set);
}

/** Whether it makes a new version of a secret, for a pool to be given. */
export function isMint(change: Change): change is SetSecret {
  return change.kind === 'set-secret' && 'minted' in change.set;
}

/** Whether it is in vain where the secrets of the pool's users cannot be read. */
export function needsSecrets(change: Change): boolean {
  return isMint(change) || (change.kind === 'set-pool' && change.set.users !== undefined);
}

/** The snapshot as it will be once `change` has taken effect. */
export function simulate(snapshot: Snapshot, change: Change): Snapshot {
  switch (change.kind) {
    case 'set-account': {
      if ('unknown' in snapshot.account || !sameId(snapshot.account.known.id, change.id)) return snapshot;
      const account = snapshot.account.known;
      return { ...snapshot, account: { known: { ...account, settings: { ...account.settings, ...change.set } } } };
    }
    case 'set-pool':
      return {
        ...snapshot,
        pools: snapshot.pools.map((pool) =>
          isReadable(pool) && sameId(pool.id, change.id)
            ? { ...pool, settings: { ...pool.settings, ...change.set } }
            : pool,
        ),
      };
    case 'set-secret':
      return snapshot;
  }
}
