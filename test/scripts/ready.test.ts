import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NODE_22 } from '../../local/nodes.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

const bringer = Object.keys(packageJson.optionalDependencies).find((name) => NODE_22?.includes(name)) ?? '';

/** What the script says in a project with these packages, for whose platform npm has Node 24 or has not. */
function said(node: string, packages: readonly string[] | null, hasNode = true) {
  const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
  folders.push(folder);
  const optionalDependencies = hasNode ? packageJson.optionalDependencies : {};
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ optionalDependencies }));
  cpSync(join(ROOT, 'scripts', 'ready.cjs'), join(folder, 'scripts', 'ready.cjs'));
  for (const name of packages ?? []) mkdirSync(join(folder, 'node_modules', name), { recursive: true });
  const env = { PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync(node, [join(folder, 'scripts', 'ready.cjs')], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('Node 24 with its packages may go on', () => {
  expect(said(process.execPath, ['azurite'])).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.each([
  ['no packages', null, 'its packages are not installed. Run "npm ci"'],
  ['no development packages', ['zod'], '--omit=dev or NODE_ENV=production. Run "npm ci --include=dev"'],
])('%s: one sentence, and what to do', (_, packages, sentence) => {
  const { status, stderr } = said(process.execPath, packages);
  expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 1, lines: 2 });
  expect(stderr).toContain(`Batch Warden cannot run: `);
  expect(stderr).toContain(sentence);
});

test.skipIf(NODE_22 === null).each([
  ['npm has no newer one', ['azurite'], false, /npm has no newer one for .*-.*\. Install Node 24\.5/],
  [
    'its package was left out',
    ['azurite'],
    true,
    /-.*, which brings Node 24, is not installed: .* "npm ci --include=opt/,
  ],
  ['it is not first in PATH', ['azurite', bringer], true, /not Node 24 of node_modules\/\.bin\. Run it by npm/],
])('an old Node, and %s: one sentence, and what to do', (_, packages, hasNode, sentence) => {
  const { status, stderr } = said(NODE_22 ?? '', packages, hasNode);
  expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 1, lines: 2 });
  expect(stderr).toMatch(/^Batch Warden cannot run: this is Node 22\./);
  expect(stderr).toMatch(sentence);
});
