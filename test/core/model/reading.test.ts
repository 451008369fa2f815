import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  because,
  notShown,
  readingFailed,
  together,
  UNKNOWN_CODES,
  undecided,
  unreadable,
} from '../../../shared/core/model/reading.ts';

test('each code has its constructor', () => {
  const made = [readingFailed('a'), unreadable('a'), notShown('a'), undecided('a')];
  expect(made).toEqual(UNKNOWN_CODES.map((code) => ({ code, message: 'a' })));
});

test('what is not known for a reason is not known by its code', () => {
  expect(because('whether it may is not known', readingFailed('the role could not be read: Refused'))).toEqual(
    readingFailed('whether it may is not known: the role could not be read: Refused'),
  );
});

test('of several reasons all are told, each once and in order, and the code is what another look cures, if any', () => {
  const all = [undecided('d'), notShown('c'), unreadable('b'), readingFailed('a')];
  expect(together([])).toBeNull();
  expect(together([undecided('x'), notShown('x')])).toEqual(notShown('x'));
  for (let count = 1; count <= all.length; count++) {
    const reasons = all.slice(0, count);
    const message = ['d', 'c', 'b', 'a'].slice(0, count).join('; ');
    expect(together(reasons)).toEqual({ code: reasons.at(-1)?.code, message });
    expect(together(reasons.toReversed())?.code).toBe(reasons.at(-1)?.code);
  }
  expect(together(Array.from({ length: 12 }, (_, i) => undecided(`${i}`)))?.message).toMatch(/9; and 2 more$/);
});

test('the page for operators has a row for each code, in the order in which they count', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'how-it-decides.md'), 'utf8');
  const firstCells = Array.from(page.matchAll(/^\| `([^`]+)` \|/gm), ([, cell]) => cell);
  expect(firstCells.filter((cell) => UNKNOWN_CODES.some((code) => code === cell))).toEqual([...UNKNOWN_CODES]);
});
