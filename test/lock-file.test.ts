import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import node22 from '../local/node22/package.json' with { type: 'json' };
import packageJson from '../package.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };

const Package = z.looseObject({
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
type Package = z.infer<typeof Package>;

const Packages = z.record(z.string(), Package);
const Answers = z.record(z.string(), z.boolean());

/** Whether packages with an install script may run it, by their names: npm 12 blocks what is not answered. */
const answers = Answers.parse('allowScripts' in packageJson ? packageJson.allowScripts : {});

function faults(packages: Readonly<Record<string, Package>>, answered: readonly string[]): string[] {
  const isInstalled = (path: string) => path.includes('node_modules/') && packages[path]?.link !== true;
  const withScript = Object.keys(packages)
    .filter((path) => packages[path]?.hasInstallScript)
    .map(nameIn);
  return [
    ...Object.entries(packages).flatMap(
      ([path, { integrity, resolved, dependencies = {}, optionalDependencies = {} }]) => [
        ...(isInstalled(path) && integrity === undefined ? [`${path} has no hash`] : []),
        ...(integrity !== undefined && !integrity.startsWith('sha512-') ? [`${path} has a weak hash`] : []),
        ...Object.entries({ ...dependencies, ...optionalDependencies })
          .filter(([, wanted]) => FROM_ELSEWHERE.test(wanted))
          .map(([name, wanted]) => `${path} wants ${name} from ${wanted}`),
        ...(isInstalled(path) && resolved !== undefined ? [`${path} names a registry`] : []),
        ...Object.keys(optionalDependencies)
          .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
          .map((name) => `${path} lacks ${name}, of another platform`),
      ],
    ),
    ...withScript.filter((name) => !answered.includes(name)).map((name) => `${name}: may its script run?`),
    ...answered.filter((name) => !withScript.includes(name)).map((name) => `${name} has no script`),
  ];
}

/** A repository, a URL or a folder; not a range of versions, nor another name in the registry. */
const FROM_ELSEWHERE = /^(?!npm:)[^ ]*[:/]/;

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

test('the lock file is whole for every platform, names no registry, and each install script is answered', () => {
  const packages = Packages.parse(lock.packages);
  console.log(`lock file: ${Object.keys(packages).length} packages, ${Object.keys(answers).length} install scripts`);
  expect(faults(packages, Object.keys(answers))).toEqual([]);
  expect(Object.keys(packages).length).toBeGreaterThan(300);
});

test('Node 22 stays in its own folder, so that it never becomes node_modules/.bin/node', () => {
  const packages = Packages.parse(lock.packages);
  const bringers = Object.keys(packageJson.optionalDependencies);
  expect(bringers).toEqual(Object.keys(node22.optionalDependencies));
  for (const name of bringers) {
    expect(packages[`node_modules/${name}`]).toMatchObject({ version: expect.stringMatching(/^24\./) });
    expect(packages[`local/node22/node_modules/${name}`]).toMatchObject({ version: expect.stringMatching(/^22\./) });
  }
});

test('11: nothing of the project itself runs when packages are installed, and npm asks the registry that it is set to', () => {
  const atInstall = /^(?:pre|post)?(?:install|prepare|publish|pack)$|^dependencies$/;
  expect(Object.keys(packageJson.scripts).filter((name) => atInstall.test(name))).toEqual([]);
  expect(readFileSync(new URL('../.npmrc', import.meta.url), 'utf8')).not.toMatch(
    /registry\s*=\s*http|ignore-scripts\s*=\s*false/,
  );
});

describe('a fault is seen', () => {
  const hash = { integrity: 'sha512-' };
  test.each<[string, Record<string, Package>, readonly string[]]>([
    ['node_modules/a has no hash', { 'node_modules/a': {} }, []],
    ['node_modules/a names a registry', { 'node_modules/a': { ...hash, resolved: 'https://registry' } }, []],
    [
      'a/node_modules/b has no hash',
      { a: {}, 'node_modules/a': { resolved: 'a', link: true }, 'a/node_modules/b': {} },
      [],
    ],
    [
      'node_modules/a lacks a-win32, of another platform',
      { 'node_modules/a': { ...hash, optionalDependencies: { 'a-win32': '1.0.0' } } },
      [],
    ],
    ['11: node_modules/a has a weak hash', { 'node_modules/a': { integrity: 'sha1-' } }, []],
    ...[
      'git+https://example.com/b.git',
      'contoso/b',
      'github:contoso/b#main',
      'https://example.com/b.tgz',
      'file:../b',
    ].map((from): [string, Record<string, Package>, readonly string[]] => [
      `11: node_modules/a wants b from ${from}`,
      { 'node_modules/a': { ...hash, dependencies: { b: from, c: '^1 || >=2.0.0', d: 'npm:e@1.0.0' } } },
      [],
    ]),
    ['@a/b: may its script run?', { 'node_modules/c/node_modules/@a/b': { ...hash, hasInstallScript: true } }, []],
    ['@a/b has no script', { 'node_modules/@a/b': hash }, ['@a/b']],
  ])('%s', (fault, packages, answered) => {
    expect(faults(packages, answered)).toEqual([fault.replace(/^11: /, '')]);
  });
});
