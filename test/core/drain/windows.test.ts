import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openingOf } from '../../../shared/core/drain/windows.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/core/model/time.ts';
import { DAYS, type Day, type DrainWindow } from '../../../shared/core/policy/drain-policy.ts';
import { runs } from '../../support/runs.ts';

const RUNS = runs(8000, 16);

/** As in "Sat,Sun 02:00 06:00 Europe/Paris"; * for every day. */
function windowOf(text: string): DrainWindow {
  const [days = '', from = '', to = '', timeZone = ''] = text.split(' ');
  return { days: DAYS.filter((day) => days.includes(day)), from: minutesOf(from), to: minutesOf(to), timeZone };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

const openings = (windows: readonly string[], now: string) => {
  const opening = openingOf(windows.map(windowOf), new Date(now));
  return opening?.toISOString().replace(':00.000Z', 'Z') ?? null;
};

describe('when the next window opens; null while one is open', () => {
  // 2026-03-02 is a Monday.
  test.each<[windows: string[], now: string, opens: string | null]>([
    [[], '2026-03-02T12:00Z', null],
    [['* 02:00 06:00 UTC'], '2026-03-02T01:59:59.999Z', '2026-03-02T02:00Z'],
    [['* 02:00 06:00 UTC'], '2026-03-02T02:00Z', null],
    [['* 02:00 06:00 UTC'], '2026-03-02T05:59:59.999Z', null],
    [['* 02:00 06:00 UTC'], '2026-03-02T06:00Z', '2026-03-03T02:00Z'],
    [['Sat,Sun 02:00 06:00 Europe/Paris'], '2026-03-02T12:00Z', '2026-03-07T01:00Z'],
    [['Sat,Sun 02:00 06:00 Europe/Paris'], '2026-03-07T05:00Z', '2026-03-08T01:00Z'],
    [['Mon 02:00 06:00 UTC'], '2026-03-02T06:00Z', '2026-03-09T02:00Z'],
    [['Mon 02:00 06:00 UTC', 'Thu 01:00 02:00 UTC'], '2026-03-02T06:00Z', '2026-03-05T01:00Z'],
    [['Mon 02:00 06:00 UTC', '* 05:00 07:00 UTC'], '2026-03-02T06:00Z', null],
    // The day is that of the zone.
    [['Mon 02:00 06:00 Pacific/Kiritimati'], '2026-03-01T11:00Z', '2026-03-01T12:00Z'],
    [['Mon 20:00 23:00 Pacific/Pago_Pago'], '2026-03-03T08:00Z', null],
    [['Mon 05:45 06:00 Asia/Kathmandu'], '2026-03-01T12:00Z', '2026-03-02T00:00Z'],
  ])('%j at %s: %s', (windows, now, opens) => {
    expect(openings(windows, now)).toBe(opens);
  });

  test.each<[windows: string[], now: string, opens: string | null]>([
    [['Sat 22:00 06:00 UTC'], '2026-03-08T05:59Z', null],
    [['Sat 22:00 06:00 UTC'], '2026-03-08T06:00Z', '2026-03-14T22:00Z'],
    [['Sun 22:00 06:00 UTC'], '2026-03-08T05:59Z', '2026-03-08T22:00Z'],
    // Fourteen and eleven hours from UTC.
    [['Mon 22:00 06:00 Pacific/Pago_Pago'], '2026-03-03T16:59Z', null],
    [['Mon 22:00 06:00 Pacific/Kiritimati'], '2026-03-02T15:59Z', null],
    [['Sat 06:01 06:00 UTC'], '2026-03-08T05:59Z', null],
    [['Sat 00:00 24:00 UTC'], '2026-03-07T23:59:59.999Z', null],
    [['Sat 00:00 24:00 UTC'], '2026-03-08T00:00Z', '2026-03-14T00:00Z'],
    [['Sat 12:00 00:00 UTC'], '2026-03-08T00:00Z', '2026-03-14T12:00Z'],
    [['Sat,Sun 00:00 24:00 UTC'], '2026-03-08T00:00Z', null],
  ])('over midnight its day is that on which it opens: %j at %s: %s', (windows, now, opens) => {
    expect(openings(windows, now)).toBe(opens);
  });

  // Paris: 02:00 to 03:00 is left out on 2026-03-29, and repeated on 2026-10-25; both leap at 01:00Z.
  test.each<[windows: string[], now: string, opens: string | null]>([
    [['Sun 02:00 06:00 Europe/Paris'], '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
    [['Sun 02:30 06:00 Europe/Paris'], '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
    [['Sun 02:30 06:00 Europe/Paris'], '2026-03-29T03:59Z', null],
    [['Sun 02:30 06:00 Europe/Paris'], '2026-03-29T04:00Z', '2026-04-05T00:30Z'],
    [['Sun 03:00 06:00 Europe/Paris'], '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
    [['Sun 01:00 02:30 Europe/Paris'], '2026-03-29T00:59Z', null],
    [['Sun 01:00 02:30 Europe/Paris'], '2026-03-29T01:00Z', '2026-04-04T23:00Z'],
    [['Sun 02:10 02:30 Europe/Paris'], '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
    [['Sun 02:10 02:30 Europe/Paris'], '2026-03-29T01:19Z', null],
    [['Sun 02:10 02:30 Europe/Paris'], '2026-03-29T01:20Z', '2026-04-05T00:10Z'],
    [['Sun 02:00 03:00 Europe/Paris'], '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
    [['Sun 02:00 03:00 Europe/Paris'], '2026-03-29T01:59Z', null],
    [['Sun 02:00 03:00 Europe/Paris'], '2026-03-29T02:00Z', '2026-04-05T00:00Z'],
    // Havana and Santiago leap at midnight, Lord Howe by half an hour, Troll by two hours.
    [['Sun 00:00 04:00 America/Havana'], '2026-03-07T12:00Z', '2026-03-08T05:00Z'],
    [['Sat 20:00 00:00 America/Santiago'], '2026-09-06T03:59Z', null],
    [['Sat 20:00 00:00 America/Santiago'], '2026-09-06T04:00Z', '2026-09-12T23:00Z'],
    [['Sun 02:15 04:00 Australia/Lord_Howe'], '2026-10-03T12:00Z', '2026-10-03T15:30Z'],
    [['Sun 01:30 04:00 Antarctica/Troll'], '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
  ])('in an hour that does not exist it opens when the next one begins: %j at %s: %s', (windows, now, opens) => {
    expect(openings(windows, now)).toBe(opens);
  });

  test.each<[windows: string[], now: string, opens: string | null]>([
    [['Sun 02:30 06:00 Europe/Paris'], '2026-10-25T00:29Z', '2026-10-25T00:30Z'],
    [['Sun 02:30 06:00 Europe/Paris'], '2026-10-25T01:10Z', null],
    [['Sun 02:30 06:00 Europe/Paris'], '2026-10-25T05:00Z', '2026-11-01T01:30Z'],
    [['Sun 02:00 02:30 Europe/Paris'], '2026-10-25T00:29Z', null],
    [['Sun 02:00 02:30 Europe/Paris'], '2026-10-25T00:30Z', '2026-11-01T01:00Z'],
    [['Sun 01:00 02:30 Europe/Paris'], '2026-10-25T01:10Z', '2026-11-01T00:00Z'],
    [['Sun 03:00 04:00 Europe/Paris'], '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
  ])('in an hour that is repeated it opens once: %j at %s: %s', (windows, now, opens) => {
    expect(openings(windows, now)).toBe(opens);
  });
});

const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'America/St_Johns',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];

/** What the clock of a zone shows, read from a format of its own. */
const CLOCKS = new Map(
  ZONES.map((timeZone) => {
    const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    return [timeZone, new Intl.DateTimeFormat('en-GB', { timeZone, ...parts })];
  }),
);

function clock(timeZone: string, at: number): { readonly day: Day; readonly minutes: number } {
  const [day = '', time = ''] = CLOCKS.get(timeZone)?.format(at).split(' ') ?? [];
  return { day: DAYS.find((name) => day.startsWith(name)) ?? 'Mon', minutes: minutesOf(time) };
}

/** Whether no clock leaps within a day of it, so that what it shows alone says whether a window is open. */
function isQuiet(timeZone: string, at: number): boolean {
  const steps = [-DAY, 0, DAY].map((step) => clock(timeZone, at + step).minutes);
  return new Set(steps).size === 1;
}

function isOpenByClock({ days, from, to, timeZone }: DrainWindow, at: number): boolean {
  const { day, minutes } = clock(timeZone, at);
  const yesterday = DAYS[(DAYS.indexOf(day) + 6) % 7] ?? day;
  const opensOn = (name: Day) => days.length === 0 || days.includes(name);
  if (to > from) return opensOn(day) && from <= minutes && minutes < to;
  return (opensOn(day) && from <= minutes) || (opensOn(yesterday) && minutes < to);
}

/** From 2024 to 2029, the noons after which the clock of a zone leaps, within a day. */
const LEAPS = ZONES.flatMap((timeZone) => {
  const noons = Array.from({ length: 6 * 365 }, (_, day) => Date.UTC(2024, 0, 1, 12) + day * DAY);
  return noons.filter((at) => clock(timeZone, at).minutes !== clock(timeZone, at + DAY).minutes);
});

const aWindow: fc.Arbitrary<DrainWindow> = fc
  .record({
    days: fc.subarray([...DAYS]),
    from: fc.oneof(
      fc.nat(1439),
      fc.integer({ min: 0, max: 8 }).map((n) => n * 30),
    ),
    to: fc.oneof(
      fc.nat(1440),
      fc.integer({ min: 0, max: 8 }).map((n) => n * 30),
    ),
    timeZone: fc.constantFrom(...ZONES),
  })
  .filter(({ from, to }) => from !== to);

const aMoment = fc.oneof(
  fc.integer({ min: Date.UTC(2024), max: Date.UTC(2030) }),
  fc.tuple(fc.constantFrom(...LEAPS), fc.integer({ min: -9 * DAY, max: 2 * DAY })).map(([leap, to]) => leap + to),
  fc.tuple(fc.constantFrom(...LEAPS), fc.nat(2 * 1440)).map(([leap, to]) => leap + to * MINUTE),
);

test('the moment it gives is the first in a window, and within 8 days', () => {
  const checked = { open: 0, opens: 0, between: 0, byClock: 0 };
  const agrees = (windows: readonly DrainWindow[], at: number, isOpen: boolean) => {
    if (!windows.every(({ timeZone }) => isQuiet(timeZone, at))) return;
    checked.byClock += 1;
    expect(windows.some((window) => isOpenByClock(window, at))).toBe(isOpen);
  };
  fc.assert(
    fc.property(
      fc.array(aWindow, { minLength: 1, maxLength: 3 }),
      aMoment,
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 5, maxLength: 20 }),
      (windows, now, samples) => {
        const opening = openingOf(windows, new Date(now));
        agrees(windows, now, opening === null);
        if (opening === null) {
          checked.open += 1;
          return;
        }
        checked.opens += 1;
        const opens = opening.getTime();
        expect(opens).toBeGreaterThan(now);
        expect(opens - now).toBeLessThan(8 * DAY);
        expect(openingOf(windows, opening)).toBeNull();
        agrees(windows, opens, true);
        for (const at of [...samples.map((part) => now + Math.floor(part * (opens - now))), opens - 1]) {
          checked.between += 1;
          expect(openingOf(windows, new Date(at))).toEqual(opening);
          agrees(windows, at, false);
        }
      },
    ),
    { numRuns: RUNS },
  );
  console.log(`windows: ${RUNS} tried near ${LEAPS.length} leaps of clocks, ${JSON.stringify(checked)}`);
  expect(checked.open).toBeGreaterThan(RUNS / 20);
  expect(checked.opens).toBeGreaterThan(RUNS / 20);
  expect(checked.byClock).toBeGreaterThan(RUNS);
});

test('a window is open once a day, also where the clock leaps', () => {
  let checked = 0;
  fc.assert(
    fc.property(aWindow, fc.constantFrom(...LEAPS), (window, leap) => {
      const changes: { readonly at: number; readonly isOpen: boolean }[] = [];
      for (let at = leap - DAY; at < leap + 2 * DAY; at += 10 * MINUTE) {
        const isOpen = openingOf([window], new Date(at)) === null;
        if (isOpen !== changes.at(-1)?.isOpen) changes.push({ at, isOpen });
      }
      const opened = changes.slice(1).filter(({ isOpen }) => isOpen);
      checked += opened.length;
      for (const [index, { at }] of opened.slice(1).entries())
        expect(at - (opened[index]?.at ?? at)).toBeGreaterThan(20 * HOUR);
    }),
    { numRuns: runs(800) },
  );
  console.log(`windows that opened near a leap: ${checked}`);
  expect(checked).toBeGreaterThan(0);
});
