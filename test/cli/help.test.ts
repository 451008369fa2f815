import { describe, expect, test } from 'vitest';
import { fitted } from '../../cli/help-width.ts';
import { inProcess } from '../support/cli/harness.ts';

const { out: top } = await inProcess(['--help']);
const commands = [...(/\nCommands:\n([^]*?)\n\n/.exec(top)?.[1] ?? '').matchAll(/^ {2}([a-z]+) /gm)]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'help');

test('every command is looked at', () => {
  console.log(`help: ${commands.length} commands`);
  expect(commands).toEqual(expect.arrayContaining(['scan', 'plan', 'policy', 'completion']));
  expect(commands).not.toContain('complete');
});

describe.each([[[]], ...commands.map((name) => [[name]])])('%j', (command: readonly string[]) => {
  test.each([60, 80, 200])(
    'in %i columns it has what it is for, examples that exist, and exit codes',
    async (width) => {
      const { code, out, err } = await inProcess([...command, '--help'], '', width);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: .*\n(?:.*\n)?\n[A-Z][^]*\nOptions:\n[^]*\nExamples:\n[^]*\nExit codes/);
      const most = Math.min(width, 80);
      expect(out.split('\n').filter((line) => line.length > most && !/^ *\S+$/.test(line))).toEqual([]);
      const [, examples = ''] = /\nExamples:\n([^]*?)\n\n(?=\S)/.exec(out) ?? [];
      const called = [...examples.matchAll(/\bbatch-warden ([a-z]+)/g)].map(([, name]) => name);
      expect(called.length).toBeGreaterThan(0);
      expect(called.filter((name = '') => !commands.includes(name))).toEqual([]);
    },
  );
});

test('a line that is too long goes on in its last column; a command after a backslash, options with their values', () => {
  const help = `
  some-rule  high  What it asks for is long
  batch-warden rotate "$ID" artist --by "Ada Example"`;
  expect(fitted(help, 38)).toBe(`
  some-rule  high  What it asks for is
                   long
  batch-warden rotate "$ID" artist \\
    --by "Ada Example"`);
});
