import type { FacetName } from '../model/facet.ts';
import { isReadable } from '../model/pool.ts';
import { type AccountId, parseAccountId, parsePoolId } from '../model/resource-id.ts';
import { accountTags, type Snapshot } from '../model/snapshot.ts';
import type { InvalidPolicy, Policy } from './policy.ts';
import { facetsOf, type Rule } from './rule.ts';

/** The facets that the rules need that are on for what was read of this account and its pools. */
export function facetsNeeded(seen: Snapshot, policy: Policy | InvalidPolicy): ReadonlySet<FacetName> {
  const { account, pools } = seen;
  if ('invalid' in policy || ('unknown' in account && policy.usesTags)) return new Set();
  const tags = accountTags(seen);
  const rulesFor = (scope: Rule['scope'], id: AccountId | null) =>
    id === null ? [] : policy.rulesFor({ id, tags }).flatMap(({ rule }) => (rule.scope === scope ? [rule] : []));
  const on = new Set([
    ...('known' in account ? rulesFor('account', parseAccountId(account.known.id)) : []),
    ...pools.filter(isReadable).flatMap(({ id }) => rulesFor('pool', parsePoolId(id))),
  ]);
  return new Set([...on].flatMap(facetsOf));
}
