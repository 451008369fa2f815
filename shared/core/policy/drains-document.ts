import { z } from 'zod';
import { found, meaning } from '../model/found.ts';
import { nearest } from '../model/nearest.ts';
import { DEALLOCATIONS } from '../model/pool-settings.ts';
import { DAYS, type DrainPolicy, type DrainWindow } from './drain-policy.ts';
import { duration } from './duration.ts';

/** More than a year of single weeks; each is looked through whenever a drain is due. */
const MOST_WINDOWS = 100;

const MAX = 'must be a whole number, 0 or more (0: no drain begins)';
const BEGIN = 'must be idle (only pools without nodes) or any (pools with nodes, too)';
const DEALLOCATION =
  'must be Requeue (tasks are stopped and queued again), Terminate (tasks are stopped and not run again), ' +
  'TaskCompletion (nodes go when their tasks are done) or RetainedData (when, besides, the files of tasks need not be kept any longer)';
const FROM = "must be a time of day from '00:00' to '23:59', in quotes";
const TO = "must be a time of day from '00:00' to '24:00', in quotes";
const SAME =
  'from and to are the same: a whole day is from 00:00 to 24:00; without windows, a drain may begin at any time';
const TIME_ZONE = 'must be the IANA name of a time zone, such as Europe/Paris or UTC';

const Window: z.ZodType<DrainWindow> = z
  .strictObject(
    {
      days: z
        .array(z.enum(DAYS), 'must be a list of days, such as [Sat, Sun]')
        .min(1, 'must name a day; leave days out for every day')
        .max(DAYS.length, 'must name each day once')
        .optional()
        .describe('On which it opens. Without it: every day.'),
      from: timeOfDay(/^(?:[01]\d|2[0-3]):[0-5]\d$/, FROM),
      to: timeOfDay(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, TO).describe('On the next day where it is before from.'),
      timeZone: z
        .string(TIME_ZONE)
        .refine(isTimeZone, { error: ({ input }) => `${TIME_ZONE}; ${found(input)}${meaning(zonesNear(input))}` })
        .describe('IANA name, such as Europe/Paris. Summer time is kept in mind.'),
    },
    "must be a window, such as { days: [Sat, Sun], from: '02:00', to: '06:00', timeZone: Europe/Paris }",
  )
  .refine(({ from, to }) => from !== to, { path: ['to'], message: SAME })
  .transform(({ days = [], ...rest }) => ({ days, ...rest }));

/** When pools may be taken to zero, as its author writes it; parsed, durations are milliseconds, times minutes. */
export const Drains: z.ZodType<DrainPolicy> = z
  .strictObject(
    {
      max: z.int(MAX).min(0, MAX).default(0).describe('Drains that may be open at once, in all accounts; 0: none.'),
      begin: z
        .enum(['idle', 'any'], BEGIN)
        .default('idle')
        .describe('idle: only while a pool has no node. any: with nodes too.'),
      watch: duration('PT5M', 'P1D')
        .prefault('PT15M')
        .describe('How often a pool is read that waits until it has no node. PT5M to P1D.'),
      notice: duration('PT0S', 'P30D')
        .prefault('PT0S')
        .describe('How long before it begins a drain is announced. PT0S to P30D.'),
      deadline: duration('PT15M', 'P7D')
        .prefault('PT6H')
        .describe('After which the size is given back, whatever was changed. PT15M to P7D.'),
      deallocation: z
        .enum(DEALLOCATIONS, DEALLOCATION)
        .default('TaskCompletion')
        .describe('What becomes of tasks on the nodes that go.'),
      windows: z
        .array(Window, 'must be a list of windows: each begins with "- ", or they stand in [ ]')
        .max(MOST_WINDOWS, `must have at most ${MOST_WINDOWS} windows`)
        .default([])
        .describe('When a drain may begin. Without any: at any time.'),
    },
    'must be a map, such as { max: 1 }',
  )
  .describe('When a pool may be taken to zero nodes, so that what is frozen can be changed.');

/** In minutes since midnight. */
function timeOfDay(pattern: RegExp, message: string) {
  return z
    .string(message)
    .regex(pattern, message)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function zonesNear(name: unknown): string[] {
  return nearest(String(name), Intl.supportedValuesOf('timeZone'));
}
