import { isReadable } from './core/model/pool.ts';
import { because, type UnknownReason } from './core/model/reading.ts';
import { idKey } from './core/model/resource-id.ts';
import type { UserSecret } from './core/model/secret.ts';
import type { Snapshot } from './core/model/snapshot.ts';
import { after, DAY } from './core/model/time.ts';
import { isBegin, type LimitsSeen, leftToBegin } from './core/plan/budget.ts';
import { asksForKeyUse } from './core/plan/key-use.ts';
import { type Memory } from './core/plan/memory.ts';
import { type Inputs, type Plan, plan } from './core/plan/plan.ts';
import { unsettledDrains } from './core/plan/unsettled-drains.ts';
import { evaluate } from './core/policy/evaluate.ts';
import { facetsNeeded } from './core/policy/facets-needed.ts';
import type { InvalidPolicy, Policy } from './core/policy/policy.ts';
import { wantedSecrets } from './core/rotation/wanted-secrets.ts';
import type { AccountState, Batch, Drains, Throttled } from './ports.ts';

/** What a look goes by, beside what it sees. */
interface By {
  readonly memory: Memory;
  readonly policy: Policy | InvalidPolicy;
  readonly now: Date;
}

interface Seen {
  /** With the facets that judging it takes. */
  readonly snapshot: Snapshot;
  readonly secrets: readonly UserSecret[];
}

/** What planning reads and claims; who only asks what would be written has slots that are counted, not claimed. */
export interface PlanPorts extends Pick<Drains, 'claimSlot' | 'freeSlot'>, Pick<AccountState, 'receivedSince'> {
  /** Null where it could not be read: then nothing is begun. */
  limitsSeen(): Promise<LimitsSeen | null>;
}

/** Reads what an account is judged by: by a look of the app, and by a person who remembers nothing. Null when Azure says that there is no such account. */
export async function seeAccount(
  ports: Pick<Batch, 'observe' | 'readSecrets'>,
  accountId: string,
  { memory, policy, now }: By,
): Promise<Seen | Throttled | null> {
  const seen = await ports.observe(accountId, (read) => facetsNeeded(read, policy, now));
  if (seen === null || 'retryAt' in seen) return seen;
  const remembered = { rotations: memory.rotations, drains: unsettledDrains(memory) };
  const wanted = wantedSecrets(seen, policy, remembered);
  const secrets = await ports.readSecrets(wanted);
  // What a drain began is looked at wherever the policy is.
  const why = wanted.length === 0 ? whyNotNamed(seen, policy) : null;
  const reading = why === null ? { known: secrets } : { unknown: why };
  return { snapshot: { ...seen, facets: { ...seen.facets, secrets: reading } }, secrets };
}

/** Why it is not known which secrets are asked for: the tags of the account may decide. */
function whyNotNamed({ account, pools }: Snapshot, policy: Policy | InvalidPolicy): UnknownReason | null {
  const isAsked = pools.filter(isReadable).some(({ settings }) => settings.users.length > 0);
  if ('known' in account || 'invalid' in policy || !policy.usesTags || !isAsked) return null;
  return because('which vault the policy names is not known', account.unknown);
}

/**
 * What a look at `snapshot` comes to: the same for an event, a sweep, an alarm and a person who asks what would be written.
 * @param by with the correlation id of the look
 */
export async function planLook(
  ports: PlanPorts,
  snapshot: Snapshot,
  by: By & { readonly correlationId: string },
): Promise<Plan> {
  const { accountId } = snapshot;
  const verdicts = evaluate(snapshot, by.policy, by.now);
  const keyUse = asksForKeyUse(verdicts, snapshot, by.policy)
    ? { receivedSince: await ports.receivedSince(accountId) }
    : {};
  return planWithLimits(ports, accountId, { snapshot, verdicts, ...by, ...keyUse });
}

/** The plan, with no more begun than is left, and a slot for each drain that begins or goes on: they bound how many pools are at zero at once. */
async function planWithLimits(ports: PlanPorts, accountId: string, inputs: Inputs): Promise<Plan> {
  const { policy, memory, now } = inputs;
  const most = 'invalid' in policy ? 0 : policy.drains.max;
  const drains = Map.groupBy(memory.drains ?? [], ({ poolId }) => idKey(poolId));
  for (const [poolId, ofPool] of drains) {
    if (ofPool.some(({ ended }) => ended === null)) await ports.claimSlot(accountId, poolId, Number.POSITIVE_INFINITY);
    // The look that ended the drain may have been cut before it freed its slot, or another have kept the slot meanwhile.
    else if (ofPool.some(({ ended }) => ended !== null && ended.at > after(now, -DAY))) await ports.freeSlot(poolId);
  }
  let planned = plan(inputs);
  const begins = planned.writes.filter(isBegin).length;
  if ('invalid' in policy || begins === 0) return planned;
  const left = leftToBegin(await ports.limitsSeen(), policy.limits, accountId, now);
  if (begins > left.most) planned = plan({ ...inputs, left });
  const [withSlot, withoutSlot] = [new Set<string>(), new Set<string>()];
  for (;;) {
    const drained = planned.writes.flatMap(({ drain, change }) => (drain?.isNew ? [change.id] : []));
    const unasked = drained.filter((poolId) => !withSlot.has(idKey(poolId)));
    if (unasked.length === 0) return planned;
    // Without it, another change may take its place.
    for (const poolId of unasked)
      ((await ports.claimSlot(accountId, poolId, most)) ? withSlot : withoutSlot).add(idKey(poolId));
    if (withoutSlot.size > 0) planned = plan({ ...inputs, left, withoutSlot });
  }
}
