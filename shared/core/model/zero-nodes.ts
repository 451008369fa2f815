import type { Pool } from './pool.ts';
import { notShown, type Reading } from './reading.ts';
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
