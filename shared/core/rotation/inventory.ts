import type { Pool } from '../model/pool.ts';
import { isFailure, type UnknownReason } from '../model/reading.ts';
import type { SecretRef, SecretVersion } from '../model/secret.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Mode } from '../policy/policy.ts';
import { givenVersion } from './marker.ts';
import { type Due, dueAt, type Step, type Trouble } from './next-step.ts';
import { findSecret, userStates } from './pool-secrets.ts';
import type { SeenSecret } from './seen-secret.ts';

/** How a named user's secret stands. Programs read these words: they stay. */
export type SecretState =
  /** The pool has the current version, and nothing is due. */
  | 'given'
  /** The pool does not say that it has the current version. */
  | 'not-given'
  /** A new version waits until the pool can be given it. */
  | 'waiting'
  /** The pool has the new version, which is not yet the current one. */
  | 'promoting'
  /** A new version is to be made. */
  | 'due'
  | Trouble
  /** The policy names no vault for it. */
  | 'no-vault'
  /** It is the secret of several users. */
  | 'shared'
  | 'unread';

/** A named user of a pool and its secret: names, dates and ids, never a value. */
export interface NamedUserSecret {
  readonly poolId: string;
  readonly user: string;
  /** Of the rule that keeps it: only `enforce` begins rotations. */
  readonly mode: Mode;
  /** Null where it is not known which secret it is. */
  readonly secret: SecretRef | null;
  /** The newest version, enabled or not; null where there is none, or it is not known. */
  readonly current: SecretVersion | null;
  /** The version that is to be current next. */
  readonly pending: SecretVersion | null;
  /** The id of the version that the pool says it was given; null where it says nothing. */
  readonly given: string | null;
  /** Whether that is the current one's value; null where it is not known. */
  readonly isGiven: boolean | null;
  readonly state: SecretState;
  /** Null unless a new version is to be made. */
  readonly due: Due | null;
  /** Why it is not known how it stands. */
  readonly why: string | null;
  /** When a rotation begins by itself, past where it is due; null where one is under way, or a person has to help first. */
  readonly nextRotation: Date | null;
  /** The current version has no expiry: Key Vault tells of neither its end nor that it is near. */
  readonly neverWarns: boolean;
}

/** The named users of a pool, in the order of the body. */
export function secretsOf(
  pool: Pool,
  snapshot: Pick<Snapshot, 'facets'>,
  mode: Mode,
  now: Date,
): readonly NamedUserSecret[] {
  return userStates(pool, snapshot, now).map(({ user: { name }, state }) => {
    const user = { poolId: pool.id, user: name, mode, given: givenVersion(pool, name) };
    return 'unknown' in state
      ? { ...user, ...notKnown(state.unknown), secret: findSecret(snapshot.facets, pool.id, name)?.main ?? null }
      : { ...user, ...known(state.known.seen, state.known.step) };
  });
}

type Rest = Omit<NamedUserSecret, 'poolId' | 'user' | 'mode' | 'given'>;

function notKnown({ code, message }: UnknownReason): Omit<Rest, 'secret'> {
  const state = isFailure(code) ? 'unread' : code === 'undecided' ? 'shared' : 'no-vault';
  const nothing = { current: null, pending: null, isGiven: null, due: null, nextRotation: null, neverWarns: false };
  return { ...nothing, state, why: message };
}

function known(seen: SeenSecret, step: Step): Rest {
  const { secret, current, pending } = seen;
  const state = stateOf(seen, step);
  const begins = state === 'given' || state === 'not-given' || state === 'due';
  return {
    secret: secret.main,
    current,
    pending,
    isGiven: seen.isGiven,
    state,
    due: step.kind === 'mint' ? step.why : null,
    why: null,
    nextRotation: begins && current !== null && secret.care !== null ? dueAt(current, secret.care) : null,
    neverWarns: current !== null && current.expires === null,
  };
}

function stateOf(seen: SeenSecret, step: Step): SecretState {
  switch (step.kind) {
    case 'ask':
      return step.trouble;
    case 'mint':
      return 'due';
    case 'give':
      return seen.pending === null ? 'not-given' : 'waiting';
    case 'promote':
      return 'promoting';
    case 'none':
    case 'expire':
    case 'disable':
      return 'given';
  }
}
