import type { FacetName } from './facet.ts';
import type { InvalidPolicy, Policy } from './policy.ts';
import { isReadable } from './pool.ts';
import { type AccountId, parseAccountId, parsePoolId } from './resource-id.ts';
import type { Rule } from './rule.ts';
import type { Snapshot } from './snapshot.ts';

/** The facets that the rules need that are on for this account and its pools. */
export function facetsNeeded({ account, pools }: Snapshot, policy: Policy | InvalidPolicy): ReadonlySet<FacetName> {
  if ('invalid' in policy || 'unknown' in account) return new Set();
  const { id: accountId, tags } = account.known;
  const rulesFor = (scope: Rule['scope'], id: AccountId | null) =>
    id === null ? [] : policy.rulesFor({ id, tags }).filter(({ rule }) => rule.scope === scope);
  const bound = [
    ...rulesFor('account', parseAccountId(accountId)),
    ...pools.filter(isReadable).flatMap(({ id }) => rulesFor('pool', parsePoolId(id))),
  ];
  return new Set([...new Set(bound.map(({ rule }) => rule))].flatMap(needsOf));
}

function needsOf({ needs }: Rule): FacetName[] {
  return [...(needs?.verdict ?? []), ...(needs?.fix ?? []), ...(needs?.exactness ?? [])];
}
