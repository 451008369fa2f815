import type { Account } from './account.ts';
import type { Facets } from './facet.ts';
import { oncePer } from './once-per.ts';
import { isReadable, type Pool, type UnreadablePool } from './pool.ts';
import type { Reading, UnknownReason } from './reading.ts';
import { idKey } from './resource-id.ts';

/** All that a rule may see: one account with its pools, as one look read them. */
export interface Snapshot {
  readonly accountId: string;
  readonly account: Reading<Account>;
  readonly pools: readonly (Pool | UnreadablePool)[];
  /** False when a page or a resource could not be read: then the account is not written. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly problems: readonly UnknownReason[];
  /**
   * Not complete, and all that is lacking are items of the list of pools, which was read to its end: the other pools may be
   * written, since nothing that is written to a pool depends on another.
   */
  readonly lacksPoolsOnly?: boolean;
  readonly facets: Facets;
  /** When the account was read, by Azure's clock; absent where it did not say. */
  readonly readAt?: Date;
  /** When facets that Azure refused for now may be asked for again; absent where it refused none so. */
  readonly facetsFrom?: Date;
}

/** The pool of that id, if it was read. */
export function findPool({ pools }: Snapshot, id: string): Pool | undefined {
  return byKey(pools).get(idKey(id));
}

/** It is asked for each finding of an account. Of two that Azure lists by one id, the first. */
const byKey = oncePer((pools: Snapshot['pools']): ReadonlyMap<string, Pool> => {
  const readable = pools.filter(isReadable).toReversed();
  return new Map(readable.map((pool) => [idKey(pool.id), pool]));
});

/** The account's tags; none where it could not be read. */
export function accountTags({ account }: Snapshot): Account['tags'] {
  return 'known' in account ? account.known.tags : {};
}
