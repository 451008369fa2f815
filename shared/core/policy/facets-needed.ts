import type { FacetName, Facets } from '../model/facet.ts';
import { isReadable } from '../model/pool.ts';
import { type AccountId, parseAccountId, parsePoolId } from '../model/resource-id.ts';
import { accountTags, type Snapshot } from '../model/snapshot.ts';
import { evaluate } from './evaluate.ts';
import type { InvalidPolicy, Policy } from './policy.ts';
import { facetsOf, type Rule } from './rule.ts';

/**
 * The facets that a verdict on this account and its pools hangs on: rules that are on need them, and one of them looks at
 * them when it judges what was read. A rule is a function of what it is given: what it does not look at changes nothing.
 * @param seen with what was read of them; the others as not shown
 */
export function facetsNeeded(seen: Snapshot, policy: Policy | InvalidPolicy, now: Date): ReadonlySet<FacetName> {
  const { account, pools } = seen;
  if ('invalid' in policy || ('unknown' in account && policy.usesTags)) return new Set();
  const tags = accountTags(seen);
  const rulesFor = (scope: Rule['scope'], id: AccountId | null) =>
    id === null ? [] : policy.rulesFor({ id, tags }).flatMap(({ rule }) => (rule.scope === scope ? [rule] : []));
  const on = new Set([
    ...('known' in account ? rulesFor('account', parseAccountId(account.known.id)) : []),
    ...pools.filter(isReadable).flatMap(({ id }) => rulesFor('pool', parsePoolId(id))),
  ]);
  const lookedAt = new Set<string | symbol>();
  evaluate({ ...seen, facets: noting(seen.facets, lookedAt) }, policy, now);
  return new Set([...on].flatMap(facetsOf).filter((name) => lookedAt.has(name)));
}

/** The same, which notes what is looked at. */
function noting(facets: Facets, lookedAt: Set<string | symbol>): Facets {
  return new Proxy(facets, {
    get(target, name, receiver): unknown {
      lookedAt.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
}
