import { z } from 'zod';

/** A time as ARM writes it. */
export const DateText = z.string().check(({ value, issues }) => {
  const date = new Date(value);
  if (Number.isNaN(date.getTime()))
    issues.push({ code: 'invalid_type', expected: 'date', received: 'Invalid Date', input: date });
});
