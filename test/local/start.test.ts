import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exportEstate } from '../../local/export.ts';
import { file, inProcess } from '../support/cli/harness.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Command lines of processes with that folder for temporary files. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .flatMap((id) => {
      try {
        const isOurs = readFileSync(`/proc/${id}/environ`, 'utf8').includes(`TMPDIR=${folder}\0`);
        return isOurs ? [readFileSync(`/proc/${id}/cmdline`, 'utf8')] : [];
      } catch {
        return []; // gone, or not ours
      }
    });
}

test.skipIf(process.platform !== 'linux')('npm start that is killed leaves no process and no folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'start-'));
  const env = { ...process.env, TMPDIR: folder, SHARED_STORAGE: undefined, npm_config_update_notifier: 'false' };
  const npm = spawn('npm', ['start'], { cwd: ROOT, env });
  onTestFinished(() => void npm.kill('SIGKILL'));
  let out = '';
  npm.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  await expect.poll(() => out).toMatch(/Batch Warden on a local Azure/);
  expect(processesOf(folder).join()).toContain('azurite-child');
  expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/^azurite-/));
  npm.kill('SIGTERM');
  const left = () => [...processesOf(folder), ...readdirSync(folder)];
  await expect.poll(left).toEqual([]);
});

test('the estate is exported as files, and each command that is told then works', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "it's ")), 'estate');
  const told = await exportEstate(folder);
  const files = readdirSync(folder).map((name) => join(folder, name));
  const glob = `'${folder.replaceAll("'", `'\\''`)}'/*.json`;
  const commands = [...told.matchAll(/^ {2}npx batch-warden (.*)$/gm)].map(([, command = '']) => command);
  const codes = await Promise.all(
    commands.map(async (command) => {
      expect(command).toContain(` --input ${glob}`);
      const args = command.replace(glob, 'FILES').split(' ');
      const meant = new Map([
        ['FILES', files],
        ['report.html', [join(folder, '..', 'report.html')]],
      ]);
      const { code, err } = await inProcess(args.flatMap((word) => meant.get(word) ?? [word]));
      return [args[0], code, err.replaceAll(/^Wrote .*\n/g, '')];
    }),
  );
  expect(codes).toEqual([
    ['scan', 1, ''],
    ['explain', 0, ''],
    ['plan', 0, ''],
  ]);
  expect(files).toHaveLength(6);
  const below = join(await file('plain.txt', ''), 'below');
  await expect(exportEstate(below)).rejects.toThrow(/^The estate could not be written to .*below: E/);
});
