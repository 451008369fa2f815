import { type SetSecret, setSecret } from '../model/change.ts';
import type { Pool } from '../model/pool.ts';
import { isWindows } from '../model/pool.ts';
import {
  pendingOf,
  type SecretCare,
  type SecretKind,
  type SecretRef,
  type SecretVersion,
  type SecretVersionRef,
  type SecretVersions,
  type UserSecret,
} from '../model/secret.ts';
import { after, DAY, earliest } from '../model/time.ts';
import { givenVersion } from './marker.ts';
import { FROM, isOffered, isTaggedFor, ownerOf, REPLACES, replacesOf } from './secret-owner.ts';

/** What is seen of a named user's secret, in the words of a rotation. */
export interface SeenSecret {
  readonly secret: UserSecret;
  /** The newest version of main, enabled or not; null where there is none. */
  readonly current: SecretVersion | null;
  /** The version that main is to get next. */
  readonly pending: SecretVersion | null;
  /** The id of the version that the pool says it was given; null where it says nothing. */
  readonly given: string | null;
  /** The pool was offered the pending version, and says that it has it. */
  readonly hasPending: boolean;
  /** The pool has the value that main has. */
  readonly isGiven: boolean;
  /** The pool has a value that no version of main has: tasks that read main have another. */
  readonly isAhead: boolean;
  /** What Batch is to be given of it. */
  readonly kind: SecretKind;
}

export type Step =
  | { readonly kind: 'none' }
  /** The pool is given the version, with those of all other users. */
  | { readonly kind: 'give'; readonly version: SecretVersion }
  /** The pool has it: it becomes main's. */
  | { readonly kind: 'promote'; readonly pending: SecretVersion }
  | { readonly kind: 'mint'; readonly why: Due }
  /** Main's current version gets one. */
  | { readonly kind: 'expire'; readonly at: Date }
  /** Versions that nobody needs any more. */
  | { readonly kind: 'disable'; readonly versions: readonly { readonly of: SecretRef; readonly version: string }[] }
  /** Only a person can help; nothing is done for this user. */
  | { readonly kind: 'ask'; readonly trouble: Trouble };

/** Why a secret is rotated. */
export type Due = 'missing' | 'asked' | 'other-kind' | 'expired' | 'old' | 'soon';

export type Trouble =
  /** It has no version. */
  | 'missing'
  /** Its newest version is disabled. */
  | 'disabled'
  /** A tag says that it belongs to somebody else. */
  | 'foreign'
  /** It has no version any more, and the pool was given one. */
  | 'lost'
  /** Nothing says that it belongs to this user. */
  | 'unclaimed'
  /** Versions that were made to replace the current one are disabled again and again. */
  | 'undone'
  /** Its two newest versions were made in the same second. */
  | 'unclear';

/** Before this, a rotation begins. */
const LONGEST_AHEAD = 30 * DAY;

export function seenSecret(pool: Pool, secret: UserSecret, versions: SecretVersions): SeenSecret {
  const current = currentOf(versions.main);
  const given = givenVersion(pool, secret.user);
  const kind = kindFor(pool, secret.care);
  // What the pool does not take is never given; what it was given counts, whatever the policy says now.
  const usable = versions.pending.filter((version) => version.id === given || covers(version.kind, kind));
  const pending = countingOf(secret, usable, current);
  return {
    secret,
    current,
    pending,
    given,
    hasPending: pending !== null && pending.id === given && isOffered(pending, pool),
    isGiven: isValueOf(versions.main, current, given),
    isAhead: isAheadOf(versions, pool, given),
    kind,
  };
}

/** Whether the pool has a value that no version of main has. What it was not offered it cannot have, whatever its marker says. */
function isAheadOf({ main, pending }: SecretVersions, pool: Pool, given: string | null): boolean {
  if (given === null || main.some(({ id, tags }) => id === given || tags[FROM] === given)) return false;
  const listed = pending.find(({ id }) => id === given);
  return listed === undefined || isOffered(listed, pool);
}

/** From what is seen of a user's secret to the next step of its rotation: the first that fits. */
export function nextStep(seen: SeenSecret, versions: SecretVersions, now: Date): Step {
  const { secret, current, pending, given } = seen;
  const trouble = troubleOf(seen, versions);
  if (trouble !== null) return { kind: 'ask', trouble };
  if (pending !== null) return seen.hasPending ? { kind: 'promote', pending } : { kind: 'give', version: pending };
  const { care } = secret;
  if (care === null) return { kind: 'none' };
  // What it has nobody can read any more, or soon: before all else it gets back what tasks read.
  if (seen.isAhead && current !== null && covers(current.kind, seen.kind)) return { kind: 'give', version: current };
  if (current === null && given !== null) return { kind: 'ask', trouble: 'lost' };
  const due = whyDue(seen, care, now);
  const others = due === null ? null : whosePending(secret, versions);
  if (others !== null) return { kind: 'ask', trouble: others };
  if (due === 'missing' && !care.mintMissing) return { kind: 'ask', trouble: 'missing' };
  if (due !== null && isUndone(secret, versions, current)) return { kind: 'ask', trouble: 'undone' };
  if (due !== null || current === null) return { kind: 'mint', why: due ?? 'missing' };
  if (!seen.isGiven) return { kind: 'give', version: current };
  const expiry = after(current.created, care.maxAge);
  if (current.expires === null) return { kind: 'expire', at: expiry };
  const idle = [...uncounted(seen, versions), ...superseded(seen, versions, care, now)];
  return idle.length === 0 ? { kind: 'none' } : { kind: 'disable', versions: idle };
}

