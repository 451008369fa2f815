import { chmod, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FORMAT_NAMES, FORMATS, formatOf } from '../../cli/formats.ts';
import { writeWhole } from '../../cli/output-files.ts';
import { openPool } from '../support/cli/bodies.ts';
import { file, inProcess, SCAN } from '../support/cli/harness.ts';

const input = await file('outputs.json', openPool());
const scan = (...args: string[]) => inProcess([...SCAN, '--input', input, ...args]);
const newFolder = () => mkdtemp(join(tmpdir(), 'batch-warden-outputs-'));

/** What changes from one scan to the next. */
function timeless(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME').replaceAll(/(?<="\w*time"):\d+/g, ':0');
}

test('17.4: -o writes each format by the ending of the file, as --format prints it, and the rest is as without it', async () => {
  const folder = await newFolder();
  const endings = FORMAT_NAMES.flatMap((name) => FORMATS[name].endings);
  const paths = endings.map((ending) => join(folder, `r${ending}`));
  const plain = await scan();
  const { code, out, err } = await scan(...paths.flatMap((path) => ['-o', path]));
  expect({ code, out }).toEqual({ code: 1, out: plain.out });
  expect(err.split('\n').map((line) => line.split(' ')[0])).toEqual([...paths.map(() => 'Wrote'), '']);
  for (const path of paths) {
    const format = formatOf(path) ?? '';
    const printed = await scan('--format', format);
    expect({ path, text: timeless(await readFile(path, 'utf8')) }).toEqual({ path, text: timeless(printed.out) });
  }
  expect((await readdir(folder)).length).toBe(paths.length);
  expect(new Set(endings).size).toBe(endings.length);
});

test('17.4: the longest ending counts, in any case', () => {
  expect(['r.JSON', 'r.sarif.json', 'r.sarif', 'r.doc', 'json', ''].map(formatOf)).toEqual([
    'json',
    'sarif',
    'sarif',
    null,
    null,
    null,
  ]);
});

test('17.4: a link stays a link, and an old file is replaced whole', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'real.csv'), 'old'.repeat(10_000));
  await symlink('real.csv', join(folder, 'link.csv'));
  expect((await scan('-o', join(folder, 'link.csv'))).code).toBe(1);
  expect(await readFile(join(folder, 'real.csv'), 'utf8')).toMatch(/^id,rule,/);
  expect(await readFile(join(folder, 'real.csv'), 'utf8')).not.toContain('old');
  expect((await readdir(folder)).toSorted()).toEqual(['link.csv', 'real.csv']);
});

test('17.4: what cannot be written is told before anything is judged, and nothing is left', async () => {
  const folder = await newFolder();
  await mkdir(join(folder, 'folder.json'));
  await mkdir(join(folder, 'closed'));
  await writeFile(join(folder, 'plain'), '');
  await chmod(join(folder, 'closed'), 0o555);
  const twice = join(folder, 'a.json');
  const faults: [string[], string][] = [
    [
      ['-o', join(folder, 'no', 'a.json')],
      `cannot be written: there is no folder ${join(folder, 'no')}: make it first`,
    ],
    [['-o', join(folder, 'plain', 'a.json')], `cannot be written: ${join(folder, 'plain')} is no folder`],
    [['-o', join(folder, 'folder.json')], 'what stands there is no file'],
    [['-o', join(folder, `${'b'.repeat(300)}.json`)], 'cannot be written: its name is too long'],
    [['-o', twice, '-o', twice], 'is to be written twice'],
    [['-o', input], 'is read by this very command'],
    [['-o', join(folder, 'a.pdf')], 'Its ending says the format: give it one of .txt, .json, '],
  ];
  if (process.getuid?.() !== 0) faults.push([['-o', join(folder, 'closed', 'a.json')], 'you may not write']);
  for (const [args, message] of faults) {
    const { code, out, err } = await scan(...args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(message) });
  }
  expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(['closed', 'folder.json', 'plain']);
});

test('17.4: when one of several files fails, none is written and the old ones stay', async () => {
  const folder = await newFolder();
  const [a, b] = [join(folder, 'a.json'), join(folder, 'gone', 'b.json')];
  await writeFile(a, 'old');
  const files = [a, b].map((path) => ({ path, text: () => 'new' }));
  await expect(writeWhole(files)).rejects.toThrow('b.json: cannot be written: ENOENT');
  const failing = [
    { path: a, text: () => 'new' },
    { path: a, text: () => Promise.reject(new TypeError('a fault')) },
  ];
  await expect(writeWhole(failing)).rejects.toThrow('a fault');
  expect(await readFile(a, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.json']);
});
