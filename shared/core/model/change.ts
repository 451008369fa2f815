import type { Account } from './account.ts';
import type { AccountSettings } from './account-settings.ts';
import type { Pool } from './pool.ts';
import { isReadable } from './pool.ts';
import type { PoolSettings } from './pool-settings.ts';
import { sameId } from './resource-id.ts';
import type { Snapshot } from './snapshot.ts';

/** A write, as data: the settings to reach on one resource. */
export type Change = SetAccount | SetPool;

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

export function manual(why: string): Manual {
  return { kind: 'manual', why };
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
  }
}
