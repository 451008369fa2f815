import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const CONFIG = [
  'package.json',
  'tsconfig.json',
  'biome.json',
  '.oxlintrc.json',
  'knip.json',
  'vitest.config.ts',
  'package-lock.json',
  '.gitignore',
];
const SOURCES = ['functions', 'shared', 'cli', 'local', 'scripts', 'bench', 'infra'];

/** A copy of the sources in which a fault can be planted without touching the real ones. */
const copy = mkdtempSync(join(tmpdir(), 'batch-warden-check-'));
for (const name of [...CONFIG, ...SOURCES, 'test']) copyOf(name);
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
spawnSync('git', ['init', '--quiet'], { cwd: copy });
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function copyOf(name: string): void {
  const filter = (path: string) => !path.endsWith('node_modules');
  cpSync(join(root, name), join(copy, name), { recursive: true, filter });
}

function run(command: string, directory = copy): { readonly failed: boolean; readonly output: string } {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, NO_COLOR: '1' },
  });
  return { failed: status !== 0, output: stdout + stderr };
}

function runWith(file: string, text: string, command: string) {
  writeFileSync(join(copy, file), text);
  try {
    return run(command);
  } finally {
    rmSync(join(copy, file));
  }
}

/** An import that each layer must not have: [the file or the folder that imports, what it imports]. */
const FORBIDDEN = [
  ['shared/core/model/', '../policy/rule.ts'],
  ['shared/core/reachability/', '../policy/rule.ts'],
  ['shared/core/reachability/', '../identities/predict.ts'],
  ['shared/core/identities/', '../plan/plan.ts'],
  ['shared/core/plain-secrets/', '../reachability/exposure.ts'],
  ['shared/core/policy/', '../plan/finding.ts'],
  ['shared/core/doctor/', '../policy/rule.ts'],
  ['shared/core/plan/', '../reachability/exposure.ts'],
  ['shared/core/plan/', '../../azure/arm/arm.ts'],
  ['shared/core/plan/', '@azure/arm-batch'],
  ['shared/core/plan/', 'node:fs'],
  ['shared/core/plan/finding-id.ts', 'node:fs'],
  ['shared/rules/', './account-aad-only.ts'],
  ['shared/rules/', '../azure/arm/arm.ts'],
  ['shared/rules/index.ts', '../azure/arm/arm.ts'],
  ['shared/report/', '../wire.ts'],
  ['shared/report/', './terminal/scan-text.ts'],
  ['shared/report/terminal/', '../../wire.ts'],
  ['shared/report/html/', '../../wire.ts'],
  ['shared/report/html/', '../terminal/table.ts'],
  ['shared/report/html/page/', '../../../core/model/words.ts'],
  ['shared/azure/', '../rules/index.ts'],
  ['shared/azure/', '../wire.ts'],
  ['shared/azure/', './key-vault/secret.ts'],
  ['shared/azure/codec/', '../key-vault/secret.ts'],
  ['shared/azure/state/', '../key-vault/secret.ts'],
  ['shared/core/plan/', '../../azure/key-vault/secret.ts'],
  ['shared/report/', '../azure/key-vault/secret.ts'],
  ['shared/azure/arm/', '../codec/pool-codec.ts'],
  ['shared/azure/codec/', '../arm/arm.ts'],
  ['shared/azure/facets/', '../state/storage.ts'],
  ['shared/azure/files/', '../arm/arm.ts'],
  ['shared/azure/state/', '../arm/arm.ts'],
  ['shared/azure/doctor/', '../key-vault/secret.ts'],
  ['shared/messages.ts', './wire.ts'],
  ['shared/ports.ts', './azure/arm/arm.ts'],
  ['shared/reconcile.ts', './azure/arm/arm.ts'],
  ['shared/take-event.ts', './wire.ts'],
  ['shared/wire.ts', '../local/certificate.ts'],
  ['functions/', '../shared/azure/arm/arm.ts'],
  ['functions/', '../shared/rules/index.ts'],
  ['functions/', '../local/certificate.ts'],
  ['cli/', '../shared/azure/arm/arm.ts'],
  ['cli/', '../shared/wire.ts'],
  ['cli/', '../local/certificate.ts'],
] as const;

/** Whatever the kind of the import. */
const KINDS = [
  ['a type import', "import type { Arm } from '../../azure/arm/arm.ts';\nexport type Planted = Arm;\n"],
  ['import()', "export const planted = () => import('../../azure/arm/arm.ts');\n"],
  ['an import type', "export type Planted = import('../../azure/arm/arm.ts').Arm;\n"],
] as const;

