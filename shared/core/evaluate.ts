import { type BoundRule, type InvalidPolicy, judge, type Mode, type Policy, type Target } from './policy.ts';
import { parseAccountId, parsePoolId } from './resource-id.ts';
import type { Outcome, Rule } from './rule.ts';
import { isReadable, type Snapshot } from './snapshot.ts';

/** What one rule says of one resource. Without outcomes it complies. */
export interface Verdict {
  readonly rule: Rule;
  readonly mode: Exclude<Mode, 'off'>;
  readonly resourceId: string;
  readonly outcomes: readonly Outcome[];
}

/** Judges the account and every pool by all rules that the policy has for them; an invalid policy judges nothing. */
export function evaluate(snapshot: Snapshot, policy: Policy | InvalidPolicy, now: Date): readonly Verdict[] {
  if ('invalid' in policy) return [];
  const { account } = snapshot;
  const id = 'known' in account ? account.known.id : snapshot.accountId;
  const accountId = parseAccountId(id);
  if (accountId === null) throw new TypeError(`Not the id of a Batch account: ${id}`);
  const tags = 'known' in account ? account.known.tags : {};
  const untagged =
    policy.usesTags && 'unknown' in account ? `the account's tags are unknown: ${account.unknown}` : null;

  function verdicts(
    scope: Rule['scope'],
    id: Target['id'],
    unknown: string | null,
    outcomes: (bound: BoundRule) => readonly Outcome[],
  ) {
    const bound = 'invalid' in policy ? [] : policy.rulesFor({ id, tags }).filter(({ rule }) => rule.scope === scope);
    return bound.map((entry) => ({
      rule: entry.rule,
      mode: entry.mode,
      resourceId: id.text,
      outcomes: unknown === null ? outcomes(entry) : [{ path: '', unknown }],
    }));
  }

  const ofAccount = verdicts('account', accountId, 'unknown' in account ? account.unknown : untagged, (bound) =>
    'known' in account ? judge(bound, account.known, snapshot, now) : [],
  );
  const ofPools = snapshot.pools.flatMap((pool) => {
    const id = parsePoolId(pool.id);
    if (id === null) throw new TypeError(`Not the id of a Batch pool: ${pool.id}`);
    if (isReadable(pool)) return verdicts('pool', id, untagged, (bound) => judge(bound, pool, snapshot, now));
    return verdicts('pool', id, pool.unreadable, () => []);
  });
  return [...ofAccount, ...ofPools];
}
