import type { Check } from './core/doctor/check.ts';
import type { Drain, DrainEnd } from './core/drain/drain.ts';
import type { FacetName } from './core/model/facet.ts';
import type { GivenUser } from './core/model/pool-parts.ts';
import type { Reading } from './core/model/reading.ts';
import type { SecretRef, UserSecret, WantedSecret } from './core/model/secret.ts';
import type { Snapshot } from './core/model/snapshot.ts';
import type { Breaker, Tried } from './core/plan/breaker.ts';
import type { LimitsSeen } from './core/plan/budget.ts';
import type { Finding } from './core/plan/finding.ts';
import type { Intent } from './core/plan/journal.ts';
import type { LogLine } from './core/plan/log-line.ts';
import type { Memory } from './core/plan/memory.ts';
import type { News } from './core/plan/news.ts';
import type { Plan } from './core/plan/plan.ts';
import type { NotWritten, Write, WriteOutcome } from './core/plan/write.ts';
import type { Limits } from './core/policy/limits.ts';
import type { InvalidPolicy, Policy } from './core/policy/policy.ts';

/** What one run of a function needs from outside, by concern. Who needs less of it asks for less. */
export interface Ports
  extends Run,
    Intake,
    PolicySource,
    AccountState,
    Drains,
    Journal,
    Budget,
    SecretIndex,
    Register,
    Batch,
    Queues,
    Doctor,
    Telling {}

/** The run itself, and its clock. */
export interface Run {
  /** Names this run in the log and in Azure's. */
  readonly correlationId: string;
  /** Of the app. */
  readonly version: string;
  /** Aborted when the run may write no more: its lease is lost, or it took too long. */
  readonly signal: AbortSignal;
  now(): Date;
}

/** What a message is taken by. */
export interface Intake {
  /** Whether the message becomes poison when this run fails. */
  readonly isLastTry: boolean;
  /** Whether the subscription of this ARM id is one that the settings name: of others nothing is read, written or kept. */
  isWatched(id: string): boolean;
}

/** A policy, and what tells it from every other. */
export type PolicyRead = (Policy | InvalidPolicy) & { readonly hash: string };

export interface PolicySource {
  /** Throws only when it could not be read. */
  policy(): Promise<PolicyRead>;
}

/** What is kept of one account. */
export interface AccountState {
  /** Null when another instance holds it. Its loss aborts every later call. */
  lease(accountId: string): Promise<AsyncDisposable | null>;
  /** When the last look at it began that was remembered and told in the log; null when there was none. */
  lookedFrom(accountId: string): Promise<Date | null>;
  load(accountId: string): Promise<LoadedMemory>;
  /** Since when events of the account's subscription are received, by our clock; null where none ever was. Never throws for what another look may read. */
  receivedSince(accountId: string): Promise<Reading<Date | null>>;
  /**
   * The ids of findings that could not be kept as they are: what they ask for must not be written. Null when another look
   * overtook this one: then nothing may be.
   */
  save(accountId: string, plan: Plan, lookedFrom: Date, memory: LoadedMemory): Promise<ReadonlySet<string> | null>;
  /** Notes that the account is gone, with its findings closed; false when another look overtook this one. */
  gone(accountId: string, closed: readonly Finding[], lookedFrom: Date, memory: LoadedMemory): Promise<boolean>;
  /** Moves only the alarm; false when another look overtook this one. */
  defer(accountId: string, until: Date, memory: LoadedMemory): Promise<boolean>;
  /** Notes that all news is in the log that were remembered until `at`, and whether the topic took it too. */
  told(accountId: string, at: Date, isPublished: boolean): Promise<void>;
  /** Stores the outcomes of the writes with their findings. */
  record(accountId: string, results: readonly WriteResult[]): Promise<void>;
}