const Diagnostics = z.object({ diagnostics: z.array(z.looseObject({ code: z.string(), filename: z.string() })) });

describe('layers', () => {
  /** What is planted, where, and in which file: one of its own in a folder, or in place of one that is a layer of its own. */
  const planted = [
    ...FORBIDDEN.map(([place, target]) => ({ what: target, place, text: `export * from '${target}';\n` })),
    ...KINDS.map(([what, text]) => ({ what, place: 'shared/core/plan/', text })),
  ].map((one, index) => ({ ...one, file: one.place.endsWith('/') ? `${one.place}planted-${index}.ts` : one.place }));
  const refused = new Set<string>();

  beforeAll(() => {
    for (const { file, text } of planted) writeFileSync(join(copy, file), text);
    // Layers are kept by rules that need no types, and types are slow to check.
    const config = readFileSync(join(root, '.oxlintrc.json'), 'utf8');
    writeFileSync(join(copy, '.oxlintrc.untyped.json'), config.replace('"typeAware": true', '"typeAware": false'));
    const { output } = run(
      `oxlint -c .oxlintrc.untyped.json --format json ${planted.map(({ file }) => file).join(' ')}`,
    );
    for (const { file } of planted) rmSync(join(copy, file));
    for (const name of SOURCES) copyOf(name);
    const { diagnostics } = Diagnostics.parse(JSON.parse(output));
    const by = ['eslint(no-restricted-imports)', 'typescript(consistent-type-imports)'];
    for (const { code, filename } of diagnostics) if (by.includes(code)) refused.add(filename);
  });

  test.each(planted)('$place may not import $what', ({ file }) => {
    expect([...refused]).toContain(file);
  });

  test('every planted import was looked at', () => {
    console.log(`layers: ${refused.size} planted imports refused`);
    expect(refused.size).toBe(planted.length);
  });
});

describe('npm run check', () => {
  const commands = packageJson.scripts.check.split(' && ');

  /** One fault for each command, each where only it sees it. */
  const FAULTS = [
    ['tsc', 'shared/core/plan/wrong-type.ts', "export const planted: number = 'text';\n", /wrong-type\.ts.*TS2322/],
    [
      'tsc -p shared/report/html/page',
      'shared/report/html/page/wrong-type.ts',
      'export const planted: number = document.title;\n',
      /wrong-type\.ts.*TS2322/,
    ],
    [
      'biome',
      'shared/core/plan/format.ts',
      'export  const planted = 1\n',
      /format\.ts[^]*Formatter would have printed/,
    ],
    ['oxlint', 'shared/core/plan/floating.ts', 'Promise.resolve(1);\n', /no-floating-promises[^]*floating\.ts/],
    ['knip', 'shared/core/plan/unused.ts', 'export const planted = 1;\n', /Unused files[^]*unused\.ts/],
  ] as const;

  /** Only what is near the fault, by the same settings. What is unused is known only of the whole. */
  const NARROWED: Partial<Record<string, string>> = {
    tsc: ' -p shared/core/plan',
    biome: ' shared/core/plan',
    oxlint: ' shared/core/plan',
  };

  beforeAll(() => {
    const narrow = '{ "extends": "../../../tsconfig.json", "include": ["."] }\n';
    writeFileSync(join(copy, 'shared/core/plan/tsconfig.json'), narrow);
  });

  test('runs each tool, and the first that fails fails it', () => {
    const tools = commands
      .filter((command) => !command.startsWith('node '))
      .map((command) => FAULTS.findLast(([tool]) => command.startsWith(tool))?.[0]);
    expect(tools).toEqual(FAULTS.map(([tool]) => tool));
  });

  test.each(FAULTS)('%s fails for a fault planted in %s', (tool, file, text, message) => {
    const command = commands.find((each) => each.startsWith(tool)) ?? 'none';
    const { failed, output } = runWith(file, text, `${command}${NARROWED[tool] ?? ''}`);
    expect(output).toMatch(message);
    expect(failed).toBe(true);
  });

  test.each(['tsc', 'oxlint'])('%s fails when it finds nothing to look at', (tool) => {
    const empty = mkdtempSync(join(tmpdir(), 'batch-warden-empty-'));
    for (const name of ['tsconfig.json', 'biome.json', '.oxlintrc.json']) cpSync(join(root, name), join(empty, name));
    spawnSync('git', ['init', '--quiet'], { cwd: empty });
    const { failed, output } = run(tool, empty);
    rmSync(empty, { recursive: true, force: true });
    expect({ failed, output }).toMatchObject({ failed: true });
  });
});
