import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BODY_CHECKS, bodyChecksFile } from '../../scripts/body-checks.ts';
import { cliPage } from '../../scripts/cli-page.ts';
import { filled, MARKS, markedPages } from '../../scripts/marks.ts';
import { indexPage, jsonOf, REPORT_SCHEMA, schemaFiles, withFacts } from '../../scripts/pages.ts';
import { reportJsonSchema } from '../../shared/report/report-schema.ts';
import { rules } from '../../shared/rules/index.ts';
import { inProcess } from '../support/cli/harness.ts';
import { examplesOf } from '../support/page-examples.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const SECTIONS = ['Why', 'What it looks at', 'Verdicts', 'What it does', 'Options', 'When to exempt', 'Examples'];

test('there are rules, each with a file, a test, a page and a listing, and no file is without its rule', () => {
  const ids = rules.map(({ id }) => id);
  const paths = ids.flatMap((id) => [`shared/rules/${id}.ts`, `test/rules/${id}.test.ts`, `docs/rules/${id}.md`]);
  const empty = paths.filter((path) => read(path).trim() === '');
  console.log(`pages: ${ids.length} rules, each with ${paths.length / ids.length} files`);
  expect(ids.length).toBeGreaterThan(0);
  expect(empty).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  const sorted = ids.toSorted();
  const named = (folder: string, ending: string) =>
    readdirSync(join(root, folder)).flatMap((name) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []));
  expect(
    named('shared/rules', '.ts')
      .filter((name) => name !== 'index')
      .toSorted(),
  ).toEqual(sorted);
  expect(named('test/rules', '.test.ts').toSorted()).toEqual(sorted);
  expect(
    named('docs/rules', '.md')
      .filter((name) => name !== 'README')
      .toSorted(),
  ).toEqual(sorted);
});

test('the index page is as the rules are', () => {
  expect(read('docs/rules/README.md'), 'npm run pages').toBe(indexPage());
});

test('17.7: every rule says what its changes can break, one that changes nothing breaks nothing, and no page says "nothing" of a cost', () => {
  const [writing, reporting] = [
    rules.filter(({ sets }) => sets.length > 0),
    rules.filter(({ sets }) => sets.length === 0),
  ];
  console.log(`pages: ${writing.length} rules write, ${reporting.length} report`);
  expect(reporting.filter(({ breaks }) => breaks !== null).map(({ id }) => id)).toEqual([]);
  // It adds an identity to an account that has none: nobody is cut off.
  expect(writing.filter(({ breaks }) => breaks === null).map(({ id }) => id)).toEqual(['account-identity']);
  for (const { id, breaks } of writing.filter(({ breaks }) => breaks !== null))
    expect({ id, breaks }).toEqual({ id, breaks: expect.stringMatching(/^[A-Za-z][^.|]{19,109}$/) });
  const row = /^\| \[account-aad-only\].*$/m.exec(indexPage())?.[0];
  expect(row).toMatch(/\| rights to write \| callers with shared keys /);
  expect(indexPage()).not.toMatch(/\bCosts\b|\| nothing \|/);
});

test('17.4: the schema of a report is as the report is', () => {
  expect(read(REPORT_SCHEMA), 'npm run pages').toBe(jsonOf(reportJsonSchema()));
});

test('the checks of bodies are as the schemas are', () => {
  expect(read(BODY_CHECKS), 'npm run pages').toBe(bodyChecksFile());
});

