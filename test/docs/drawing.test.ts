import { expect, test } from 'vitest';
import { circling, drawingsOn, faultsOf } from '../support/architecture/drawing.ts';
import { importsOf, reExports } from '../support/architecture/imports.ts';

test.each([
  ["import { a } from './b.ts';", true],
  ["import type { A } from './b.ts';", true],
  ["import {\n  a,\n  type B,\n} from './b.ts';", true],
  ["import * as b from './b.ts';", true],
  ["import './b.ts';", true],
  ["export * from './b.ts';", true],
  ["const b = await import('./b.ts');", true],
  ["export type B = import('./b.ts').B;", true],
  ["import { a } from 'b';", false],
  ["import data from './b.json' with { type: 'json' };", false],
  ["export const path = './b.ts';", false],
])('%j imports a file of the project: %j', (text, does) => {
  expect(importsOf('shared/a.ts', text)).toEqual(does ? [{ from: 'shared/a.ts', to: 'shared/b.ts' }] : []);
});

test.each([
  ["export * from './b.ts';", true],
  ["export { b } from './b.ts';", true],
  ["import { b } from './b.ts';\nexport { b };", true],
  ["import type { B } from './b.ts';\nexport type { B };", true],
  ["export type { B } from './b.ts';", true],
  ['export const b = { c: 1 };', false],
  ['export type B = { c: 1 };', false],
])('%j re-exports: %j', (text, does) => {
  expect(reExports(text)).toBe(does);
});

const EXAMPLE = `flowchart TD
  subgraph upper["both"]
    a["lib/a/"]
    b["lib/b/*.ts, lib/b.ts"]
  end
  c["lib/c/"]
  a --> b
  upper ==> c`;
const MADE = [
  { from: 'lib/a/1.ts', to: 'lib/a/2.ts' },
  { from: 'lib/a/1.ts', to: 'lib/b.ts' },
  { from: 'lib/a/1.ts', to: 'lib/c/1.ts' },
  { from: 'lib/b/1.ts', to: 'lib/c/1.ts' },
];

function faultsOfExample(text: string, imports = MADE): string[] {
  const [drawing] = drawingsOn(`# Page\n\n\`\`\`mermaid\n%% imports within lib\n${text}\n\`\`\`\n`);
  if (drawing === undefined) throw new Error('there is no drawing');
  const files = [...new Set(imports.flatMap(({ from, to }) => [from, to]))];
  return [...faultsOf(drawing, files, imports), ...circling(drawing.arrows).map((id) => `${id} circles`)];
}

test('a drawing that is as the imports are has no fault', () => {
  expect(faultsOfExample(EXAMPLE)).toEqual([]);
});

test.each([
  ['an arrow is missing', EXAMPLE.replace('a --> b', ''), ['not drawn: a --> b (lib/a/1.ts imports lib/b.ts)']],
  [
    'an arrow of a group is missing',
    EXAMPLE.replace('upper ==>', 'a ==>'),
    ['not drawn: b --> c (lib/b/1.ts imports lib/c/1.ts)'],
  ],
  [
    'an arrow is too many',
    EXAMPLE.replace('a --> b', 'a --> b\nc --> a & b'),
    ['drawn, and nothing imports so: c --> a', 'drawn, and nothing imports so: c --> b'].concat(
      ['a', 'c', 'b'].map((id) => `${id} circles`),
    ),
  ],
  ['an arrow is there twice', EXAMPLE.replace('a --> b', 'a --> b & c'), ['drawn twice: a --> c']],
  [
    'a file has no box',
    EXAMPLE.replace(', lib/b.ts', ''),
    ['lib/b.ts is not in just one box', 'drawn, and nothing imports so: a --> b'],
  ],
  ['a file has two boxes', `${EXAMPLE}\nd["lib/c/"]`, expect.arrayContaining(['lib/c/1.ts is not in just one box'])],
  ['a box is empty', `${EXAMPLE}\nd["lib/d/"]`, ['the box d holds no file']],
])('%s: it is seen', (_fault, text, faults) => {
  expect(faultsOfExample(text)).toEqual(faults);
});

test('a line of a drawing that cannot be read is an error', () => {
  expect(() => faultsOfExample(`${EXAMPLE}\na -.-> c`)).toThrow('no known kind: a -.-> c');
});
