import { z } from 'zod';
import { millisecondsOf } from '../model/time.ts';

/** In milliseconds; `least` and `most` are ISO 8601, too. */
export function duration(least: string, most: string) {
  return z.string(notBetween(least, most)).transform((text, context) => {
    const length = millisecondsOf(text) ?? Number.NaN;
    if (length >= (millisecondsOf(least) ?? 0) && length <= (millisecondsOf(most) ?? 0)) return length;
    context.issues.push({ code: 'custom', message: notBetween(least, most), input: text });
    return z.NEVER;
  });
}

function notBetween(least: string, most: string): string {
  return `not a duration from ${least} to ${most}: write days, hours and minutes as in P1DT2H30M`;
}
