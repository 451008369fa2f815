import { readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path/posix';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { arrowText, circling, type Drawing, drawingsOn, faultsOf, nodeOf } from '../support/architecture/drawing.ts';
import { importsIn, reExports, sourcesIn } from '../support/architecture/imports.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/architecture.md');
const DRAWINGS = drawingsOn(PAGE);
const FILES = sourcesIn(ROOT, ['shared', 'functions', 'cli', 'local', 'scripts', 'bench']);
const IMPORTS = importsIn(ROOT, FILES);

const Linter = z.object({
  overrides: z.array(
    z.object({
      files: z.array(z.string()),
      rules: z.object({
        'no-restricted-imports': z.tuple([
          z.literal('error'),
          z.object({ patterns: z.tuple([z.object({ group: z.array(z.string()) })]) }),
        ]),
      }),
    }),
  ),
});

function within({ folders }: Drawing): string[] {
  return FILES.filter((file) => folders.some((folder) => file.startsWith(`${folder}/`)));
}

describe.each(DRAWINGS)('the drawing of $folders', (drawing) => {
  const files = within(drawing);

  test('has the boxes and the arrows of the code, no more and no fewer', () => {
    expect(faultsOf(drawing, files, IMPORTS)).toEqual([]);
    expect(drawing.arrows.length).toBeGreaterThan(4);
  });

  test('goes one way', () => {
    expect(circling(drawing.arrows)).toEqual([]);
  });
});

test('layers, core and azure are drawn, and all files in them were looked at', () => {
  const arrows = DRAWINGS.flatMap((drawing) => drawing.arrows).length;
  console.log(
    `architecture: ${DRAWINGS.length} drawings with ${arrows} arrows; ${FILES.length} files, ${IMPORTS.length} imports`,
  );
  expect(DRAWINGS.map(({ folders }) => folders.join())).toEqual([
    'shared,functions,cli',
    'shared/core',
    'shared/azure',
  ]);
  expect(IMPORTS.filter(({ to }) => !FILES.includes(to) && !to.startsWith('infra/'))).toEqual([]);
  expect(IMPORTS.length).toBeGreaterThan(FILES.length);
});

test('what is drawn imports nothing of the project that is not drawn', () => {
  const layers = DRAWINGS.flatMap(within);
  const leaving = IMPORTS.filter(({ from, to }) => layers.includes(from) && !layers.includes(to));
  expect(leaving).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  expect(circling(IMPORTS)).toEqual([]);
});

test('no file is imported for what it re-exports', () => {
  expect(FILES.filter((file) => reExports(read(file)))).toEqual([]);
});

/** What the linter lets a folder import from its siblings: as arrows. */
function allowed(drawing: Drawing): string[] {
  const boxesOf = (glob: string) => {
    const files = within(drawing).filter((file) => matchesGlob(file, glob));
    return [...new Set(files.map((file) => nodeOf(drawing, file) ?? ''))];
  };
  const { overrides } = Linter.parse(JSON.parse(read('.oxlintrc.json')));
  const arrows = overrides.flatMap(({ files, rules }) =>
    files.flatMap((place) =>
      rules['no-restricted-imports'][1].patterns[0].group
        .filter((entry) => entry.startsWith('!.'))
        .flatMap((entry) => boxesOf(join(dirname(place), entry.slice(1))))
        .flatMap((to) => boxesOf(place).map((from) => ({ from, to })))
        .filter(({ from, to }) => from !== to),
    ),
  );
  return [...new Set(arrows.map(arrowText))];
}

test.each(DRAWINGS.slice(1))('within $folders, the linter allows what is drawn and nothing else', (drawing) => {
  expect(allowed(drawing).toSorted()).toEqual(drawing.arrows.map(arrowText).toSorted());
});
