import { DAY, HOUR, MINUTE, SECOND } from '../shared/core/model/time.ts';
import { count } from '../shared/core/model/words.ts';
import type { DrainPolicy, DrainWindow } from '../shared/core/policy/drain-policy.ts';

/** What drains may do, as in "at most 2 at once, only pools without nodes, at any time; size given back after 6 hours". */
export function drainsInWords({ max, begin, watch, notice, deadline, deallocation, windows }: DrainPolicy): string {
  if (max === 0) return 'none, as max is 0';
  const which = {
    idle: `only pools without nodes, looked for every ${durationInWords(watch).replace(/^1 /, '')}`,
    any: `pools with nodes too (${deallocation})`,
  };
  const when = windows.length === 0 ? 'at any time' : windows.map(windowInWords).join(' or ');
  const announced = notice === 0 ? [] : [`announced ${durationInWords(notice)} before`];
  const what = [`at most ${max} at once`, which[begin], when, ...announced].join(', ');
  return `${what}; size given back after ${durationInWords(deadline)}`;
}

/** As in "Sat and Sun 02:00 to 06:00 Europe/Paris". */
function windowInWords({ days, from, to, timeZone }: DrainWindow): string {
  const on = days.length === 0 ? 'every day' : days.join(', ').replace(/, (?=\w+$)/, ' and ');
  return `${on} ${timeOfDay(from)} to ${timeOfDay(to)} ${timeZone}`;
}

function timeOfDay(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** As in "1 day 12 hours". */
export function durationInWords(milliseconds: number): string {
  const units = [
    { noun: 'day', n: Math.floor(milliseconds / DAY) },
    { noun: 'hour', n: Math.floor((milliseconds % DAY) / HOUR) },
    { noun: 'minute', n: Math.floor((milliseconds % HOUR) / MINUTE) },
    { noun: 'second', n: (milliseconds % MINUTE) / SECOND },
  ];
  return units
    .filter(({ n }) => n > 0)
    .map(({ noun, n }) => count(n, noun))
    .join(' ');
}
