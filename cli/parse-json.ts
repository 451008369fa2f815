import { BadInput } from './io.ts';

/** @throws BadInput that names line and column, and nothing of the text: it may hold a secret */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw new BadInput('is empty: expected JSON');
  const fault = faultOf(text);
  if (fault === null) return JSON.parse(text);
  const before = text.slice(0, fault.offset).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  throw new BadInput(`is not JSON: ${fault.message} at line ${before.length}, column ${column}`);
}

function faultOf(text: string): { readonly message: string; readonly offset: number } | null {
  const message = messageFor(text);
  if (message === null) return null;
  const positioned = /^(.*?)(?: in JSON)? at position (\d+)/s.exec(message);
  if (positioned) return { message: positioned[1] ?? '', offset: Number(positioned[2]) };
  if (!isUnexpectedToken(message)) return { message: 'unexpected end', offset: text.length };
  return { message: 'unexpected character', offset: firstUnexpected(text) };
}

/** V8 does not say where an unexpected token is: it is at the end of the shortest beginning that has it too. */
function firstUnexpected(text: string): number {
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUnexpectedToken(messageFor(text.slice(0, middle)))) bad = middle;
    else good = middle;
  }
  return good;
}

function isUnexpectedToken(message: string | null): boolean {
  return message !== null && message.startsWith('Unexpected token');
}

function messageFor(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}
