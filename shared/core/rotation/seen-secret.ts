import { isWindows, type Pool } from '../model/pool.ts';
import type { SecretCare, SecretKind, SecretVersion, SecretVersions, UserSecret } from '../model/secret.ts';
import { givenVersion } from './marker.ts';
import { FROM, isOffered, isTaggedFor, REPLACES, replacesOf } from './secret-owner.ts';

/** What is seen of a named user's secret, in the words of a rotation. */
export interface SeenSecret {
  readonly secret: UserSecret;
  readonly versions: SecretVersions;
  /** The newest version of main, enabled or not; null where there is none. */
  readonly current: SecretVersion | null;
  /** The version that main is to get next. */
  readonly pending: SecretVersion | null;
  /** The id of the version that the pool says it was given; null where it says nothing. */
  readonly given: string | null;
  /** The pool was offered the pending version, and says that it has it. */
  readonly hasPending: boolean;
  /** The pool was offered the pending version, and does not say that it has it: its markers may be lost. */
  readonly mayHavePending: boolean;
  /** The pool has the value that main has. */
  readonly isGiven: boolean;
  /** The pool has a value that no version of main has: tasks that read main have another. */
  readonly isAhead: boolean;
  /** What Batch is to be given of it. */
  readonly kind: SecretKind;
}

export function seenSecret(pool: Pool, secret: UserSecret, versions: SecretVersions): SeenSecret {
  const current = currentOf(versions.main);
  const given = givenVersion(pool, secret.user);
  const kind = kindFor(pool, secret.care);
  // What the pool does not take is never given; what it was given counts, whatever the policy says now.
  const usable = versions.pending.filter((version) => version.id === given || covers(version.kind, kind));
  const pending = countingOf(secret, usable, current);
  const offered = pending !== null && isOffered(pending, pool);
  return {
    secret,
    versions,
    current,
    pending,
    given,
    hasPending: offered && pending.id === given,
    mayHavePending: offered && pending.id !== given,
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

/** Whether it was made for this user, in place of what is main's current version still. */
export function isToReplace(version: SecretVersion, secret: UserSecret, current: SecretVersion | null): boolean {
  return isTaggedFor(version, secret) === true && version.tags[REPLACES] === replacesOf(current);
}

/** Nodes take a key only where they speak to each other, and Windows never does. https://learn.microsoft.com/azure/batch/batch-user-accounts */
function kindFor({ interNodeCommunication, deployment }: Pool, care: SecretCare | null): SecretKind {
  const takesKey = interNodeCommunication && deployment !== null && !isWindows(deployment);
  return takesKey ? (care?.kind ?? 'both') : 'password';
}

/** Whether a value of that kind is enough. One that does not say is taken for a password. */
export function covers(has: SecretKind | null, wanted: SecretKind): boolean {
  return has === 'both' || (has ?? 'password') === wanted;
}
