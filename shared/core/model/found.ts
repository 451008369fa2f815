import { either } from './nearest.ts';
import { cut } from './words.ts';

const LONGEST = 100;

/** What stands where something else is wanted, as in `here it is "audits"`. Not for what may be a secret. */
export function found(value: unknown): string {
  if (value === undefined) return 'it is missing';
  if (value === null) return 'nothing stands here';
  if (Array.isArray(value)) return `here it is ${value.length === 0 ? 'an empty list' : 'a list'}`;
  if (typeof value === 'object') return 'here it is a map';
  if (typeof value === 'string') return `here it is ${quoted(value)}`;
  return typeof value === 'number' || typeof value === 'boolean' ? `here it is ${value}` : 'here it is something else';
}

/** `: did you mean "a" or "b"?`, or nothing. */
export function meaning(near: readonly string[]): string {
  return near.length === 0 ? '' : `: did you mean ${either(near.map(quoted))}?`;
}

/** On one line, and not longer than helps to find it. */
export function quoted(text: string): string {
  return JSON.stringify(cut(text, LONGEST));
}
