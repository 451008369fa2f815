import { type SetSecret, setSecret } from '../model/change.ts';
import {
  pendingOf,
  type SecretCare,
  type SecretRef,
  type SecretVersion,
  type SecretVersionRef,
  type UserSecret,
} from '../model/secret.ts';
import { after, DAY, earliest } from '../model/time.ts';
import { FROM, isTaggedFor, ownerOf } from './secret-owner.ts';
import { covers, isToReplace, type SeenSecret } from './seen-secret.ts';

export type Step =
  | { readonly kind: 'none' }
  /** The pool is given the version, with those of all other users. */
  | { readonly kind: 'give'; readonly version: SecretVersion }
  /** The pool has it: it becomes main's. */
  | { readonly kind: 'promote'; readonly pending: SecretVersion }
  /** A version that may become `maxAge` old, in milliseconds. */
  | { readonly kind: 'mint'; readonly why: Due; readonly maxAge: number }
  /** Main's current version gets an expiry. */
  | { readonly kind: 'expire'; readonly version: SecretVersion; readonly at: Date }
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

/** From what is seen of a user's secret to the next step of its rotation: the first that fits. */
export function nextStep(seen: SeenSecret, now: Date): Step {
  const { secret, current, pending, given } = seen;
  const trouble = troubleOf(seen);
  if (trouble !== null) return { kind: 'ask', trouble };
  if (pending !== null) return seen.hasPending ? { kind: 'promote', pending } : { kind: 'give', version: pending };
  const { care } = secret;
  if (care === null) return { kind: 'none' };
  // What it has nobody can read any more, or soon: before all else it gets back what tasks read.
  if (seen.isAhead && current !== null && covers(current.kind, seen.kind)) return { kind: 'give', version: current };
  if (current === null && given !== null) return { kind: 'ask', trouble: 'lost' };
  const due = whyDue(seen, care, now);
  const others = due === null ? null : whosePending(seen);
  if (others !== null) return { kind: 'ask', trouble: others };
  if (due === 'missing' && !care.mintMissing) return { kind: 'ask', trouble: 'missing' };
  if (due !== null && isUndone(seen)) return { kind: 'ask', trouble: 'undone' };
  if (due !== null || current === null) return { kind: 'mint', why: due ?? 'missing', maxAge: care.maxAge };
  if (!seen.isGiven) return { kind: 'give', version: current };
  if (current.expires === null) return { kind: 'expire', version: current, at: after(current.created, care.maxAge) };
  const idle = [...uncounted(seen), ...superseded(seen, care, now)];
  return idle.length === 0 ? { kind: 'none' } : { kind: 'disable', versions: idle };
}

/** What the pool is to be given for the user whatever is due; null where nothing can be. */
export function wantedVersion(seen: SeenSecret): SecretVersionRef | null {
  const { secret, current, pending } = seen;
  if (troubleOf(seen) !== null) return null;
  if (pending !== null) return { ...pendingOf(secret.main), version: pending.id };
  return current !== null && covers(current.kind, seen.kind) ? { ...secret.main, version: current.id } : null;
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

function troubleOf({ secret, current, versions: { main } }: SeenSecret): Trouble | null {
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

/** Nothing is written beside versions of somebody else, whose name happens to be that of ours. */
function whosePending({ secret, versions }: SeenSecret): Trouble | null {
  const owners = versions.pending.map((version) => isTaggedFor(version, secret));
  return owners.includes(false) ? 'foreign' : owners.includes(null) ? 'unclaimed' : null;
}

/** A version that is to replace what is current still, and somebody else disabled, is made anew once. */
function isUndone({ secret, current, versions }: SeenSecret): boolean {
  return versions.pending.filter((version) => !version.enabled && isToReplace(version, secret, current)).length > 1;
}

function uncounted({ secret, versions }: SeenSecret) {
  const of = pendingOf(secret.main);
  return versions.pending
    .filter((version) => version.enabled && isTaggedFor(version, secret) === true)
    .map(({ id }) => ({ of, version: id }));
}

/**
 * Main's versions that a newer one replaced longer ago than `grace`; of those that were made in the newest second none. Until
 * the pool has the current one, a step before this is next.
 */
function superseded({ secret, versions: { main } }: SeenSecret, { grace }: SecretCare, now: Date) {
  return main
    .filter(({ enabled, created }) => {
      const next = earliest(main.map((other) => (other.created > created ? other.created : null)));
      return enabled && next !== null && after(next, grace) <= now;
    })
    .map(({ id }) => ({ of: secret.main, version: id }));
}
