import type { FacetName } from './core/model/facet.ts';
import type { Snapshot } from './core/model/snapshot.ts';
import type { Finding } from './core/plan/finding.ts';
import type { LogLine } from './core/plan/log-line.ts';
import type { News } from './core/plan/news.ts';
import type { Memory, Plan } from './core/plan/plan.ts';
import type { Write, WriteOutcome } from './core/plan/write.ts';
import type { InvalidPolicy, Policy } from './core/policy/policy.ts';

/** What one look needs from outside. */
export interface Ports {
  /** Names this look in the log and in Azure's. */
  readonly correlationId: string;
  /** Aborted when the look may write no more: its lease is lost, or it took too long. */
  readonly signal: AbortSignal;
  now(): Date;
  log(line: LogLine): void;
  load(accountId: string): Promise<LoadedMemory>;
  /** Null when another instance holds it. Its loss aborts every later call. */
  lease(accountId: string): Promise<AsyncDisposable | null>;
  /** Puts the wish on the queue again, for later. */
  enqueueAgain(accountId: string, since: Date): Promise<void>;
  /** Throws only when it could not be read. */
  policy(): Promise<Policy | InvalidPolicy>;
  /** With the facets that `needed` asks for. Null when Azure says that there is no such account. */
  observe(accountId: string, needed: (seen: Snapshot) => ReadonlySet<FacetName>): Promise<Snapshot | Throttled | null>;
  /** Notes that the account is gone, with its findings closed; false when another look overtook this one. */
  gone(accountId: string, closed: readonly Finding[], lookedFrom: Date, memory: LoadedMemory): Promise<boolean>;
  /** False when another look overtook this one: then nothing may be written. */
  save(accountId: string, plan: Plan, lookedFrom: Date, memory: LoadedMemory): Promise<boolean>;
  /** Moves only the alarm; false when another look overtook this one. */
  defer(accountId: string, until: Date, memory: LoadedMemory): Promise<boolean>;
  /** Never throws. */
  apply(write: Write, snapshot: Snapshot): Promise<WriteOutcome>;
  /** Stores the outcomes of the writes with their findings. */
  record(accountId: string, results: readonly WriteResult[]): Promise<void>;
  /** Tells the topic of findings, where there is one, of what is remembered. Never throws: what it could not tell is logged. */
  publish(news: readonly News[], at: Date): Promise<void>;
}

/** A memory and the version that it was read at. */
export interface LoadedMemory extends Memory {
  /** Null when the account has no row yet. */
  readonly etag: string | null;
}

/** Azure asked for more patience than a look has. */
export interface Throttled {
  readonly retryAt: Date;
}

export interface WriteResult {
  readonly write: Write;
  readonly outcome: WriteOutcome;
  readonly at: Date;
}

/** Who changed what and when, as an event tells it; null where it does not. */
export interface ChangeHint {
  /** The id of the resource. */
  readonly subject: string;
  readonly time: Date;
  /** The ARM action. */
  readonly operation: string | null;
  /** The caller's client id. */
  readonly application: string | null;
  readonly objectId: string | null;
}

/** What the functions around the loop need from outside. */
export interface Intake {
  now(): Date;
  log(line: LogLine): void;
  /** Puts the wish to look at an account on the queue; a burst of them becomes one look. */
  enqueueLook(accountId: string, since: Date): Promise<void>;
  enqueueListing(subscription: string, since: Date, visibleAt: Date): Promise<void>;
  /** Keeps who last changed what, as a hint. */
  noteEvent(hint: ChangeHint): Promise<void>;
  /** The accounts whose alarm has come. */
  accountsDue(): Promise<readonly string[]>;
  /** Those that Azure lists. @throws when the list could not be read to its end */
  listAccounts(subscription: string): Promise<readonly string[] | Throttled>;
  /** Those that are remembered; what has been gone for a week is forgotten. */
  rememberedAccounts(subscription: string): Promise<readonly string[]>;
  /** Accounts that no look has reached since the sweep before; null at the first. */
  startSweep(): Promise<number | null>;
  /** A finding on the account: every try to look at it failed. */
  recordLookFailure(accountId: string): Promise<void>;
  /** A finding on the subscription: every try to list it failed. */
  recordListingFailure(subscription: string): Promise<void>;
  /** Ends that finding. */
  closeListingFailure(subscription: string): Promise<void>;
}
