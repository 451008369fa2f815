import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HELD_CODES } from '../../../shared/core/plan/held.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('every code stands in the first column of a table for operators', () => {
  const pages = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })].map((page) =>
    readFileSync(join(ROOT, page), 'utf8'),
  );
  const firstCells = pages.flatMap((text) => Array.from(text.matchAll(/^\| ([^|]*) \|/gm), ([, cell]) => String(cell)));
  const codes = firstCells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code]) => code));
  const missing = HELD_CODES.filter((code) => code !== 'unspecified' && !codes.includes(code));
  console.log(`held: ${HELD_CODES.length} codes looked for in ${firstCells.length} rows of ${pages.length} pages`);
  expect(missing).toEqual([]);
});
