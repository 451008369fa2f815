import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { versionOf } from '../../scripts/version.ts';

const folder = mkdtempSync(join(tmpdir(), 'batch-warden-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NEXT = `${packageJson.version}-dev`;
const NOBODY = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a' };
const DATE = '2026-11-28T19:50:12+02:00';
const git = (...args: string[]) =>
  execFileSync('git', args, {
    cwd: folder,
    env: { ...process.env, ...NOBODY, GIT_COMMITTER_EMAIL: 'a', GIT_COMMITTER_DATE: DATE },
  });

test('without a repository it is the next one, of which nobody knows the commit', () => {
  expect(versionOf(folder)).toBe(NEXT);
});

describe.skipIf(spawnSync('git', ['--version']).error !== undefined)('in a repository', () => {
  const OF_COMMIT = new RegExp(`^${NEXT.replaceAll('.', '\\.')}\\.20261128175012\\.g[0-9a-f]{12}$`);
  const other = join(folder, 'other');

  beforeAll(() => {
    git('init', '--quiet');
    mkdirSync(other);
    writeFileSync(join(folder, 'file'), '');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
  });

  test('it names the commit and its time, which sort as the commits do', () => {
    expect(versionOf(folder)).toMatch(OF_COMMIT);
    git('tag', 'other');
    expect(versionOf(folder)).toMatch(OF_COMMIT);
  });

  test('what is only unpacked there is of another project', () => {
    expect(versionOf(other)).toBe(NEXT);
  });

  test('at a tag it is that of the tag, until a file differs', () => {
    git('tag', 'v9.8.7');
    expect(versionOf(folder)).toBe('9.8.7');
    writeFileSync(join(folder, 'file'), 'changed');
    expect(versionOf(folder)).toMatch(/-dev\.20261128175012\.g[0-9a-f]{12}\.dirty$/);
  });
});
