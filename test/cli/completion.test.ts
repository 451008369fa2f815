import { describe, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../../cli/formats.ts';
import { SHELLS } from '../../cli/shells.ts';
import { told } from '../../cli/telling.ts';
import { rules } from '../../shared/rules/index.ts';
import { inProcess } from '../support/cli/harness.ts';

const IDS = rules.map(({ id }) => id);

/** What may stand in place of the last word. */
async function after(...words: string[]) {
  const { code, out, err } = await inProcess(['complete', '--', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0]);
}

test.each<[string, string[], readonly string[]]>([
  ['a command', ['sc'], ['scan']],
  ['a command after an option for all', ['--quiet', 'unf'], ['unfreeze']],
  ['an option', ['scan', '--fail'], ['--fail-on', '--fail-on-unknown']],
  ['an option of all commands', ['scan', '--ver'], ['--version', '--verbose']],
  ['a rule', ['scan', '--rule', 'pool-subnet'], ['pool-subnet', 'pool-subnet-nsg', 'pool-subnet-outbound']],
  ['a second rule', ['scan', '-r', 'pool-identity', 'account-aad'], ['account-aad-only']],
  ['an option after rules', ['scan', '-r', 'pool-identity', '--form'], ['--format']],
  ['a rule to explain', ['explain', 'account-aad'], ['account-aad-only']],
  ['a rule to release, after the resource', ['release', '/id', 'account-aad'], ['account-aad-only']],
  ['a severity', ['scan', '--fail-on', ''], ['info', 'low', 'medium', 'high', 'critical', 'none']],
  ['a severity after a comma', ['scan', '--severity', 'low,cr'], ['low,critical']],
  [
    'a rule after a comma and =',
    ['scan', '--skip-rule=pool-identity,account-aad'],
    ['--skip-rule=pool-identity,account-aad-only'],
  ],
  ['a format after =', ['scan', '--format=js'], ['--format=json']],
  ['a format after =, as Bash cuts it', ['scan', '--format', '=', 'js'], ['json']],
  ['a format right after =, as Bash cuts it', ['scan', '--format', '='], [...FORMAT_NAMES]],
  ['a shell', ['completion', ''], SHELLS],
  ['a schema', ['policy', '--schema', ''], [':files']],
  ['a file', ['scan', '--input', ''], [':files']],
  ['a second file', ['scan', '-i', 'one.json', 'tw'], [':files']],
  ['a file after =', ['plan', '--policy=po'], [':files']],
  ['a file as argument', ['policy', 'po'], [':files']],
  ['what nobody can know', ['release', '/id', 'pool-identity', '--by', 'A'], []],
  ['what is no command', ['nothing-such', '--x'], []],
])('%s', async (_, words, expected) => {
  expect(await after(...words)).toEqual(expected);
});

test('all commands, all rules, and the options where no argument follows', async () => {
  expect(await after('')).toEqual(expect.arrayContaining(['scan', 'explain', 'completion', 'help']));
  expect(await after('')).not.toContain('complete');
  expect(await after('scan', '--rule', '')).toEqual(IDS);
  expect(await after('scan', '')).toEqual(expect.arrayContaining(['--input', '--help', '--quiet']));
});

test('each suggestion says what it means, in one line', async () => {
  const { out } = await inProcess(['complete', '--', 'scan', '--rule', 'account-aad']);
  expect(out).toBe(`account-aad-only\t${rules.find(({ id }) => id === 'account-aad-only')?.title}\n`);
});

test('--next is for shells that pass no empty word on', async () => {
  expect((await inProcess(['complete', '--next', '--', 'completion'])).out).toBe(
    SHELLS.map((s) => `${s}\t\n`).join(''),
  );
});

test.each(SHELLS)('there is a script for %s, which asks the program', async (shell) => {
  const { code, out } = await inProcess(['completion', shell]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/\bcomplete\b[^]*batch-warden/) });
  expect(out).not.toContain('eval');
});

test('another shell is refused, with those that there are', async () => {
  const { code, err } = await inProcess(['completion', 'tcsh']);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('bash, zsh, fish, powershell') });
});

describe('how much is told', () => {
  const io = {
    out: () => {},
    err: () => {},
    stdin: async () => new Uint8Array(),
    paint: (_: unknown, text: string) => text,
    width: 80,
  };

  test.each([
    [{}, false, false, undefined],
    [{}, true, true, undefined],
    [{ quiet: true }, true, false, undefined],
    [{ verbose: true }, false, true, undefined],
    [{ debug: true }, false, true, 'info'],
  ])('%j where a terminal shows progress: %s', (telling, showsProgress, expected, level) => {
    const env: NodeJS.ProcessEnv = {};
    expect(told({ ...io, showsProgress }, telling, env).showsProgress).toBe(expected);
    expect(env['AZURE_LOG_LEVEL']).toBe(level);
  });
});
