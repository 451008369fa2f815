import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { inputFiles } from '../../cli/input-paths.ts';
import { progress } from '../../cli/progress.ts';
import { told } from '../../cli/telling.ts';
import { textForm } from '../../cli/text-form.ts';
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess, reportOf, SCAN } from '../support/cli/harness.ts';
import { sarifRun } from '../support/cli/sarif.ts';

const root = join(dirname(await file('root', '')), 'reading');

/** A folder with these files; what is no text is written as JSON. */
async function folder(name: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    const whole = join(root, name, path);
    await mkdir(dirname(whole), { recursive: true });
    await writeFile(whole, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return join(root, name);
}

const lines = (...bodies: readonly unknown[]) => bodies.map((each) => JSON.stringify(each)).join('\n');

const bodies = await folder('bodies', {
  'account.json': keyedAccount(),
  'deep/er/pools.JSON': { value: [openPool('a'), poolBody('b')] },
  'deep/lines.jsonl': lines(openPool('c'), poolBody('d')),
  'deep/lines.ndjson': lines(openPool('e')),
  'empty.json': { value: [] },
  'main.template.json': { contentVersion: '1.0.0.0', resources: [] },
  'package.json': { name: 'x' },
  'notes.txt': 'oops',
  '.terraform/x.json': 'oops',
  'node_modules/x.json': 'oops',
});

test('17.6: a folder gives all files below it, says how many, and what of them is no body', async () => {
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', bodies]);
  expect(reportOf(ended)).toMatchObject({ accounts: 1, pools: 5, errors: [] });
  const left = ['main.template.json', 'package.json'].map((name) => join(bodies, name));
  expect(ended).toMatchObject({
    code: 1,
    err: `${bodies}: 7 files\nLeft out, without a body of a Batch account or pool: ${left[0]} (an ARM template), ${left[1]}\n`,
  });
  expect(await inProcess(['--quiet', ...SCAN, '--input', bodies])).toMatchObject({ code: 1, err: '' });
});

test('17.6: a link within a folder that leads round is not followed', async () => {
  const round = await folder('round', { 'sub/account.json': accountBody() });
  await symlink(round, join(round, 'sub/again'));
  expect((await inputFiles([round])).files).toEqual([{ path: join(round, 'sub/account.json'), isFound: true }]);
});

test('17.6: a pattern that no shell expanded; what matches nothing is an error', async () => {
  const both = join(bodies, 'deep/*.{jsonl,ndjson}');
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', both, join(bodies, 'x*.json')]);
  expect(reportOf(ended)).toMatchObject({
    accounts: 0,
    pools: 3,
    errors: [{ source: join(bodies, 'x*.json'), path: '', message: 'no file matches it' }],
  });
  expect(ended.err).toContain(`${both}: 2 files\n`);
  // A file whose own name has such letters is that file.
  const odd = await folder('odd', { '[a].json': accountBody() });
  expect((await inputFiles([join(odd, '[a].json')])).files).toEqual([{ path: join(odd, '[a].json'), isFound: false }]);
});

test('17.6: a file that is named itself must have a body, also where a folder has it', async () => {
  const named = join(bodies, 'package.json');
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', bodies, named]);
  expect(ended.code).toBe(2);
  expect(reportOf(ended).errors).toMatchObject([
    { source: named, message: expect.stringMatching(/^no Batch resource/) },
  ]);
});

test('17.6: a word that is no file is told from what follows an option', async () => {
  const { err } = await inProcess([...SCAN, '--input', join(bodies, 'account.json'), 'acct1']);
  expect(err).toMatch(/^acct1: no such file \(--input takes every word up to the next option/m);
});

test('17.6: several documents behind one another, and a broken line among JSON lines', async () => {
  const [first, second] = [openPool('one'), openPool('two')].map((each) => JSON.stringify(each, null, 1));
  const behind = await file('behind.json', `${first}\n\n ${second} ${JSON.stringify([poolBody('three')])}`);
  const ended = await inProcess([...SCAN, '--format', 'json', '--input', behind]);
  expect(reportOf(ended)).toMatchObject({ pools: 3, errors: [] });
  const broken = await file(
    'broken.jsonl',
    `${JSON.stringify(openPool('l1'))}\n{"a": {\n\n${JSON.stringify(openPool('l4'))}\n{"a":1,"a":2}`,
  );
  expect(reportOf(await inProcess([...SCAN, '--format', 'json', '--input', broken]))).toMatchObject({
    pools: 2,
    errors: [
      { source: broken, message: 'is not JSON: close brace expected at line 2, column 8' },
      { source: broken, message: 'has a key twice: at line 5, column 8' },
    ],
  });
  expect(
    reportOf(await inProcess([...SCAN, '--format', 'json', '--input', '-'], lines(openPool('s'), openPool('t')))),
  ).toMatchObject({ pools: 2 });
});

test('17.6: SARIF names the line in each of several documents', async () => {
  const [first, second] = [openPool('one'), openPool('two')].map((each) => JSON.stringify(each, null, 1));
  const source = `${first}\n  ${second}`;
  const path = await file('places-behind.json', source);
  const { results } = sarifRun((await inProcess([...SCAN, '--format', 'sarif', '--input', path])).out);
  const places = results.map(({ locations }) => locations[0].physicalLocation.region);
  const wanted = source.split('\n').flatMap((line, index) => (line.includes('"name": "ssh"') ? [index] : []));
  expect(places.map((place) => place?.startLine)).toEqual(wanted);
  const oneLine = await file('places-line.jsonl', lines(poolBody('x'), openPool('y')));
  const [only] = sarifRun((await inProcess([...SCAN, '--format', 'sarif', '--input', oneLine])).out).results;
  const at = JSON.stringify(openPool('y')).indexOf('{"name":"ssh"') + 1;
  expect(only?.locations[0].physicalLocation.region).toMatchObject({ startLine: 2, startColumn: at });
});

test('17.6: what a folder gave is not written over', async () => {
  const own = await folder('own', { 'account.json': keyedAccount() });
  const over = (name: string) => inProcess([...SCAN, '--input', own, '-o', join(own, name)]);
  expect(await over('account.json')).toMatchObject({ code: 2, err: expect.stringContaining('would be written over') });
  // A report beside the bodies is none of them.
  expect(await over('report.json')).toMatchObject({ code: 1 });
  const again = await over('report.json');
  expect(again.err).toContain('report.json (a report)');
  expect(again.code).toBe(1);
});

test.each([
  ['main.bicep', '// x', 'is Bicep'],
  ['x.json', "param location string\nresource a 'Microsoft.Batch/batchAccounts@2024-02-01' = {}", 'is Bicep'],
  ['x.json', 'resource "azurerm_batch_pool" "p" {', 'is of Terraform'],
  ['x.json', '\u001b[1m{', 'is coloured'],
  ['x.json', 'id: /subscriptions/s\nname: x', 'is YAML'],
  ['x.json', 'acct1\twesteurope', 'is a table'],
  ['x.json', '<!DOCTYPE html>', 'is a web page'],
  ['x.json', "ERROR: Please run 'az login'", 'holds what az told'],
  ['x.json', '{"id": oops', null],
])('17.6: %s that begins %j is told for what it is', async (name, text, says) => {
  expect(textForm(text, name)?.startsWith(String(says)) ?? null).toBe(says === null ? null : true);
});

test('17.6: progress stays on one line where it can be drawn again, and else has a line each', () => {
  const steps = (redraws: boolean, width = 40) => {
    let err = '';
    const io = { err: (text: string) => void (err += text), showsProgress: true, redraws, width };
    const shown = progress('Reading file', 2, io);
    for (const name of ['a.json', 'b\u001b[2J\n.json']) shown.step(name);
    shown.end();
    return err;
  };
  const clear = '\r\u001b[K';
  expect(steps(true)).toBe(`${clear}Reading file 1 of 2: a.json${clear}Reading file 2 of 2: b [2J .json${clear}`);
  expect(steps(true, 15)).toBe(`${clear}Reading file 1${clear}Reading file 2${clear}`);
  expect(steps(false)).toBe('Reading file 1 of 2: a.json\nReading file 2 of 2: b [2J .json\n');
  const terminal = {
    out: () => {},
    err: () => {},
    stdin: async () => new Uint8Array(),
    paint: (_: unknown, text: string) => text,
    width: 80,
    showsProgress: true,
    redraws: true,
  };
  expect(told(terminal, {}, {}).redraws).toBe(true);
  expect(told(terminal, { debug: true }, {}).redraws).toBe(false);
});
