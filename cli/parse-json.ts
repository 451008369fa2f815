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
  if (keysWritten(text) !== keysIn(value)) throw new BadInput(`has a key twice: ${await firstRepeat(text)}`);
  return value;
}

/** In a text that is JSON: its strings that a colon follows. */
function keysWritten(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let next = end + 1;
    while (BLANKS.has(text[next] ?? '')) next += 1;
    if (text[next] === ':') keys += 1;
    start = text.indexOf('"', next);
  }
  return keys;
}

const BLANKS = new Set([' ', '\t', '\n', '\r']);

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

/** Of all objects in a parsed value, in which each key is once. It may be nested too deep to recurse. */
function keysIn(value: unknown): number {
  let keys = 0;
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    const members = Object.values(one);
    if (!Array.isArray(one)) keys += members.length;
    for (const member of members) left.push(member);
  }
  return keys;
}

/** Where the first key stands that its object had before, as in "at line 2, column 7". */
async function firstRepeat(text: string): Promise<string> {
  const { default: jsonc } = await import('jsonc-parser');
  const objects: Set<string>[] = [];
  let repeat: number | null = null;
  try {
    jsonc.visit(text, {
      onObjectBegin: () => void objects.push(new Set()),
      onObjectEnd: () => void objects.pop(),
      onObjectProperty(name, offset) {
        if (objects.at(-1)?.has(name)) repeat ??= offset;
        objects.at(-1)?.add(name);
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // as above
  }
  if (repeat !== null) return placeOf(text, repeat);
  return 'where is not known';
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
