import type { NodeLog } from './node-log.ts';
import type { By, NodeKind, Size, StoredPool } from './stored.ts';
import type { Ticks } from './ticks.ts';
import { dateOf } from './ticks.ts';

export const NODE_KINDS: readonly NodeKind[] = ['dedicated', 'lowPriority'];

/**
 * Whether nodes stay until their tasks are done; RetainedData waits for the retention of their data besides, which
 * counts to the task here. https://learn.microsoft.com/azure/batch/batch-pool-resize-start-event
 */
export function waitsForTasks(deallocationOption: string): boolean {
  return /^(?:TaskCompletion|RetainedData)$/i.test(deallocationOption);
}

/** When each task of that kind of nodes that runs at that time ends, the last one first. */
export function endsOf(pool: StoredPool, kind: NodeKind, at: Ticks): Ticks[] {
  const ends = pool.tasks.filter(({ on, until }) => on === kind && until > at).map(({ until }) => until);
  return ends.sort((a, b) => (a < b ? 1 : -1));
}

/** Ends the tasks for which a pool of that size has no nodes; those without tasks go first. */
export function endTasks(pool: StoredPool, size: Size, { by, at }: { by: By; at: Ticks }, log: NodeLog): void {
  const running = pool.tasks.filter(({ until }) => until > at);
  pool.tasks = keepTasks(running, size);
  const tasks = running.length - pool.tasks.length;
  log.add({ at: dateOf(at), pool: String(pool.body['id']), by, nodes: 0, tasks });
}

/** As many as there are nodes for. */
export function keepTasks(tasks: StoredPool['tasks'], size: Size): StoredPool['tasks'] {
  return NODE_KINDS.flatMap((kind) => tasks.filter(({ on }) => on === kind).slice(0, size[kind]));
}
