import { poolBeingDeleted } from './errors.ts';
import { number, part, text } from './json.ts';
import type { NodeKind, Size, StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { timeOf, weakEtag } from './ticks.ts';

/** Gives the pool a new lastModified, and so a new ETag. */
export function touch(pool: StoredPool, now: Ticks): void {
  pool.modified = now;
  pool.body['etag'] = weakEtag(now);
  part(pool.body, 'properties')['lastModified'] = timeOf(now);
}

/** The property that counts the nodes of that kind. */
export function currentFieldOf(kind: NodeKind): string {
  return kind === 'dedicated' ? 'currentDedicatedNodes' : 'currentLowPriorityNodes';
}

/** The nodes that there are. */
export function sizeOf(pool: StoredPool): Size {
  const properties = part(pool.body, 'properties');
  const count = (kind: NodeKind) => number(properties[currentFieldOf(kind)]);
  return { dedicated: count('dedicated'), lowPriority: count('lowPriority') };
}

export function nodesOf(pool: StoredPool): number {
  const { dedicated, lowPriority } = sizeOf(pool);
  return dedicated + lowPriority;
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

/** Throws when the pool is being deleted: it then takes no write. */
export function toWrite(pool: StoredPool): StoredPool {
  if (pool.goneAt !== null) throw poolBeingDeleted();
  return pool;
}
