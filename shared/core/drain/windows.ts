import type { DrainWindow } from '../policy/drain-policy.ts';

/** When the next window opens; null in one, or where there is none. */
export function openingOf(windows: readonly DrainWindow[], now: Date): Date | null {
  return windows.length === 0 ? null : now;
}
