import type { LogLine } from './core/log-line.ts';
import type { Memory, Plan } from './core/plan.ts';
import type { InvalidPolicy, Policy } from './core/policy.ts';
import type { Snapshot } from './core/snapshot.ts';
import type { Write } from './core/write.ts';

/** What one look needs from outside. */
export interface Ports {
  /** Names this look in the log and in Azure's. */
  readonly correlationId: string;
  now(): Date;
  log(line: LogLine): void;
  recall(accountId: string): Promise<Recalled>;
  /** Null when another instance holds it. Its loss aborts every later call. */
  lease(accountId: string): Promise<AsyncDisposable | null>;
  /** Puts the wish on the queue again, visible after `delay` milliseconds. */
  enqueue(accountId: string, since: Date, delay: number): Promise<void>;
  /** Throws only when it could not be read. */
  policy(): Promise<Policy | InvalidPolicy>;
  /** Null when Azure says that there is no such account. */
  observe(accountId: string): Promise<Snapshot | Throttled | null>;
  /** Notes that the account is gone; false when another look overtook this one. */
  gone(accountId: string, memory: Recalled): Promise<boolean>;
  /** Null when another look overtook this one: then nothing may be written. */
  remember(accountId: string, plan: Plan, lookedFrom: Date, memory: Recalled): Promise<Recalled | null>;
  /** Moves only the alarm. */
  defer(accountId: string, until: Date, memory: Recalled): Promise<void>;
  /** Never throws. */
  apply(write: Write, snapshot: Snapshot): Promise<WriteOutcome>;
  /** Stores the outcomes of the writes with their findings. */
  record(accountId: string, results: readonly WriteResult[], memory: Recalled): Promise<void>;
}

/** A memory and the version that it was read at. */
export interface Recalled extends Memory {
  /** Null when the account has no row yet. */
  readonly etag: string | null;
}

/** Azure asked for more patience than a look has. */
export interface Throttled {
  readonly retryAt: Date;
}

export type WriteOutcome =
  /** `alsoMoved`: ARM paths that moved although the write did not mean them. */
  | { readonly kind: 'applied'; readonly alsoMoved: readonly string[] }
  /** By a policy, a lock, a missing permission, a state: tried again later. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retryAt?: Date }
  | { readonly kind: 'changed-meanwhile' }
  | { readonly kind: 'gone' }
  /** Azure accepted it and it is not in effect. */
  | { readonly kind: 'not-taken'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface WriteResult {
  readonly write: Write;
  readonly outcome: WriteOutcome;
  readonly at: Date;
}
