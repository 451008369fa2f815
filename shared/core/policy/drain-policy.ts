import type { Deallocation } from '../model/pool-settings.ts';

/** When pools may be taken to zero. Durations are milliseconds. */
export interface DrainPolicy {
  /** Drains that may be open at once, in all accounts; 0: none. */
  readonly max: number;
  /** idle: only while the pool has no node. any: with nodes too. */
  readonly begin: 'idle' | 'any';
  /** How often a pool is looked at that waits until it has no node. */
  readonly watch: number;
  /** How long before it begins a drain is announced. */
  readonly notice: number;
  /** After which the size is given back, whatever was changed. */
  readonly deadline: number;
  readonly deallocation: Deallocation;
  /** When a drain may begin; at any time where there is none. */
  readonly windows: readonly DrainWindow[];
}

export interface DrainWindow {
  /** The days on which it opens; every day where there is none. */
  readonly days: readonly Day[];
  /** Minutes since midnight by the clock of `timeZone`, `to` 1440 at most. It ends on the next day where `to` is before `from`. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly timeZone: string;
}

export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Day = (typeof DAYS)[number];
