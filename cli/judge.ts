import { isReadable } from '../shared/core/model/pool.ts';
import { idKey } from '../shared/core/model/resource-id.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { plan } from '../shared/core/plan/plan.ts';
import { evaluate, type Verdict } from '../shared/core/policy/evaluate.ts';
import type { Policy } from '../shared/core/policy/policy.ts';

export interface Judged {
  /** Of every rule that is on for something that was read. */
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
}

/** What the rules say of the account and the pools that could be read, as if for the first time. */
export function judge(snapshot: Snapshot, policy: Policy, now: Date): Judged {
  const { account, pools } = snapshot;
  const resources = [...('known' in account ? [account.known] : []), ...pools.filter(isReadable)];
  const read = new Set(resources.map(({ id }) => idKey(id)));
  const isRead = ({ resourceId }: { readonly resourceId: string }) => read.has(idKey(resourceId));
  const verdicts = evaluate(snapshot, policy, now);
  const { findings } = plan({ snapshot, verdicts, memory: { ...NO_MEMORY, drains: null }, policy, now });
  return { verdicts: verdicts.filter(isRead), findings: findings.filter(isRead) };
}
