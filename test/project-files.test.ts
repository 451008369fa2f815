import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const Workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.number(),
      steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

const Form = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  title: z.string().optional(),
  labels: z.array(z.string()),
  body: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string().min(1) }) }),
      z.strictObject({
        type: z.enum(['input', 'textarea', 'dropdown']),
        id: z.string().regex(/^[\w-]+$/),
        attributes: z.strictObject({
          label: z.string().min(1),
          description: z.string().optional(),
          placeholder: z.string().optional(),
          render: z.string().optional(),
          options: z.array(z.string()).min(2).optional(),
        }),
        validations: z.strictObject({ required: z.boolean() }).optional(),
      }),
    ]),
  ),
});

describe('the workflow', () => {
  const text = read('.github/workflows/ci.yml');
  const { permissions, jobs } = Workflow.parse(parse(text));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('runs the gate and nothing else, and may only read', () => {
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['.ci/run']);
    expect(permissions).toEqual({ contents: 'read' });
  });

  test('names every action by its commit, with the version beside it', () => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => action);
    console.log(`project files: ${used.length} actions`);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
    expect(used.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    expect(used.length).toBeGreaterThan(0);
  });
});

test('the Node of .nvmrc is the one that the sources are typed for', () => {
  expect(read('.nvmrc').trim()).toBe(packageJson.devDependencies['@types/node'].split('.')[0]);
});

describe.each(globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: ROOT }))('%s', (path) => {
  test('is a form that GitHub takes: fields of known kinds, each id once', () => {
    const { body } = Form.parse(parse(read(path)));
    const ids = body.flatMap((field) => (field.type === 'markdown' ? [] : [field.id]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
  });
});

test('editors are given the schema of a policy for every example', () => {
  const settings = z.looseObject({ 'yaml.schemas': z.record(z.string(), z.array(z.string())) });
  const [[schema, files] = ['', []]] = Object.entries(
    settings.parse(JSON.parse(read('.vscode/settings.json')))['yaml.schemas'],
  );
  expect(existsSync(join(ROOT, schema))).toBe(true);
  expect(globSync(files, { cwd: ROOT }).length).toBe(globSync('examples/*', { cwd: ROOT }).length);
});

test('11: the compiler of the templates is held to a hash, of the version that the project names', () => {
  const version = /Version="\[([\d.]+)\]"/.exec(read('infra/tools/bicep.csproj'))?.[1] ?? '';
  const lines = read('infra/tools/bicep.sha512').trimEnd().split('\n');
  const wrong = lines.filter((line) => !/^[0-9a-f]{128} {2}azure\.bicep\.commandline\.[a-z]+-[a-z0-9]+\./.test(line));
  expect(wrong).toEqual([]);
  expect(lines.filter((line) => !line.endsWith(`.${version}.nupkg`))).toEqual([]);
  // What the workflow runs on.
  expect(lines.filter((line) => line.includes('.linux-x64.'))).toHaveLength(1);
});
