import { part } from './json.ts';
import { currentFieldOf, nodesOf, sizeOf } from './pool-state.ts';
import type { Resizes, Time } from './resize.ts';
import { endResize } from './resize.ts';
import type { NodeKind, Resizing, StoredPool } from './stored.ts';
import { endsOf, NODE_KINDS, waitsForTasks } from './tasks.ts';
import type { Ticks } from './ticks.ts';
import { dateOf, millisecondsOf } from './ticks.ts';

const QUOTA = {
  code: 'AccountVMSeriesCoreQuotaReached',
  message: 'The specified account has reached VM series core quota',
};
/** As the specification's example of a list of pools has it. */
const TIMED_OUT = {
  code: 'AllocationTimedout',
  message: 'Desired number of dedicated nodes could not be allocated as the resize timeout was reached',
};

/** Brings the resize up to that time: nodes come and go. When it ended, null if it goes on. */
export function advanceResize(pool: StoredPool, resizing: Resizing, now: Ticks, time: Time): Ticks | null {
  const end = endOf(pool, resizing, time.resizes);
  const isOver = millisecondsOf(end) <= millisecondsOf(now);
  const at = isOver ? end : now;
  move(pool, resizing, at, time);
  if (!isOver) return null;
  const { dedicated, lowPriority } = sizeOf(pool);
  const isReached = dedicated === resizing.target.dedicated && lowPriority === resizing.target.lowPriority;
  endResize(pool, at, isReached ? null : isOverQuota(pool, resizing, time.resizes) ? QUOTA : TIMED_OUT);
  return at;
}

function endOf(pool: StoredPool, resizing: Resizing, resizes: Resizes): Ticks {
  const { until, deadline, had, target, from } = resizing;
  const lacks = nodesWanted(resizing) > (resizes.stock ?? Infinity) && !isOverQuota(pool, resizing, resizes);
  const ends = NODE_KINDS.map((kind) => {
    if (target[kind] > had[kind]) return lacks ? deadline : until;
    // Of nodes with tasks, as many may stay as the pool keeps.
    const awaited = endsOf(pool, kind, from)[target[kind]];
    return target[kind] < had[kind] && waits(resizing) && awaited !== undefined ? later(awaited, until) : until;
  });
  const end = ends.reduce(later);
  return end < deadline ? end : deadline;
}

/** As many nodes as came, or went, by then; what else made the size is left as it is. */
function move(pool: StoredPool, resizing: Resizing, at: Ticks, time: Time): void {
  const properties = part(pool.body, 'properties');
  let nodes = 0;
  for (const kind of NODE_KINDS) {
    const field = currentFieldOf(kind);
    const is = sizeOf(pool)[kind];
    const becomes = sizeAt(pool, kind, resizing, at, time.resizes);
    nodes += Math.max(0, is - becomes);
    properties[field] = becomes;
  }
  if (nodesOf(pool) > 0) properties['currentNodeCommunicationMode'] ??= 'Simplified';
  time.nodeLog.add({ at: dateOf(at), pool: String(pool.body['id']), by: resizing.by, nodes, tasks: 0 });
}

function sizeAt(pool: StoredPool, kind: NodeKind, resizing: Resizing, at: Ticks, resizes: Resizes): number {
  const had = resizing.had[kind];
  const target = resizing.target[kind];
  const is = sizeOf(pool)[kind];
  const moved = Math.floor(Math.abs(target - had) * shareOf(resizing, at));
  if (target >= had) {
    // A pool that grows gets all it asks for or, as recorded, nothing; what it has stays.
    if (isOverQuota(pool, resizing, resizes)) return is;
    const others = nodesOf(pool) - is;
    return Math.max(is, Math.min(had + moved, (resizes.stock ?? Infinity) - others));
  }
  const busy = waits(resizing) ? endsOf(pool, kind, at).length : 0;
  return Math.min(is, Math.max(had - moved, busy));
}

function shareOf({ from, until }: Resizing, at: Ticks): number {
  const since = (time: Ticks) => millisecondsOf(time) - millisecondsOf(from);
  return at >= until ? 1 : since(at) / since(until);
}

function isOverQuota(pool: StoredPool, resizing: Resizing, { capacity }: Resizes): boolean {
  const wanted = nodesWanted(resizing);
  return capacity !== null && wanted > capacity && wanted > nodesOf(pool);
}

function nodesWanted({ target }: Resizing): number {
  return target.dedicated + target.lowPriority;
}

function waits({ nodeDeallocationOption }: Resizing): boolean {
  return waitsForTasks(nodeDeallocationOption);
}

function later(a: Ticks, b: Ticks): Ticks {
  return a > b ? a : b;
}
