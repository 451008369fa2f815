import type { Pool } from './pool.ts';
import { notShown, type Reading } from './reading.ts';
import { count } from './words.ts';

/** Why the pool is not at zero nodes, now and to come; null when it is. All is judged from one read. */
export function whyNotAtZero(pool: Pool): string | null {
  const { scale } = pool.settings;
  const running = whyNodesRun(pool);
  if (scale === null) return NOT_SHOWN;
  if (running !== null) return running;
  if (scale.kind === 'autoscale') return 'its autoscale formula may add nodes at any time';
  if (scale.dedicated + scale.lowPriority > 0)
    return `it is to have ${count(scale.dedicated + scale.lowPriority, 'node')}`;
  return null;
}

const NOT_SHOWN = 'its body does not show its size';

/** Why nodes run, or come or go, whatever size is asked for; null when there is none. */
export function whyNodesRun(pool: Pool): string | null {
  const { dedicated, lowPriority, allocationState } = pool.nodes;
  if (dedicated === null || lowPriority === null || allocationState === null) return NOT_SHOWN;
  if (dedicated + lowPriority > 0) return `it has ${count(dedicated + lowPriority, 'node')}`;
  return isSteady(pool) ? null : `it is ${allocationState.toLowerCase()}`;
}

/** Whether no resize is under way. */
export function isSteady({ nodes }: Pool): boolean {
  return nodes.allocationState?.toLowerCase() === 'steady';
}

/** Whether it has nodes, or is to have some; a formula may give it some at any time. */
export function hasNodes({ nodes, settings }: Pool): Reading<boolean> {
  const { dedicated, lowPriority } = nodes;
  const { scale } = settings;
  if ((dedicated ?? 0) + (lowPriority ?? 0) > 0 || scale?.kind === 'autoscale') return { known: true };
  if (scale !== null && scale.dedicated + scale.lowPriority > 0) return { known: true };
  if (dedicated === null || lowPriority === null || scale === null)
    return { unknown: notShown('the body of the pool does not show its size') };
  return { known: false };
}
