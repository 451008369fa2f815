import type { ParseError } from 'jsonc-parser';
import { BadInput } from './io.ts';

/** @throws BadInput that names line and column, and nothing of the text: it may hold a secret */
export async function parseJson(text: string): Promise<unknown> {
  if (text.trim() === '') throw new BadInput('is empty: expected JSON');
  try {
    return JSON.parse(text);
  } catch {
    throw new BadInput(`is not JSON: ${await firstFault(text)}`);
  }
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
  const before = text.slice(0, fault.offset).split('\n');
  const what = jsonc.printParseErrorCode(fault.error).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`);
  return `${what.toLowerCase()} at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
