import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { loadApp } from '../local/host/load.ts';

const root = join(import.meta.dirname, '..');
const url = 'https://127.0.0.1:1/storage';
const settings = {
  WATCHED_SUBSCRIPTIONS: 'sub1',
  SWEEP_SCHEDULE: '0 0 2 * * *',
  AzureWebJobsStorage__blobServiceUri: url,
  AzureWebJobsStorage__queueServiceUri: url,
  AzureWebJobsStorage__tableServiceUri: url,
};
beforeAll(() => {
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'pipe' });
  Object.assign(process.env, settings);
});

test('what "main" names after a build is all functions, and they load as the host loads them', async () => {
  const { main } = z.object({ main: z.string() }).parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const files = globSync(main, { cwd: root }).map((file) => join(root, file));
  const app = await loadApp(files, settings);
  const sources = globSync('functions/*.ts', { cwd: root }).map((file) => file.replace(/^functions\/|\.ts$/g, ''));
  console.log(`build: ${files.length} files, ${app.size} functions`);
  expect([...app.keys()].toSorted()).toEqual(sources.toSorted());
  expect(app.size).toBe(9);
});
