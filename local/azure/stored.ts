import type { Json } from './json.ts';
import type { Ticks } from './ticks.ts';

export interface StoredAccount {
  body: Json;
  /** Of the last write: what its ETag is made of. */
  modified: Ticks;
  /** Answered instead of the body. */
  malformed?: unknown;
}

export interface StoredPool extends StoredAccount {
  resizing: Resizing | null;
  /** When its autoscale formula was last evaluated. */
  evaluated: Ticks;
  /** When automatic scaling was last asked for on a steady pool. */
  autoscaleAsked: Ticks | null;
  /** The passwords it was last given, by user; no answer shows them. */
  passwords: ReadonlyMap<string, string>;
}

/** A resize under way. */
export interface Resizing {
  readonly until: Ticks;
  readonly dedicated: number;
  readonly lowPriority: number;
}
