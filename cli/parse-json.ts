import type { ParseError } from 'jsonc-parser';
import { BadInput } from './io.ts';

/** @throws BadInput that names line and column, and nothing of the text: it may hold a secret */
export async function parseJson(text: string): Promise<unknown> {
  if (text.trim() === '') throw new BadInput('is empty: expected JSON');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadInput(`is not JSON: ${await firstFault(text)}`);
  }
  const repeat = firstRepeat(text);
  if (repeat !== null) throw new BadInput(`has a key twice: ${placeOf(text, repeat)}`);
  return value;
}

/** Where in a text that is JSON a key stands that its object had before; null where each has it once. */
function firstRepeat(text: string): number | null {
  /** Keys of the objects that are open; null for lists. A text may be nested too deep to recurse. */
  const open: (Set<string> | null)[] = [];
  const marks = /["{}[\]]/g;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [sign] = mark;
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(null);
    else if (sign !== '"') open.pop();
    else {
      const end = endOfString(text, mark.index);
      marks.lastIndex = end;
      const keys = open.at(-1);
      AFTER_KEY.lastIndex = end;
      if (!keys || !AFTER_KEY.test(text)) continue;
      const token = text.slice(mark.index, end);
      const key = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
      if (keys.has(key)) return mark.index;
      keys.add(key);
    }
  }
  return null;
}

const AFTER_KEY = /[ \t\n\r]*:/y;

/** The place behind the string that begins at `start`; 0 where it has no end. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

/** As in "comma expected at line 2, column 7". V8 tells the place of some faults only, and repeats the text beside them. */
async function firstFault(text: string): Promise<string> {
  const { default: jsonc } = await import('jsonc-parser');
  const faults: ParseError[] = [];
  try {
    jsonc.parse(text, faults, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it recurses: thousands of levels are too deep
  }
  const [fault] = faults;
  if (fault === undefined) return 'where is not known';
  const what = jsonc.printParseErrorCode(fault.error).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`);
  return `${what.toLowerCase()} ${placeOf(text, fault.offset)}`;
}
