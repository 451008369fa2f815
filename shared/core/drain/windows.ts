import { oncePer } from '../model/once-per.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { DAYS, type DrainWindow } from '../policy/drain-policy.ts';

/** When the next window opens, at most 8 days ahead; null while one is open, and where there is none. */
export function openingOf(windows: readonly DrainWindow[], now: Date): Date | null {
  if (windows.length === 0) return null;
  const opens = Math.min(...windows.map((window) => openingNotOver(window, now.getTime())));
  return opens <= now.getTime() ? null : new Date(opens);
}

/**
 * When the window opens, the first time that it is not over by `now`. It is open from when the clock of its zone first
 * shows `from` or later until it first shows `to` or later: once, also where an hour is repeated. One that lies in what
 * the clock leaps over is as long as on other days.
 */
function openingNotOver(window: DrainWindow, now: number): number {
  const { days, from, to } = window;
  const zone = zoneOf(window);
  const length = (to - from) * MINUTE + (to > from ? 0 : DAY);
  // One that opened yesterday may last over midnight.
  for (let day = Math.floor((now + zone(now)) / DAY) - 1; ; day++) {
    if (!isOf(days, day)) continue;
    const local = day * DAY + from * MINUTE;
    const opens = firstShown(local, zone);
    const closes = firstShown(local + length, zone);
    if ((closes > opens ? closes : opens + length) > now) return opens;
  }
}

/** @param day since 1970-01-01, a Thursday */
function isOf(days: DrainWindow['days'], day: number): boolean {
  return days.length === 0 || days.some((name) => DAYS.indexOf(name) === (day + 3) % 7);
}

/** How far the clock of a zone is ahead of UTC at a moment. */
type Zone = (at: number) => number;

/** A format takes far longer to make than to use. */
const zoneOf = oncePer(({ timeZone }: DrainWindow): Zone => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(at)) ?? [];
    const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
    return sign === '-' ? -ahead : ahead;
  };
});

/**
 * When the clock of the zone first shows `local` or, where it leaps over that, later.
 * @param local what the clock shows, as if the zone were UTC
 */
function firstShown(local: number, zone: Zone): number {
  const before = zone(local - DAY);
  const byBefore = local - before;
  if (zone(byBefore) === before) return byBefore;
  const after = zone(local + DAY);
  const byAfter = local - after;
  return zone(byAfter) === after ? byAfter : leap(byAfter, byBefore, zone);
}

/** When the clock leaps, once, after `early` and not after `late`. */
function leap(early: number, late: number, zone: Zone): number {
  const after = zone(late);
  let [before, leapt] = [early, late];
  while (leapt - before > 1) {
    const middle = Math.floor((before + leapt) / 2);
    if (zone(middle) === after) leapt = middle;
    else before = middle;
  }
  return leapt;
}
