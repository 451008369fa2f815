import { DAY } from '../model/time.ts';
import { count } from '../model/words.ts';
import { type Exempt, standingOf } from './exemption.ts';

/** An instant, without seconds where it has none: `2027-04-01T00:00Z`. */
export function untilInWords(until: Date): string {
  return until.toISOString().replace(/(?::00)?\.000Z$/, 'Z');
}

/** For people: until when, by whose word and why; with `now` also in how many days, where these are few. */
export function exemptInWords({ owner, reason, until }: Exempt, now?: Date): string {
  const isEnding = now !== undefined && standingOf({ until }, now) === 'ending';
  const soon = isEnding ? `, ends ${inDays(until, now)}` : '';
  return `exempt until ${untilInWords(until)}${soon}; owner: ${owner}; reason: ${reason}`;
}

/** Of what ends within 30 days: as in "in 12 days"; at the last day "within a day". */
export function inDays(until: Date, now: Date): string {
  const days = Math.floor((until.getTime() - now.getTime()) / DAY);
  return days < 1 ? 'within a day' : `in ${count(days, 'day')}`;
}
