import { z } from 'zod';

/** Not whatever makes a date: a number or `true` would be one of 1970. */
export const TimeColumn = z.union([z.date(), z.iso.datetime({ offset: true }).transform((text) => new Date(text))]);
