import type { Account } from '../../../shared/core/model/account.ts';
import type { AccountSettings } from '../../../shared/core/model/account-settings.ts';
import type { Facets } from '../../../shared/core/model/facet.ts';
import type { NetworkProfile } from '../../../shared/core/model/network-profile.ts';
import { isReadable, type Pool } from '../../../shared/core/model/pool.ts';
import type { PoolSettings } from '../../../shared/core/model/pool-settings.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';

/** What can be wrong where a rule leaves the cure to a person, and that cure. */
export interface Cause {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly options?: unknown;
  /** What the person does who follows the steps. */
  readonly cure: Cure;
  /** The words of the steps that tell them to. */
  readonly says: RegExp;
}

export type Cure = (snapshot: Snapshot) => Snapshot;

type AccountParts = Partial<Omit<Account, 'settings'> & AccountSettings>;
type PoolParts = Partial<Omit<Pool, 'settings'> & PoolSettings>;

export function onAccount(change: (account: Account) => AccountParts): Cure {
  return (snapshot) => {
    if ('unknown' in snapshot.account) return snapshot;
    const { known } = snapshot.account;
    return { ...snapshot, account: { known: withParts(known, change(known)) } };
  };
}

export function onPools(change: (pool: Pool) => PoolParts): Cure {
  return (snapshot) => ({
    ...snapshot,
    pools: snapshot.pools.map((pool) => (isReadable(pool) ? withParts(pool, change(pool)) : pool)),
  });
}

export function onFacets(facets: Partial<Facets>): Cure {
  return (snapshot) => ({ ...snapshot, facets: { ...snapshot.facets, ...facets } });
}

export function allOf(...cures: readonly Cure[]): Cure {
  return (snapshot) => cures.reduce((last, cure) => cure(last), snapshot);
}

/** The parts that are settings go there. */
function withParts<Resource extends { readonly settings: object }>(resource: Resource, parts: object): Resource {
  const isSetting = (name: string) => name in resource.settings;
  const given = Object.entries(parts);
  return {
    ...resource,
    ...Object.fromEntries(given.filter(([name]) => !isSetting(name))),
    settings: { ...resource.settings, ...Object.fromEntries(given.filter(([name]) => isSetting(name))) },
  };
}

/** One endpoint's access, with these addresses. */
export function access(defaultAction: string | null, ...values: readonly string[]) {
  return { defaultAction, ipRules: values.map((value) => ({ value, unmodelled: {} })), unmodelled: {} };
}

export function profile(parts: Partial<NetworkProfile>): NetworkProfile {
  return { accountAccess: null, nodeManagementAccess: null, unmodelled: {}, ...parts };
}
