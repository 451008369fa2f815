import { z } from 'zod';
import { found, meaning } from '../model/found.ts';
import { millisecondsOf } from '../model/time.ts';

/** In milliseconds; `least` and `most` are ISO 8601, too. */
export function duration(least: string, most: string) {
  const wanted = `must be a duration from ${least} to ${most}, in days, hours and minutes as in P1DT2H30M`;
  const isWithin = (length: number) => length >= (millisecondsOf(least) ?? 0) && length <= (millisecondsOf(most) ?? 0);
  return z.string(wanted).transform((text, context) => {
    const length = millisecondsOf(text) ?? Number.NaN;
    if (isWithin(length)) return length;
    context.issues.push({ code: 'custom', message: `${wanted}; ${durationFound(text, isWithin)}`, input: text });
    return z.NEVER;
  });
}

/** As in `here it is "15m": did you mean "PT15M"?`. */
export function durationFound(text: unknown, isAllowed = (_length: number) => true): string {
  const [, n, unit = ''] = /^(\d{1,6}) ?([a-z]+)$/i.exec(String(text)) ?? [];
  const meant = UNITS.flatMap(([units, before, letter]) =>
    units.test(unit) && n !== undefined ? [`${before}${Number(n)}${letter}`] : [],
  );
  return `${found(text)}${meaning(meant.filter((one) => isAllowed(millisecondsOf(one) ?? Number.NaN)))}`;
}

const UNITS: readonly [RegExp, string, string][] = [
  [/^d(?:ays?)?$/i, 'P', 'D'],
  [/^h(?:ours?|rs?)?$/i, 'PT', 'H'],
  [/^m(?:in(?:ute)?s?)?$/i, 'PT', 'M'],
  [/^s(?:ec(?:ond)?s?)?$/i, 'PT', 'S'],
];
