import { idKey, parsePoolId } from '../model/resource-id.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { after, DAY } from '../model/time.ts';
import type { LastChanges } from './last-change.ts';

/** So long an event may be ahead of what Azure lists. */
const KEPT = DAY;

/** Whether a change is so old that it says nothing of a pool that is not listed. */
export function isOldChange(time: Date, now: Date): boolean {
  return time < after(now, -KEPT);
}

/** Pools that a complete look does not list, and of which only old changes are remembered, or none that can be read. */
export function gonePools(changes: LastChanges, { complete, pools }: Snapshot, now: Date): string[] {
  if (!complete || 'unknown' in changes) return [];
  const listed = new Set(pools.map(({ id }) => idKey(id)));
  return [...changes.known].flatMap(([id, change]) => {
    if (parsePoolId(id) === null || listed.has(id)) return [];
    return 'unknown' in change || isOldChange(change.known.time, now) ? [id] : [];
  });
}
