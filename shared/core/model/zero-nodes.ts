import type { Pool } from './pool.ts';
import { count } from './words.ts';

/** Why the pool is not at zero nodes, now and to come; null when it is. All is judged from one read. */
export function whyNotAtZero({ nodes, settings }: Pool): string | null {
  const { dedicated, lowPriority, allocationState } = nodes;
  const { scale } = settings;
  if (dedicated === null || lowPriority === null || allocationState === null || scale === null)
    return 'its body does not show its size';
  if (dedicated + lowPriority > 0) return `it has ${count(dedicated + lowPriority, 'node')}`;
  if (allocationState.toLowerCase() !== 'steady') return `it is ${allocationState.toLowerCase()}`;
  if (scale.kind === 'autoscale') return 'its autoscale formula may add nodes at any time';
  if (scale.dedicated + scale.lowPriority > 0)
    return `it is to have ${count(scale.dedicated + scale.lowPriority, 'node')}`;
  return null;
}
