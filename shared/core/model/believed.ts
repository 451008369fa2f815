import { after, MINUTE } from './time.ts';

/** The clocks of instances and of Azure's services differ by seconds. */
const CLOCKS_DIFFER = MINUTE;

/** Whether a time that is told of the past may be true: what is ahead of now is not. */
export function isPast(time: Date, now: Date): boolean {
  return time <= after(now, CLOCKS_DIFFER);
}

/** Whether two clocks may have told these times at one moment. */
export function isNear(one: Date, other: Date): boolean {
  return isPast(one, other) && isPast(other, one);
}

const EARLIEST = new Date(0);

/** The time that was told, as far as it can be one of the past: now at the latest, and none that a table would not take. */
export function believed(time: Date, now: Date): Date {
  if (time > now) return now;
  return time < EARLIEST ? EARLIEST : time;
}
