import { truncated } from '../model/words.ts';
import { redacted } from './redacted.ts';

/** Of a text without end, more is not looked at: what it is cut to has all of each secret in it. */
const LOOKED_AT = 32_000;
const MOST_CAUSES = 3;
const FRAME = /^ +at /;

/**
 * What was thrown, as the log may hold it: name, message, stack and causes, redacted and of bounded length, and nothing else that
 * it carries, such as the request of a client.
 */
export function errorAsTold(thrown: unknown, causes = MOST_CAUSES): Error {
  if (!(thrown instanceof Error)) return new Error(asTold(String(thrown)));
  const { name, message, stack = '', cause } = thrown;
  const isLast = cause === undefined || causes === 0;
  const told = new Error(asTold(message), isLast ? {} : { cause: errorAsTold(cause, causes - 1) });
  told.name = asTold(name);
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  told.stack = [`${told.name}: ${told.message}`, asTold(frames.join('\n'))].join('\n');
  return told;
}

function asTold(text: string): string {
  return truncated(redacted(text.slice(0, LOOKED_AT)));
}
