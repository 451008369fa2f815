import { randomUUID } from 'node:crypto';
import type { BodyFault } from '../shared/azure/files/body-items.ts';
import type { OpenState } from '../shared/azure/state/open-state.ts';
import { countedSlots } from '../shared/core/drain/counted-slots.ts';
import { byKey } from '../shared/core/model/setting.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { withBegun } from '../shared/core/plan/budget.ts';
import type { Memory } from '../shared/core/plan/memory.ts';
import type { InvalidPolicy, Policy } from '../shared/core/policy/policy.ts';
import { planLook, seeAccount } from '../shared/plan-look.ts';
import type { Batch, PolicyRead } from '../shared/ports.ts';
import { type AccountPlan, accountPlan } from '../shared/report/account-plan.ts';
import type { PlanPolicy, PlanReport } from '../shared/report/plan-report.ts';
import { rules } from '../shared/rules/index.ts';
import { accountNamed } from './account-named.ts';
import { attempt, eachAccount, openAzure, problemsOf, throttled } from './azure.ts';
import type { PolicyFiles } from './found-files.ts';
import { sourceName } from './input.ts';
import type { Io } from './io.ts';
import { choosePolicy } from './policy.ts';
import type { Teller } from './progress.ts';
import { readState } from './read-state.ts';

interface Asked {
  readonly account: string | undefined;
  readonly storage: string | undefined;
  readonly files: PolicyFiles;
}

const BY_ID = 'One that the app has not read yet is found by its ARM id alone.';

/** What the app would write now, by what it keeps and by Azure as it is. @throws BadInput where what it keeps is not shown */
export async function planOfApp({ account, storage, files }: Asked, io: Io): Promise<PlanReport> {
  const given = files.policy === undefined ? null : await choosePolicy(files, {}, io);
  const azure = await openAzure();
  const { value, badRows, host } = await readState(storage, async (state) => {
    const accountId = account === undefined ? null : await accountNamed(account, state, BY_ID);
    const ids = accountId === null ? await accountsKept(state) : [accountId];
    const policy = given ?? (await state.policy(rules));
    const planned = await planAccounts(
      { state, azure, policy, ids, correlationId: randomUUID(), now: () => new Date() },
      io,
    );
    return { ...planned, policy: policyOf(policy, files.policy) };
  });
  return { at: new Date(), storage: host, assumesComplete: null, badRows, ...value };
}

async function accountsKept(state: Pick<OpenState, 'accounts'>): Promise<string[]> {
  const kept = await state.accounts();
  return kept.filter(({ goneSince }) => goneSince === undefined).map(({ accountId }) => accountId);
}

/** @param file the one that it was read from; undefined where it is the app's */
export function policyOf(policy: Policy | PolicyRead, file: string | undefined): PlanPolicy {
  const from = { file: file === undefined ? null : sourceName(file), hash: 'hash' in policy ? policy.hash : null };
  if ('invalid' in policy) return { ...from, invalid: policy.invalid };
  const { mode, freeze, drains } = policy;
  return { ...from, mode, freeze, drainsMax: drains.max };
}

interface Look {
  readonly state: Pick<OpenState, 'memory' | 'slots' | 'receivedSince' | 'limits'>;
  readonly azure: Pick<Batch, 'observe' | 'readSecrets'>;
  readonly policy: Policy | InvalidPolicy;
  readonly ids: readonly string[];
  readonly correlationId: string;
  readonly now: () => Date;
}

interface Seen {
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  readonly now: Date;
}

/** As looks of the app would: what they see some at once, what they would do one after the other, so that slots go round in one order. */
export async function planAccounts(
  { state, azure, policy, ids, correlationId, now }: Look,
  io: Teller,
): Promise<Pick<PlanReport, 'accounts' | 'errors'>> {
  const seen: Seen[] = [];
  const errors: BodyFault[] = [];
  await eachAccount(ids, io, async (id) => {
    const memory = await state.memory(id, now());
    const begun = now();
    const answer = await attempt(id, () => seeAccount(azure, id, { memory, policy, now: begun }));
    if ('message' in answer) errors.push(answer);
    else if (answer.value === null) errors.push({ source: id, path: '', message: 'Azure has no such Batch account' });
    else if ('retryAt' in answer.value) errors.push(throttled(id, answer.value));
    else seen.push({ snapshot: answer.value.snapshot, memory, now: begun });
  });
  const slots = countedSlots(await state.slots(now()));
  let limits = await state.limits(now());
  const ports = { ...slots, receivedSince: state.receivedSince, limitsSeen: async () => limits };
  const accounts: AccountPlan[] = [];
  for (const { snapshot, memory, now: at } of seen.toSorted(byKey(({ snapshot: { accountId } }) => accountId))) {
    const plan = await planLook(ports, snapshot, { memory, policy, now: at, correlationId });
    limits = withBegun(limits, plan.writes, snapshot.accountId);
    accounts.push(accountPlan(snapshot, plan, memory.lookedFrom));
  }
  return { accounts, errors: [...errors, ...seen.flatMap(({ snapshot }) => problemsOf(snapshot))] };
}
