import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { whyNoRule } from '../../scripts/rule-id.ts';

const root = join(import.meta.dirname, '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'batch-warden-new-rule-'));
cpSync(root, copy, { recursive: true, filter: (path) => !['node_modules', '.git'].includes(basename(path)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
await run('git init --quiet && git add --all && git -c user.name=a -c user.email=a@b commit --quiet --message all');
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** A command in the copy, without what the tests around it have in their environment. */
async function run(command: string) {
  const environment = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|npm_)/.test(name));
  const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`;
  const env = { ...Object.fromEntries(environment), PATH: path, NO_COLOR: '1' };
  const child = spawn('sh', ['-c', command], { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err };
}

/** What is other than in the project, by file. */
async function changes(): Promise<string[]> {
  const { out } = await run('git status --porcelain --untracked-files=all');
  return out.split('\n').filter(Boolean);
}

test.each([
  ['Pool-Made-Up', '"Pool-Made-Up" is no id of a rule. It is words in lower case with hyphens between them'],
  ['made-up', 'the first says what is judged: account or pool'],
  ['pool', 'is no id of a rule'],
  ['pool-made_up', 'is no id of a rule'],
  ['pool--made-up', 'is no id of a rule'],
  ['pool-2-made-up', 'each beginning with a letter'],
  ['pool-../../made-up', 'is no id of a rule'],
  [`pool-${'x'.repeat(34)}`, 'is too long: 39 characters, and 38 are the most'],
  ['pool-subnet', 'There is a rule pool-subnet already, or a part of one: shared/rules/pool-subnet.ts'],
])('there can be no new rule %s', (id, message) => {
  expect(whyNoRule(id)).toContain(message);
});

test.each([
  ['', 'Name one new rule: npm run new-rule pool-subnet'],
  ['pool-made-up account-made-up', 'Name one new rule'],
  ['made-up', 'the first says what is judged: account or pool'],
])('npm run new-rule %s is a fault, and makes nothing', async (args, message) => {
  const { code, out, err } = await run(`node scripts/new-rule.ts ${args}`);
  expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
  expect(err).toContain(message);
  expect(await changes()).toEqual([]);
});

test('when a page cannot be written, nothing is left behind', async () => {
  appendFileSync(join(copy, 'CHANGELOG.md'), 'a <!-- rule-count -->\n');
  const { code, err } = await run('node scripts/new-rule.ts pool-made-up');
  const left = await changes();
  await run('git checkout --quiet CHANGELOG.md');
  expect({ code, left }).toEqual({ code: 1, left: [' M CHANGELOG.md'] });
  expect(err).toContain('<!-- rule-count --> has no <!-- /rule-count -->');
});

describe('new rules', () => {
  const ids = ['account-made-up', `pool-${'made-up-'.repeat(4)}x`];
  const files = ids.flatMap((id) => [`docs/rules/${id}.md`, `shared/rules/${id}.ts`, `test/rules/${id}.test.ts`]);

  test('cost three files each, and a line of import and list', async () => {
    const ended = [];
    for (const id of ids) ended.push(await run(`node scripts/new-rule.ts ${id}`));
    expect(ended.map(({ code, err }) => ({ code, err }))).toEqual(ids.map(() => ({ code: 0, err: '' })));
    const isNew = (line: string) => line.startsWith('?? ');
    const changed = await changes();
    const written = changed.filter((line) => !isNew(line));
    console.log(`new-rule: ${files.length} files made for ${ids.length} rules; written anew:${written.join('')}`);
    expect(changed.filter(isNew).toSorted()).toEqual(files.map((file) => `?? ${file}`).toSorted());
    expect((await run('git diff --numstat shared/rules/index.ts')).out).toBe('4\t0\tshared/rules/index.ts\n');
  });

  test.runIf(process.env['THOROUGH'])('pass every check as they are made; only where THOROUGH is set', async () => {
    const all = [...files, 'shared/rules/index.ts'].filter((file) => file.endsWith('.ts')).join(' ');
    const checks = [
      'tsc',
      `biome check --error-on-warnings ${all}`,
      `oxlint --type-aware --deny-warnings ${all}`,
      'knip',
    ];
    const { code, out } = await run(checks.join(' && '));
    expect(code === 0 ? '' : out).toBe('');
  });

  test('pass their own tests, and one more for each tells what is to be written', async () => {
    const tests = [...ids.map((id) => `test/rules/${id}.test.ts`), 'test/scripts/pages.test.ts'];
    await run(`vitest run --maxWorkers=1 --reporter=json --outputFile=report.json ${tests.join(' ')}`);
    const report = JSON.parse(readFileSync(join(copy, 'report.json'), 'utf8'));
    const results = VitestReport.parse(report).testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = results.filter(({ status }) => status !== 'passed');
    console.log(`new-rule: ${results.length} tests, ${failed.length} fail`);
    expect(failed.map(({ title }) => title.replace(/:.*/, '')).toSorted()).toEqual(ids.map((id) => `${id} is written`));
    const messages = failed.map(({ failureMessages }) => failureMessages.join(''));
    expect(messages).toEqual(
      ids.map((id) => expect.stringMatching(new RegExp(`shared/rules/${id}\\.ts:\\d+: .*TODO`))),
    );
  });
});

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});
