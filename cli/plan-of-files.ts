import { countedSlots } from '../shared/core/drain/counted-slots.ts';
import { marksOf } from '../shared/core/drain/mark.ts';
import { isReadable } from '../shared/core/model/pool.ts';
import { notShown, unreadable } from '../shared/core/model/reading.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { NOTHING_BEGUN } from '../shared/core/plan/budget.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import { planLook } from '../shared/plan-look.ts';
import { type AccountPlan, accountPlan } from '../shared/report/account-plan.ts';
import type { PlanReport } from '../shared/report/plan-report.ts';
import type { PolicyFiles } from './found-files.ts';
import type { Io } from './io.ts';
import { policyOf } from './plan-of-app.ts';
import { choosePolicy } from './policy.ts';
import { seeFiles } from './see.ts';

interface Asked {
  readonly input: readonly string[];
  readonly files: PolicyFiles;
  readonly assumeComplete: boolean;
}

/** What would be written for the accounts and pools in the files, as if nothing was ever looked at. */
export async function planOfFiles({ input, files, assumeComplete }: Asked, io: Io): Promise<PlanReport> {
  const policy = await choosePolicy(files, {}, io);
  const { snapshots, errors } = await seeFiles(input, io);
  const now = new Date();
  const ports = {
    ...countedSlots([]),
    receivedSince: async () => ({ unknown: notShown('a file cannot tell') }),
    limitsSeen: async () => NOTHING_BEGUN,
  };
  const accounts: AccountPlan[] = [];
  for (const seen of snapshots) {
    const snapshot = assumeComplete ? takenForAll(seen, errors.length === 0) : seen;
    // Whether a drain stands behind a mark, files do not tell: then none is judged.
    const isMarked = snapshot.pools.filter(isReadable).some((pool) => marksOf(pool).length > 0);
    const memory = { ...NO_MEMORY, drains: isMarked ? null : [] };
    const planned = await planLook(ports, snapshot, { memory, policy, now, correlationId: '' });
    accounts.push(accountPlan(snapshot, planned, null));
  }
  return {
    at: now,
    storage: null,
    policy: policyOf(policy, files.policy),
    assumesComplete: assumeComplete,
    accounts,
    errors,
    badRows: [],
  };
}

/** Whoever gives the files says that nothing is missing in them; what cannot be read of them is missing all the same. */
function takenForAll(snapshot: Snapshot, isAllRead: boolean): Snapshot {
  const { account, pools } = snapshot;
  const ofAccount = 'unknown' in account ? [account.unknown] : [];
  const ofFiles = isAllRead ? [] : [unreadable('what could not be read of the files may be of it')];
  const ofPools = pools.flatMap((pool) => (isReadable(pool) ? [] : unreadable(`${pool.id}: ${pool.unreadable}`)));
  const problems = [...ofAccount, ...ofFiles, ...ofPools];
  const lacksPoolsOnly = problems.length > 0 && ofAccount.length + ofFiles.length === 0;
  return { ...snapshot, complete: problems.length === 0, problems, lacksPoolsOnly };
}