test('17.10: the page of the commands is as their help is: each with what it is for, options, examples and exit codes', async () => {
  const page = read('docs/cli.md');
  expect(page, 'npm run pages').toBe(await cliPage());
  const commands = page.split(/^## /m).slice(1);
  console.log(`pages: ${commands.length} commands`);
  expect(commands.length).toBeGreaterThan(14);
  const whole =
    /^(\w+)\n\n```sh\nbatch-warden \1 [^]*\n```\n\n[A-Z][^]*\n\*\*Options\*\*\n[^]*\*\*Examples\*\*\n\n```sh\n[^]*\*\*Exit codes/;
  expect(commands.filter((text) => !whole.test(text))).toEqual([]);
  expect(commands.filter((text) => /Global Options|--quiet/.test(text))).toEqual([]);
});

test.each(Object.entries(schemaFiles()))(
  'the schema of %s is as the rules are, and as the command line prints it',
  async (of, text) => {
    expect(read(`docs/${of}.schema.json`), 'npm run pages').toBe(text);
    expect((await inProcess(['policy', '--schema', of])).out).toBe(text);
  },
);

test('what stands between marks is up to date on every page, and every mark is somewhere', async () => {
  const pages = markedPages();
  console.log(`pages: with marks ${pages.map(({ path }) => path).join(', ')}`);
  for (const page of pages) expect(page.text, `${page.path}: npm run pages`).toBe(await filled(page));
  const unused = MARKS.filter((name) => pages.every(({ text }) => !text.includes(`<!-- ${name} -->`)));
  expect(unused).toEqual([]);
});

test.each([
  ['<!-- rules -->28 rules<!-- /rules -->', 'a.md: <!-- rules --> is no mark: there are rule-count, '],
  ['<!-- rule-count -->28 rules', 'a.md: <!-- rule-count --> has no <!-- /rule-count -->'],
  ['`<!-- x -->` <!-- rule-count -->28 rules`<!-- /rule-count -->`', 'has no <!-- /rule-count -->'],
  ['<!-- policy-answer -->\n<!-- /policy-answer -->', 'The page shows no policy'],
  ['```yaml policy\nmode: on\n```\n<!-- policy-answer -->\n<!-- /policy-answer -->', 'not valid: standard input:1:'],
  ['```yaml faults\nmode: audit\n```\n<!-- policy-faults -->\n<!-- /policy-faults -->', 'a policy is valid: '],
  ['<!-- policy-faults -->\n<!-- /policy-faults -->', 'The page shows no faults'],
])('marks in %j are a fault of the page', async (text, message) => {
  await expect(filled({ path: 'a.md', text })).rejects.toThrow(message);
});

test('sources are documents or https URLs, each URL of a page', () => {
  const urls = rules.flatMap(({ sources }) => sources.filter((source) => source.includes(':')));
  console.log(`pages: ${urls.length} sources by URL`);
  expect(urls.filter((url) => new URL(url).protocol !== 'https:' || new URL(url).pathname === '/')).toEqual([]);
  expect(rules.filter(({ sources }) => sources.length === 0).map(({ id }) => id)).toEqual([]);
});

test.each(rules.map(({ id }) => id))('%s is written: in its rule, test and page nothing is left to do', (id) => {
  const todo = [`shared/rules/${id}.ts`, `test/rules/${id}.test.ts`, `docs/rules/${id}.md`].flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (/\bTODO\b/.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(todo, `yours to write:\n${todo.join('\n')}\n`).toEqual([]);
});

describe.each(rules)('the page of $id', (rule) => {
  const page = read(`docs/rules/${rule.id}.md`);

  test('begins with the facts of its rule, and has all sections in one order, each with text', () => {
    expect(page, 'npm run pages').toBe(withFacts(rule, page));
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(SECTIONS);
    expect(sections.filter((section) => section.split('\n').slice(1).join('').trim() === '')).toEqual([]);
  });

  test('names the options of the rule', () => {
    const options = /^## Options\n([^]*?)^## /m.exec(page)?.[1] ?? '';
    const named = [...options.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(rule.options.shape));
    expect(options.includes('None.')).toBe(named.length === 0);
  });

  test('shows a compliant body and a violating one, or one that a file cannot show to violate', () => {
    const verdicts = new Set(examplesOf(rule).map(({ kind, verdict }) => `${kind}: ${verdict}`));
    const [complies, violates, unknown] = [
      'json compliant: complies',
      'json violating: violates',
      'json unknown: is unknown',
    ];
    expect([complies, violates, unknown]).toEqual(expect.arrayContaining([...verdicts]));
    // What a file cannot show cannot be shown to violate, nor always to comply.
    const needed = rule.needs?.verdict === undefined ? [complies, violates] : [unknown];
    expect([...verdicts]).toEqual(expect.arrayContaining(needed));
  });
});
