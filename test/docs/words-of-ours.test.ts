import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DOCUMENTS } from '../../shared/core/policy/source.ts';
import { rules } from '../../shared/rules/index.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Words that only who made this knows, and what a reader knows instead. */
const BANNED: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\blooked at\b/i, 'read, or judged'],
  [/\bscenarios? \d/i, 'what it is, in words'],
  [/\bfor a person\b/i, 'needs you'],
  [/\bno change of ours\b/i, 'no change of the app'],
];

/** Strings and templates of a source text, without its comments. */
function textsIn(source: string): string[] {
  const token = /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return [...source.matchAll(token)].map(([text]) => text).filter((text) => !/^\/[*/]/.test(text));
}

function read(pattern: string): { file: string; text: string }[] {
  return globSync(pattern, { cwd: ROOT }).map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
}

const TEXTS = [
  ...['cli/**/*.ts', 'shared/**/*.ts'].flatMap(read).map(({ file, text }) => ({ file, texts: textsIn(text) })),
  ...read('docs/rules/*.md').map(({ file, text }) => ({ file, texts: text.split('\n\n') })),
];

test('what a user reads has none of the words that are ours alone', () => {
  const found = TEXTS.flatMap(({ file, texts }) =>
    texts.flatMap((text) =>
      BANNED.filter(([words]) => words.test(text.replaceAll(/\s+/g, ' '))).map(
        ([words, instead]) => `${file}: ${words.exec(text.replaceAll(/\s+/g, ' '))?.[0]}; say ${instead}`,
      ),
    ),
  );
  expect(found).toEqual([]);
  expect(TEXTS.length).toBeGreaterThan(300);
  expect(TEXTS.reduce((sum, { texts }) => sum + texts.length, 0)).toBeGreaterThan(5000);
});

test('the texts of a source are its strings, and the words are found in them', () => {
  const source = "/* looked at */ f('it was looked at'); // looked at\ng(`scenario 3 ${a}`, \"it's\");";
  expect(textsIn(source)).toEqual(["'it was looked at'", '`scenario 3 ${a}`', '"it\'s"']);
});

test('the sources of every rule are links, and its advice is short and goes after a colon', () => {
  for (const { id, sources, advice } of rules) {
    expect({ id, advice }).toEqual({ id, advice: expect.stringMatching(/^[a-z][^.:]{9,60}(?:: [^.:]+)?$/) });
    expect(advice.length).toBeLessThanOrEqual(65);
    for (const source of sources)
      expect(source in DOCUMENTS ? DOCUMENTS[source as keyof typeof DOCUMENTS].url : source).toMatch(/^https:\/\//);
  }
  expect(rules.length).toBeGreaterThan(30);
});
