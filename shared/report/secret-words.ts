import { DAY } from '../core/model/time.ts';
import { count } from '../core/model/words.ts';
import type { NamedUserSecret, SecretState } from '../core/rotation/inventory.ts';
import type { Due } from '../core/rotation/next-step.ts';

/** How a user's secret stands, as a count of many is headed: "3 given". */
export const STATE_NAMES: Readonly<Record<SecretState, string>> = {
  given: 'given',
  'not-given': 'not given',
  waiting: 'waiting for a drain',
  promoting: 'given ahead',
  due: 'due',
  missing: 'no secret',
  lost: 'lost',
  disabled: 'disabled',
  foreign: 'foreign',
  unclaimed: 'unclaimed',
  undone: 'stopped',
  unclear: 'unclear',
  'no-vault': 'no vault',
  shared: 'shared',
  unread: 'not read',
};

const MEANINGS: Readonly<Record<Exclude<SecretState, 'due' | 'shared' | 'unread'>, string>> = {
  given: 'the pool has the current version',
  'not-given': 'the pool does not say that it has the current version',
  waiting: 'a new version is ready, and the pool can be given it only without nodes',
  promoting: 'the pool has the new version, which becomes the current one at the next look',
  missing: 'set it, bind another one, or let one be made (namedUsers.mintMissing)',
  lost: 'it has no version any more: recover it in the vault',
  disabled: 'its newest version is: enable it, or add a version',
  foreign: 'its tags say that it belongs to another user',
  unclaimed: 'nothing says that it belongs to this user: tag it, or bind it (namedUsers.bindings)',
  undone: 'it is due, and somebody disables the versions that are to replace it',
  unclear: 'two versions were made in one second: add the one that is to hold',
  'no-vault': 'the policy names none for this user (namedUsers.vault)',
};

const DUES: Readonly<Record<Due, string>> = {
  missing: 'it has no secret yet, and one is to be made',
  asked: 'a person asked for another one',
  'other-kind': 'it does not hold what the policy asks for (namedUsers.kind)',
  expired: 'it has expired',
  old: 'it is older than the policy allows (namedUsers.maxAge)',
  soon: 'it soon expires or gets too old',
};

/** As in "not given: the pool does not say that it has the current version". */
export function stateInWords({ state, due, why }: NamedUserSecret): string {
  return `${STATE_NAMES[state]}: ${meaningOf(state, due, why)}`;
}

function meaningOf(state: SecretState, due: Due | null, why: string | null): string {
  if (state === 'due') return due === null ? 'a new version is to be made' : DUES[due];
  return state === 'shared' || state === 'unread' ? (why ?? 'not known') : MEANINGS[state];
}

/** Which version the pool says it was given, where that is not the current one. */
export function markerInWords({ given, isGiven, state }: NamedUserSecret): string | null {
  if (isGiven === true) return state === 'given' ? null : 'The pool has the current version.';
  return given === null ? 'No marker on the pool.' : `Marker on the pool: version ${given}.`;
}

/** As in "Next rotation 2027-01-12, in 45 days". */
export function nextInWords({ nextRotation, state, mode }: NamedUserSecret, now: Date): string | null {
  const begins = mode === 'enforce' ? '' : ` (mode ${mode}: nothing is begun)`;
  if (state === 'waiting' || state === 'promoting') return `Rotation under way${begins}`;
  if (nextRotation === null) return null;
  const days = Math.floor((nextRotation.getTime() - now.getTime()) / DAY);
  return nextRotation <= now
    ? `Rotation due since ${day(nextRotation)}${begins}`
    : `Next rotation ${day(nextRotation)}, ${days === 0 ? 'within a day' : `in ${count(days, 'day')}`}${begins}`;
}

/** As in "12 days old, expires 2027-02-10". */
export function ageInWords({ created, expires, enabled }: NonNullable<NamedUserSecret['current']>, now: Date): string {
  const days = Math.floor((now.getTime() - created.getTime()) / DAY);
  const age = days < 1 ? 'less than a day old' : `${count(days, 'day')} old`;
  const until = expires === null ? [] : [`${expires <= now ? 'expired' : 'expires'} ${day(expires)}`];
  return [age, ...until, ...(enabled ? [] : ['disabled'])].join(', ');
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
