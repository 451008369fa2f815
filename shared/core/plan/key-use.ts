import type { AccountSettings } from '../model/account-settings.ts';
import type { Change } from '../model/change.ts';
import type { Reading } from '../model/reading.ts';
import { wordSet } from '../model/setting.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { after, DAY } from '../model/time.ts';
import { count } from '../model/words.ts';
import type { Verdict } from '../policy/evaluate.ts';
import type { InvalidPolicy, Policy } from '../policy/policy.ts';
import { type Held, held } from './held.ts';
import { callerOf, type LastChanges, lastKeyListing } from './last-change.ts';

/** What is known of who uses the keys of an account: whoever asks Azure for them is told by an event. */
export interface KeyUse {
  readonly lastChanges: LastChanges;
  /** Since when events of its subscription are received, by our clock; null where none ever was. */
  readonly receivedSince: Reading<Date | null>;
}

/**
 * Why keys may be in use that the change would shut out: they were listed, or it is not known for long enough that they were
 * not. Silence is no proof: who has a key need not ask for it again.
 * @param graceDays so long nobody may have listed them; 0 asks for nothing
 */
export function keyUseDoubt(
  change: Change,
  { account }: Snapshot,
  { lastChanges, receivedSince }: KeyUse,
  graceDays: number,
  now: Date,
): Held | null {
  if (graceDays === 0 || change.kind !== 'set-account' || 'unknown' in account) return null;
  if (!takesKeysAway(account.known.settings.authenticationModes, change.set.authenticationModes)) return null;
  const listing = lastKeyListing(lastChanges);
  if ('unknown' in listing) return notKnown(listing.unknown.message);
  if ('unknown' in receivedSince) return notKnown(receivedSince.unknown.message);
  const days = count(graceDays, 'day');
  const [asked, since] = [listing.known, receivedSince.known];
  const quietFrom = (time: Date) => after(time, graceDays * DAY);
  if (asked !== null && quietFrom(asked.time) > now)
    return inUse(`its keys were listed or renewed within ${days}, last ${callerOf(asked)}`, quietFrom(asked.time));
  if (since === null)
    return notKnown(`no event of its subscription was ever received, and a listing of keys is told by one`);
  if (quietFrom(since) > now)
    return inUse(
      `events of its subscription have not been received for ${days}: its keys may have been listed before`,
      quietFrom(since),
    );
  return null;
}

/** Whether what may be written now depends on since when events are received. */
export function asksForKeyUse(
  verdicts: readonly Verdict[],
  { account }: Snapshot,
  policy: Policy | InvalidPolicy,
): boolean {
  if ('unknown' in account || 'invalid' in policy || policy.keyUse.graceDays === 0) return false;
  const { authenticationModes } = account.known.settings;
  const fixes = verdicts.flatMap(({ mode, outcomes }) =>
    mode === 'audit' ? [] : outcomes.flatMap((outcome) => ('fix' in outcome ? outcome.fix : [])),
  );
  return fixes.some(
    (fix) => fix.kind === 'set-account' && takesKeysAway(authenticationModes, fix.set.authenticationModes),
  );
}

type Modes = AccountSettings['authenticationModes'];

function takesKeysAway(before: Modes, after: Modes | undefined): boolean {
  return after !== undefined && takesKeys(before) && !takesKeys(after);
}

/** Null allows all. */
function takesKeys(modes: Modes): boolean {
  return modes === null || wordSet(modes).includes('sharedkey');
}

function notKnown(why: string): Held {
  return inUse(`whether its keys are in use is not known: ${why}`, null);
}

function inUse(why: string, until: Date | null): Held {
  return { ...held('keys-in-use', `${why}; an approval of the change lets it go on`), until };
}
