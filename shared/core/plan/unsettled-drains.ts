import { type Drain, lastDrain } from '../drain/drain.ts';
import { idKey } from '../model/resource-id.ts';
import { drainFindingId } from './drain-finding.ts';
import type { Memory } from './memory.ts';

/**
 * The drains that are open, and the last of each pool that has its size back, as long as it is told that its nodes may have
 * other values than tasks read.
 */
export function unsettledDrains({ drains, findings }: Pick<Memory, 'drains' | 'findings'>): readonly Drain[] {
  const told = new Set(
    findings.flatMap(({ id, status, severity }) => (status === 'open' && severity === 'critical' ? id : [])),
  );
  const ofPools = Map.groupBy(drains ?? [], ({ poolId }) => idKey(poolId));
  return [...ofPools.values()].flatMap((ofPool) => {
    const last = lastDrain(ofPool);
    return last !== null && (last.ended === null || told.has(drainFindingId(last.poolId))) ? last : [];
  });
}