/** The drains of pools, and the slots that bound how many are open at once. */
export interface Drains {
  /** Claims a slot for a drain of that pool, or keeps the one that it holds. False when all `most` are taken; without bound it is for a drain that is open. */
  claimSlot(accountId: string, poolId: string, most: number): Promise<boolean>;
  /** Keeps the row from which the size will be restored. @throws when it could not be kept: then nothing may be emptied */
  beginDrain(accountId: string, drain: Drain): Promise<void>;
  /** Notes that it ended, and frees its slot. May be called again. */
  endDrain(accountId: string, drain: Pick<Drain, 'id' | 'poolId'>, end: DrainEnd): Promise<void>;
  /** Frees the slot of a pool, if it holds one. */
  freeSlot(poolId: string): Promise<void>;
}

/** Every write to Azure, kept for ever. */
export interface Journal {
  /** Before the write. @returns what its outcome is kept by @throws when it could not be kept: then nothing may be begun */
  intend(accountId: string, intent: Intent): Promise<string>;
  /** After it; an intent without an outcome is unknown. */
  conclude(accountId: string, intent: string, outcome: WriteOutcome, at: Date): Promise<void>;
}

/** What bounds how much is begun, over all instances. Each throws when its row could not be read or written: then nothing may be begun. */
export interface Budget {
  limitsSeen(): Promise<LimitsSeen>;
  /** Whether the breaker lets one write begin: as the probe of that id, where one is tried. */
  passBreaker(probe: string): Promise<'closed' | 'probe' | 'stopped'>;
  /** That probe was not tried. */
  freeProbe(probe: string): Promise<void>;
  /** Takes one change from what is left of the hour in which it answers. Never refunded. @returns false when none is left */
  claimChange(accountId: string, limits: Limits): Promise<boolean>;
  /** Notes what became of a write. @returns the breaker before and after */
  noteTried(tried: Tried, limits: Limits): Promise<BreakerMoved>;
}

export interface BreakerMoved {
  readonly before: Breaker;
  readonly after: Breaker;
}

/** A memory and the version that it was read at. */
export interface LoadedMemory extends Memory {
  /** Which set of its secrets the index has, and since which day: a hash, `@`, a date; null for none. */
  readonly indexed: string | null;
  /** Null when the account has no row yet. */
  readonly etag: string | null;
}

export interface WriteResult {
  readonly write: Write;
  readonly outcome: WriteOutcome;
  readonly at: Date;
}

/** From the secrets of named users to the accounts that have them: events of a vault name no account. */
export interface SecretIndex {
  /**
   * Keeps which secrets the account has, and no others. It writes nothing when `memory` says that these were kept today.
   * @returns the memory to be saved with, so that it says so at the next look
   */
  indexSecrets(
    accountId: string,
    secrets: readonly SecretRef[],
    memory: LoadedMemory,
    now: Date,
  ): Promise<LoadedMemory>;
  /** The account's id in lower case; null where the secret is nobody's. */
  accountOf(secret: SecretRef): Promise<string | null>;
}

/** What is kept of all accounts and subscriptions. */
export interface Register {
  /** The accounts whose alarm has come. */
  accountsDue(): Promise<readonly string[]>;
  /** The accounts with a drain that holds a slot: looked at whatever else fails. */
  accountsDraining(): Promise<readonly string[]>;
  /** Those that are remembered; what has been gone for a week, and is not listed again, is forgotten. */
  rememberedAccounts(subscription: string, listed: ReadonlySet<string>): Promise<readonly string[]>;
  /** Accounts that no look has reached since the sweep before; null at the first. */
  startSweep(): Promise<number | null>;
  /** Of all accounts those that are not closed, without their values. */
  openFindings(): Promise<readonly Finding[]>;
  /** Keeps who last changed what, as a hint. */
  noteEvent(hint: ChangeHint): Promise<void>;
  /** A finding on the account: every try to look at it failed. @returns what is to be told: nothing when it was told */
  recordLookFailure(accountId: string, why?: string): Promise<readonly News[]>;
  /** A finding on the subscription: every try to list it failed, or its list is in `doubt`. @returns as above */
  recordListingFailure(subscription: string, doubt?: string): Promise<readonly News[]>;
  /** Ends that finding. @returns what is to be told: nothing when there was none */
  closeListingFailure(subscription: string): Promise<readonly News[]>;
  /** Ends what is kept of a subscription that is gone, or could not be read for a week. @returns what is to be told */
  closeSubscription(subscription: string, code: Unlisted['code']): AsyncIterable<Ended>;
  /** Ends what is kept of subscriptions that are no longer watched. @returns what is to be told */
  closeUnwatched(): AsyncIterable<Ended>;
}