/** What the pool is to be given for the user whatever is due; null where nothing can be. */
export function wantedVersion(seen: SeenSecret, versions: SecretVersions): SecretVersionRef | null {
  const { secret, current, pending } = seen;
  if (troubleOf(seen, versions) !== null) return null;
  if (pending !== null) return { ...pendingOf(secret.main), version: pending.id };
  return current !== null && covers(current.kind, seen.kind) ? { ...secret.main, version: current.id } : null;
}

/**
 * Whether what the pool was given is what main has: by its version, or by the pending one that became it. A person may copy the
 * tags of such a version: it replaces what was current before it, and a copy does not.
 */
function isValueOf(main: readonly SecretVersion[], current: SecretVersion | null, given: string | null): boolean {
  if (current === null || given === null) return false;
  if (given === current.id) return true;
  const before = currentOf(main.filter((version) => version !== current));
  return given === current.tags[FROM] && current.tags[REPLACES] === replacesOf(before);
}

/** The value of the pending version becomes main's. */
export function promotionOf(secret: UserSecret, pending: SecretVersion): SetSecret {
  return setSecret(secret, secret.main, { promoted: { ...pendingOf(secret.main), version: pending.id } });
}

/** When a rotation begins by itself. */
export function dueAt({ created, expires }: SecretVersion, { maxAge }: SecretCare): Date {
  const end = earliest([expires, after(created, maxAge)]) ?? after(created, maxAge);
  return after(end, -Math.min(maxAge / 3, LONGEST_AHEAD));
}

function troubleOf({ secret, current }: SeenSecret, { main }: SecretVersions): Trouble | null {
  const owner = ownerOf(main, secret, secret.isBound);
  if (owner === 'another') return 'foreign';
  if (owner === 'nobody') return 'unclaimed';
  if (current === null) return null;
  if (!current.enabled) return 'disabled';
  const rivals = main.filter(({ created }) => created.getTime() === current.created.getTime());
  // Versions that one pending became hold one value.
  const isOneValue = rivals.every(({ tags }) => tags[FROM] !== undefined && tags[FROM] === current.tags[FROM]);
  return rivals.length > 1 && !isOneValue ? 'unclear' : null;
}

function whyDue({ secret, kind, current }: SeenSecret, care: SecretCare, now: Date): Due | null {
  if (current === null) return 'missing';
  if (secret.askedAt !== null && secret.askedAt > current.created) return 'asked';
  if (current.expires !== null && current.expires <= now) return 'expired';
  if (after(current.created, care.maxAge) <= now) return 'old';
  if (dueAt(current, care) <= now) return 'soon';
  return covers(current.kind, kind) ? null : 'other-kind';
}

/** The newest; of several in one second the one with the highest id. */
export function currentOf(versions: readonly SecretVersion[]): SecretVersion | null {
  return versions.toSorted((a, b) => b.created.getTime() - a.created.getTime() || (a.id < b.id ? 1 : -1))[0] ?? null;
}

/** Those that are enabled and replace main's current version: the oldest of them, so that every look takes the same. */
function countingOf(
  secret: UserSecret,
  pending: readonly SecretVersion[],
  current: SecretVersion | null,
): SecretVersion | null {
  const counting = pending.filter((version) => version.enabled && isToReplace(version, secret, current));
  return counting.toSorted((a, b) => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1))[0] ?? null;
}

/** Nothing is written beside versions of somebody else, whose name happens to be that of ours. */
function whosePending(secret: UserSecret, { pending }: SecretVersions): Trouble | null {
  const owners = pending.map((version) => isTaggedFor(version, secret));
  return owners.includes(false) ? 'foreign' : owners.includes(null) ? 'unclaimed' : null;
}

/** A version that is to replace what is current still, and somebody else disabled, is made anew once. */
function isUndone(secret: UserSecret, { pending }: SecretVersions, current: SecretVersion | null): boolean {
  return pending.filter((version) => !version.enabled && isToReplace(version, secret, current)).length > 1;
}

function isToReplace(version: SecretVersion, secret: UserSecret, current: SecretVersion | null): boolean {
  return isTaggedFor(version, secret) === true && version.tags[REPLACES] === replacesOf(current);
}

function uncounted({ secret }: SeenSecret, { pending }: SecretVersions) {
  const of = pendingOf(secret.main);
  return pending
    .filter((version) => version.enabled && isTaggedFor(version, secret) === true)
    .map(({ id }) => ({ of, version: id }));
}

/** Main's versions that a newer one replaced longer ago than `grace`. Until the pool has the current one, a step before this is next. */
function superseded({ secret, current }: SeenSecret, { main }: SecretVersions, { grace }: SecretCare, now: Date) {
  return main
    .filter(({ enabled, created }) => {
      // Those of one second are current, all of them.
      if (!enabled || current === null || created.getTime() === current.created.getTime()) return false;
      const next = earliest(main.map((other) => (other.created > created ? other.created : null)));
      return next !== null && after(next, grace) <= now;
    })
    .map(({ id }) => ({ of: secret.main, version: id }));
}

/** Nodes take a key only where they speak to each other, and Windows never does. https://learn.microsoft.com/azure/batch/batch-user-accounts */
function kindFor({ interNodeCommunication, deployment }: Pool, care: SecretCare | null): SecretKind {
  const takesKey = interNodeCommunication && deployment !== null && !isWindows(deployment);
  return takesKey ? (care?.kind ?? 'both') : 'password';
}

/** Whether a value of that kind is enough. One that does not say is taken for a password. */
function covers(has: SecretKind | null, wanted: SecretKind): boolean {
  return has === 'both' || (has ?? 'password') === wanted;
}
