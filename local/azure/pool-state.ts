import { number, part, text } from './json.ts';
import type { StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { timeOf, weakEtag } from './ticks.ts';

/** Gives the pool a new lastModified, and so a new ETag. */
export function touch(pool: StoredPool, now: Ticks): void {
  pool.modified = now;
  pool.body['etag'] = weakEtag(now);
  part(pool.body, 'properties')['lastModified'] = timeOf(now);
}

export function nodesOf(pool: StoredPool): number {
  const properties = part(pool.body, 'properties');
  return number(properties['currentDedicatedNodes']) + number(properties['currentLowPriorityNodes']);
}

export function isSteady(pool: StoredPool): boolean {
  return text(part(pool.body, 'properties')['allocationState']) === 'Steady';
}

/** The pool is steady since then. */
export function settleState(pool: StoredPool, at: Ticks): void {
  const properties = part(pool.body, 'properties');
  properties['allocationState'] = 'Steady';
  properties['allocationStateTransitionTime'] = timeOf(at);
}
