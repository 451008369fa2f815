import type { Pool, PoolSettings } from './pool.ts';
import { count } from './words.ts';

/** Which settings Batch accepts only for a pool without nodes. A new setting does not compile until it is classified. */
const FROZEN_WHILE_NODES = {
  // Batch accepts it at any size, but nodes keep the identities they were made with until the pool has been at zero.
  identityIds: true,
  endpoints: true,
  publicIp: true,
  // Accepted at any size; it reaches nodes once the pool has been at zero.
  targetCommunicationMode: false,
  users: true,
} as const satisfies Record<keyof PoolSettings, boolean>;

export function isFrozen(setting: keyof PoolSettings): boolean {
  return FROZEN_WHILE_NODES[setting];
}

/** Why the pool is not at zero nodes, now and to come; null when it is. All is judged from one read. */
export function whyNotAtZero({ nodes }: Pool): string | null {
  const { dedicated, lowPriority, allocationState, scale } = nodes;
  if (dedicated === null || lowPriority === null || allocationState === null || scale === null)
    return 'its body does not show its size';
  if (dedicated + lowPriority > 0) return `it has ${count(dedicated + lowPriority, 'node')}`;
  if (allocationState.toLowerCase() !== 'steady') return `it is ${allocationState.toLowerCase()}`;
  if (scale.kind === 'autoscale') return 'its autoscale formula may add nodes at any time';
  if (scale.dedicated + scale.lowPriority > 0)
    return `it is to have ${count(scale.dedicated + scale.lowPriority, 'node')}`;
  return null;
}
