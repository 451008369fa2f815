import { isReadable, type Pool, type UnreadablePool } from '../model/pool.ts';
import { because, type UnknownReason, unreadable } from '../model/reading.ts';
import { parseAccountId, parsePoolId } from '../model/resource-id.ts';
import { accountTags, type Snapshot } from '../model/snapshot.ts';
import type { InvalidPolicy, Mode, Policy } from './policy.ts';
import type { Outcome, Rule } from './rule.ts';

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
  const verdicts = judgeAccount(snapshot, policy, now);
  for (const pool of snapshot.pools) judgePool(pool, snapshot, policy, now, verdicts);
  return verdicts;
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

/** Adds its verdicts to the others. */
function judgePool(
  pool: Pool | UnreadablePool,
  snapshot: Snapshot,
  policy: Policy,
  now: Date,
  verdicts: Verdict[],
): void {
  const id = parsePoolId(pool.id);
  if (id === null) throw new TypeError(`Not the id of a Batch pool: ${pool.id}`);
  const { account } = snapshot;
  const untagged =
    policy.usesTags && 'unknown' in account ? because("the account's tags are unknown", account.unknown) : null;
  for (const { rule, mode, options } of policy.rulesFor({ id, tags: accountTags(snapshot) })) {
    if (rule.scope !== 'pool') continue;
    const outcomes = !isReadable(pool)
      ? unknown(unreadable(pool.unreadable))
      : untagged === null
        ? rule.check(pool, { options, snapshot, now })
        : unknown(untagged);
    verdicts.push({ rule, mode, resourceId: id.text, outcomes });
  }
}

function unknown(reason: UnknownReason): Outcome[] {
  return [{ path: '', unknown: reason }];
}
