import type { OpenState } from '../shared/azure/state/open-state.ts';
import type { DrainState, Unseen } from '../shared/report/status-report.ts';

type OpenDrain = Awaited<ReturnType<OpenState['drains']>>[number];
type LastWrites = Awaited<ReturnType<OpenState['lastWrites']>>;

/** How far a drain is. @param writes the last one of each drain */
export function drainState(
  { id, poolId, begunAt, deadline, saved }: OpenDrain,
  writes: LastWrites | Unseen,
): DrainState {
  const lastWrite = 'unseen' in writes ? null : (writes.get(id) ?? null);
  return { id, poolId, begunAt, deadline, saved, lastWrite };
}
