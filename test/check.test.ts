import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const CONFIG = [
  'package.json',
  'tsconfig.json',
  'biome.json',
  '.oxlintrc.json',
  'knip.json',
  'vitest.config.ts',
  '.gitignore',
];
const SOURCES = ['functions', 'shared', 'cli', 'local', 'scripts', 'bench', 'infra'];

/** A copy of the sources in which a fault can be planted without touching the real ones. */
const copy = mkdtempSync(join(tmpdir(), 'batch-warden-check-'));
for (const name of [...CONFIG, ...SOURCES, 'test']) {
  cpSync(join(root, name), join(copy, name), { recursive: true });
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
spawnSync('git', ['init', '--quiet'], { cwd: copy });
afterAll(() => rmSync(copy, { recursive: true, force: true }));

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

/** An import that each layer must not have: [the file that imports, what it imports]. */
const FORBIDDEN = [
  ['shared/core/plan/planted.ts', '../../azure/arm/arm.ts'],
  ['shared/core/plan/planted.ts', '@azure/arm-batch'],
  ['shared/core/plan/planted.ts', 'node:fs'],
  ['shared/rules/planted.ts', './account-aad-only.ts'],
  ['shared/rules/planted.ts', '../azure/arm/arm.ts'],
  ['shared/report/planted.ts', '../wire.ts'],
  ['shared/azure/planted.ts', '../rules/index.ts'],
  ['shared/azure/planted.ts', '../wire.ts'],
  ['functions/planted.ts', '../shared/azure/arm/arm.ts'],
  ['functions/planted.ts', '../shared/rules/index.ts'],
  ['functions/planted.ts', '../local/certificate.ts'],
  ['cli/planted.ts', '../shared/azure/arm/arm.ts'],
  ['cli/planted.ts', '../local/certificate.ts'],
] as const;

/** The single files that are a layer of their own: a line is added to the real text. */
const FORBIDDEN_IN_PLACE = [
  ['shared/messages.ts', './wire.ts'],
  ['shared/ports.ts', './azure/arm/arm.ts'],
  ['shared/reconcile.ts', './azure/arm/arm.ts'],
  ['shared/take-event.ts', './wire.ts'],
  ['shared/wire.ts', '../local/certificate.ts'],
  ['shared/rules/index.ts', '../azure/arm/arm.ts'],
  ['shared/core/plan/finding-id.ts', 'node:fs'],
] as const;

const lint = (file: string) => `oxlint --deny-warnings ${file}`;

describe('layers', () => {
  test.each(FORBIDDEN)('%s may not import %s', (file, target) => {
    const { failed, output } = runWith(file, `export * from '${target}';\n`, lint(file));
    expect(output).toContain('eslint(no-restricted-imports)');
    expect(failed).toBe(true);
  });

  test.each(FORBIDDEN_IN_PLACE)('%s may not import %s', (file, target) => {
    writeFileSync(join(copy, file), `export * from '${target}';\n`);
    const { failed, output } = run(lint(file));
    cpSync(join(root, file), join(copy, file));
    expect(output).toContain('eslint(no-restricted-imports)');
    expect(failed).toBe(true);
  });

  test.each([
    ['a type import', "import type { Arm } from '../../azure/arm/arm.ts';\nexport type Planted = Arm;\n"],
    ['import()', "export const planted = () => import('../../azure/arm/arm.ts');\n"],
    ['an import type', "export type Planted = import('../../azure/arm/arm.ts').Arm;\n"],
  ])('%s counts', (_kind, text) => {
    expect(runWith('shared/core/plan/planted.ts', text, lint('shared/core/plan/planted.ts')).failed).toBe(true);
  });

  test('the sources as they are pass, and not because nothing was looked at', () => {
    const { failed, output } = run(`oxlint --deny-warnings ${SOURCES.join(' ')}`);
    const files = Number(/on (\d+) files/.exec(output)?.[1]);
    console.log(
      `layers: ${FORBIDDEN.length + FORBIDDEN_IN_PLACE.length + 3} planted imports refused, ${files} files clean`,
    );
    expect({ failed, output }).toMatchObject({ failed: false });
    expect(files).toBeGreaterThan(50);
  });
});

describe('npm run check', () => {
  const planted = 'shared/core/plan/planted.ts';

  test.each([
    ['a type error', planted, "export const planted: number = 'text';\n", /TS2322/],
    ['a wrongly formatted file', planted, 'export  const planted = 1\n', /Formatter would have printed/],
    ['a floating promise', 'functions/planted.ts', 'Promise.resolve(1);\n', /no-floating-promises/],
    ['an unused export', planted, 'export const planted = 1;\n', /Unused files|Unused exports/],
  ])('fails for %s', (_fault, file, text, message) => {
    const { failed, output } = runWith(file, text, 'npm run check');
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
