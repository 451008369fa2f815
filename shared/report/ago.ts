import { DAY, HOUR, MINUTE } from '../core/model/time.ts';
import { count } from '../core/model/words.ts';

/** As in "3 hours ago" and "in 2 days": how far a time is from now, in its largest unit. */
export function ago(time: Date, now: Date): string {
  const milliseconds = now.getTime() - time.getTime();
  const length = lengthOf(Math.abs(milliseconds));
  return milliseconds >= 0 ? `${length} ago` : `in ${length}`;
}

/** In its largest unit, from above. */
export function lengthOf(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'less than a minute';
  if (milliseconds < HOUR) return count(Math.floor(milliseconds / MINUTE), 'minute');
  if (milliseconds < 2 * DAY) return count(Math.floor(milliseconds / HOUR), 'hour');
  return count(Math.floor(milliseconds / DAY), 'day');
}
