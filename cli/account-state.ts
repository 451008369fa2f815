import type { OpenState } from '../shared/azure/state/open-state.ts';
import type { StatusReport } from '../shared/report/status-report.ts';

/** How the app's last look at an account went. */
export function accountState(
  row: Awaited<ReturnType<OpenState['accounts']>>[number],
): StatusReport['accounts'][number] {
  const { accountId, lookedFrom = null, wakeAt = null, goneSince = null, failedSince } = row;
  return { account: accountId, lookedFrom, wakeAt, goneSince, failedSince: { ...failedSince } };
}
