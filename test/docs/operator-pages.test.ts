import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { SETTING_NAMES } from '../../shared/azure/settings.ts';
import { FACETS } from '../../shared/core/model/facet.ts';
import { parseExemptions } from '../../shared/core/policy/parse-exemptions.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { rules } from '../../shared/rules/index.ts';
import { file, inProcess } from '../support/cli/harness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGES = globSync(['*.md', 'docs/*.md', 'docs/decisions/*.md'], { cwd: ROOT }).toSorted();
const readme = read('README.md');

/** Each policy that a page shows, whole. */
function policiesIn(page: string): string[] {
  return [...page.matchAll(/^```yaml policy\n([^]*?)^```$/gm)].map(([, text = '']) => text);
}

describe('policies', () => {
  test.each([
    ['README.md', 1],
    ['docs/policy.md', 2],
  ])('those of %s are valid', (name, many) => {
    const policies = policiesIn(read(name));
    expect(policies.map((text) => parsePolicy(text, rules).freeze)).toEqual(Array(many).fill(false));
  });

  test('the answer to the first one on their page is as it says', async () => {
    const page = read('docs/policy.md');
    const path = await file('policy.yaml', policiesIn(page)[0] ?? '');
    const { code, out } = await inProcess(['policy', path]);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(page).toContain(`\n${out.replace(path, 'policy.yaml')}`);
  });
});

test('the exemptions on their page are valid', () => {
  const [text = ''] = [...read('docs/exemptions.md').matchAll(/^```yaml exemptions\n([^]*?)^```$/gm)].map(
    ([, each]) => each,
  );
  expect(parseExemptions(text, rules, new Date('2026-11-28'))).toHaveLength(2);
});

test('every page names only npm scripts that exist', () => {
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\bnpm (?:run ([\w-]+)|(start|test)\b)/g)].map(([, a, b]) => ({
      page,
      script: a ?? b ?? '',
    })),
  );
  console.log(`pages: ${PAGES.length} name ${named.length} npm scripts`);
  expect(named.filter(({ script }) => !(script in packageJson.scripts))).toEqual([]);
  const naming = named.map(({ page }) => page);
  expect(naming).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']));
});

const COMMANDS = [
  'scan',
  'policy',
  'init',
  'explain',
  'secrets',
  'rotate',
  'release',
  'freeze',
  'unfreeze',
  'journal',
  'status',
  'plan',
  'doctor',
  'approve',
  'undo',
  'completion',
];

test('every page names only commands and options of the command line that exist', async () => {
  const text = PAGES.map(read).join('\n');
  const lines = [...text.matchAll(new RegExp(`\\bbatch-warden (${COMMANDS.join('|')})\\b([^\`\\n]*)`, 'g'))];
  const options = lines.flatMap(([, command = '', rest = '']) =>
    [...rest.matchAll(/ (--[\w-]+)/g)].map(([, option = '']) => ({ command, option })),
  );
  const help = new Map<string, string>();
  for (const command of COMMANDS) help.set(command, (await inProcess([command, '--help'])).out);
  const known = [...help.values()].join('\n');
  // Other pages name options of other programs, too.
  const prose = (readme + read('docs/command-line.md')).replaceAll(/^```[^]*?^```$/gm, '');
  const alone = [...prose.matchAll(/`(--[\w-]+)[^`]*`/g)].map(([, option = '']) => option);
  console.log(`pages: ${lines.length} commands, ${options.length + alone.length} options`);
  expect(options.filter(({ command, option }) => !help.get(command)?.includes(`${option} `))).toEqual([]);
  expect(alone.filter((option) => !known.includes(`${option} `))).toEqual([]);
  expect(lines.map(([, command]) => command)).toEqual(expect.arrayContaining([...help.keys()]));
  expect(options.length).toBeGreaterThan(0);
  expect(alone.length).toBeGreaterThan(0);
});

test('the README shows what its example of a scan prints', async () => {
  const [, rule = '', path = '', shown] =
    /scan --rule (\S+) --input (\S+)\n```\n\n```text\n([^]*?)^```$/m.exec(readme) ?? [];
  expect((await inProcess(['scan', '--rule', rule, '--input', join(ROOT, path)])).out).toBe(shown);
});

test('the README shows parts of what its example of a plan prints', async () => {
  const [, policy = '', path = '', shown = ''] =
    /plan --policy (\S+) --assume-complete --input (\S+)\n```\n\n```text\n([^]*?)^```$/m.exec(readme) ?? [];
  const args = ['plan', '--policy', join(ROOT, policy), '--assume-complete', '--input', join(ROOT, path)];
  const { out } = await inProcess(args);
  const parts = shown.split('…\n');
  expect(parts).toHaveLength(2);
  for (const part of parts) expect(out).toContain(`\n${part}`);
});

test('the README fits three screens', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});

test('the page on the command line names the right that each facet takes, and what for', () => {
  const page = read('docs/command-line.md');
  const missing = Object.values(FACETS).filter(
    ({ title, permissions }) =>
      // A right of another service is named in words.
      !page.includes(
        `${permissions.length === 0 ? '' : '| '}${permissions.map((one) => `\`${one}\``).join(', ')} | ${title} |`,
      ),
  );
  expect(missing).toEqual([]);
});

test('the page on operations tells of each command what it reads and writes', () => {
  const rows = read('docs/operations.md')
    .split('\n')
    .filter((line) => /^\| `[a-z`, ]+` \|.*\|.*\|.*\|$/.test(line))
    .join('\n');
  const local = ['policy', 'completion'];
  expect(COMMANDS.filter((command) => !local.includes(command) && !rows.includes(`\`${command}\``))).toEqual([]);
});

test('the page on operations names every setting of the app', () => {
  const page = read('docs/operations.md');
  console.log(`pages: ${SETTING_NAMES.length} settings`);
  expect(SETTING_NAMES.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