/** What ended of an account, or of a subscription, and its id. */
export interface Ended {
  readonly account: string;
  readonly news: readonly News[];
  /** What is in the log already. */
  readonly unpublished: readonly News[];
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

/** Azure Batch, and the vaults of the named users of its pools. */
export interface Batch {
  /** The accounts that Azure lists. @throws when the list could not be read to its end */
  listAccounts(subscription: string): Promise<readonly string[] | Throttled | Unlisted>;
  /** Why a list that was read to its end may lack accounts all the same; null when it does not. */
  whyListMayLack(subscription: string, listed: readonly string[]): Promise<string | null>;
  /** With the facets that `needed` asks for. Null when Azure says that there is no such account. */
  observe(accountId: string, needed: (seen: Snapshot) => ReadonlySet<FacetName>): Promise<Snapshot | Throttled | null>;
  /** The versions of the secrets, never a value; those that could not be read say why. */
  readSecrets(wanted: readonly WantedSecret[]): Promise<readonly UserSecret[]>;
  /** Reads what the pool is to be given, and drops it. Null where all can be had. Never throws. */
  whyNotGiven(poolId: string, users: readonly GivenUser[]): Promise<NotWritten | null>;
  /** Never throws. */
  apply(write: Write, snapshot: Snapshot): Promise<WriteOutcome>;
}

/** Azure will not list the accounts, however often it is asked. */
export interface Unlisted {
  readonly code: 'subscription-gone' | 'subscription-unreadable';
  /** For people. */
  readonly refused: string;
}

/** Azure asked for more patience than a run has. */
export interface Throttled {
  readonly retryAt: Date;
}

export interface QueueDepth {
  readonly queue: string;
  /** Those that wait for their time included. */
  readonly messages: number;
  /** When the oldest came that could be taken now; null when there is none. */
  readonly oldest: Date | null;
}

/** Work for other runs. */
export interface Queues {
  depths(): Promise<readonly QueueDepth[]>;
  /** Puts the wish to look at an account on the queue; a burst of them becomes one look. */
  enqueueLook(accountId: string, since: Date): Promise<void>;
  /** Wishes to look at many accounts, spread so that Azure can answer them. */
  enqueueLooks(accountIds: readonly string[], since: Date): Promise<void>;
  /** Puts a wish that could not be met on the queue again, for later; not before `from`. */
  enqueueAgain(accountId: string, since: Date, from?: Date): Promise<void>;
  enqueueListing(subscription: string, since: Date, visibleAt: Date): Promise<void>;
}

/** What the app checks of itself. */
export interface Doctor {
  /** Whether nothing was checked since this code, and these settings, were deployed. */
  isUnchecked(): Promise<boolean>;
  /** Reads all that is checked. What cannot be read is a check that is not well. */
  examine(): Promise<readonly Check[]>;
  /** Keeps a finding for each check that fails, and ends those of what is well. @returns what is to be told */
  recordChecks(checks: readonly Check[]): Promise<readonly Ended[]>;
  /** Tells it, and notes that it was told. */
  tellChecks(checked: Ended): Promise<void>;
}

/** Who hears of it. */
export interface Telling {
  log(line: LogLine): void;
  /**
   * Logs what became of findings, and tells it to the topic of findings, where there is one. They must be remembered
   * before. Never throws: what it could not tell is logged.
   * @param unpublished what is in the log already
   * @returns whether the topic took all of it
   */
  tell(accountId: string, news: readonly News[], unpublished: readonly News[]): Promise<boolean>;
  /** The same of what could not be looked at or listed, and notes that it was told. @param resourceId which that is */
  tellFailure(resourceId: string, news: readonly News[]): Promise<void>;
  /** The same of what ended. */
  tellEnded(ended: Ended): Promise<void>;
}
