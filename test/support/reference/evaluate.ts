import { isReadable, type Pool, type UnreadablePool } from '../../../shared/core/model/pool.ts';
import { because, type UnknownReason, unreadable } from '../../../shared/core/model/reading.ts';
import { parseAccountId, parsePoolId } from '../../../shared/core/model/resource-id.ts';
import { accountTags, type Snapshot } from '../../../shared/core/model/snapshot.ts';
import type { Outcome, Rule } from '../../../shared/core/policy/rule.ts';
import type { InvalidPolicy, Mode, Policy } from './policy.ts';

/** What one rule says of one resource. Without outcomes it complies. */
export interface Verdict {
  readonly rule: Rule;
  readonly mode: Exclude<Mode, 'off'>;
  readonly resourceId: string;
  readonly outcomes: readonly Outcome[];
}

/** Judges the account and every pool by all rules that the policy has for them; an invalid policy judges nothing. */
export function slowEvaluate(snapshot: Snapshot, policy: Policy | InvalidPolicy, now: Date): readonly Verdict[] {
  if ('invalid' in policy) return [];
  return [
    ...judgeAccount(snapshot, policy, now),
    ...snapshot.pools.flatMap((pool) => judgePool(pool, snapshot, policy, now)),
  ];
}

function judgeAccount(snapshot: Snapshot, policy: Policy, now: Date): Verdict[] {
  const { account, accountId } = snapshot;
  const id = parseAccountId('known' in account ? account.known.id : accountId);
  if (id === null) throw new TypeError(`Not the id of a Batch account: ${accountId}`);
  return policy.rulesFor({ id, tags: accountTags(snapshot) }).flatMap(({ rule, mode, options }) => {
    if (rule.scope !== 'account') return [];
    const outcomes =
      'known' in account ? rule.check(account.known, { options, snapshot, now }) : unknown(account.unknown);
    return [{ rule, mode, resourceId: id.text, outcomes }];
  });
}

function judgePool(pool: Pool | UnreadablePool, snapshot: Snapshot, policy: Policy, now: Date): Verdict[] {
  const id = parsePoolId(pool.id);
  if (id === null) throw new TypeError(`Not the id of a Batch pool: ${pool.id}`);
  const { account } = snapshot;
  const untagged =
    policy.usesTags && 'unknown' in account ? because("the account's tags are unknown", account.unknown) : null;
  return policy.rulesFor({ id, tags: accountTags(snapshot) }).flatMap(({ rule, mode, options }) => {
    if (rule.scope !== 'pool') return [];
    const outcomes = !isReadable(pool)
      ? unknown(unreadable(pool.unreadable))
      : untagged === null
        ? rule.check(pool, { options, snapshot, now })
        : unknown(untagged);
    return [{ rule, mode, resourceId: id.text, outcomes }];
  });
}

function unknown(reason: UnknownReason): Outcome[] {
  return [{ path: '', unknown: reason }];
}
