import { execFile, spawnSync } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NODE_22, NODES } from '../../local/nodes.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { makeCliPackage } from '../../scripts/package-cli.ts';
import { accountBody, openPool } from '../support/cli/bodies.ts';
import { batchWarden, file, inProcess } from '../support/cli/harness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const VERSION = '9.8.7-dev.20261128175012.g17770a5b1c2d';

const top = mkdtempSync(join(tmpdir(), 'batch-warden-'));
afterAll(() => rmSync(top, { recursive: true }));
const made = join(top, 'package-cli');
const installed = join(top, 'empty', 'node_modules', '@batch-warden', 'cli');
const program = join(installed, 'bin', 'batch-warden.cjs');
const read = (...path: string[]) => readFileSync(join(installed, ...path), 'utf8');

const npm = async (folder: string, ...args: string[]) =>
  (await promisify(execFile)('npm', [...args, '--offline', '--silent'], { cwd: folder })).stdout;
const Packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

let bundled: number;
let packed: readonly string[];

beforeAll(async () => {
  bundled = await makeCliPackage(made, VERSION);
  mkdirSync(join(top, 'empty'));
  const [{ filename, files }] = Packed.parse(JSON.parse(await npm(made, 'pack', '--json')));
  packed = files.map(({ path }) => path).toSorted();
  await npm(join(top, 'empty'), 'install', '--no-audit', '--no-fund', join(made, filename));
});

describe('what is packed', () => {
  test('is what runs, its licence and its notices', () => {
    expect(packed).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES',
      'bin/batch-warden.cjs',
      'dist/azure.cjs',
      'dist/main.cjs',
      'dist/main.cjs.map',
      'package.json',
    ]);
    expect(read('LICENSE')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
    const parts = read('THIRD-PARTY-NOTICES')
      .split(`\n${'-'.repeat(80)}\n\n`)
      .slice(1);
    expect(parts).toHaveLength(bundled);
    const names = parts.map((part) => part.slice(0, part.indexOf(' ')));
    expect(names).toEqual(expect.arrayContaining(['@azure/identity', 'commander', 'marked', 'yaml', 'zod']));
    expect(names.filter((name) => ['@azure/functions', 'apache-arrow', 'azurite'].includes(name))).toEqual([]);
  });

  test('has a scoped name, and needs nothing but Node', () => {
    const { description, license, engines } = packageJson;
    expect(JSON.parse(read('package.json'))).toEqual({
      name: '@batch-warden/cli',
      version: VERSION,
      description,
      license,
      type: 'commonjs',
      bin: { 'batch-warden': 'bin/batch-warden.cjs' },
      files: ['bin', 'dist', 'THIRD-PARTY-NOTICES'],
      engines,
    });
    const code = ['main.cjs', 'azure.cjs'].map((name) => read('dist', name)).join('');
    const required = [...code.matchAll(/\b(?:require|import)\(\s*["'`]([^"'`]+)/g)].map(([, name = '']) => name);
    expect([...new Set(required)].filter((name) => !isBuiltin(name))).toEqual(['./azure.cjs']);
    expect(code).not.toContain(ROOT);
    // Texts of the clients of blobs and of Batch.
    for (const text of ['AppendBlob_createHeaders', 'Microsoft.Batch/batchAccounts/{accountName}/pools/{poolName}'])
      expect([read('dist', 'main.cjs').includes(text), read('dist', 'azure.cjs').includes(text)]).toEqual([
        false,
        true,
      ]);
    console.log(`package-cli: ${code.length} bytes, ${required.length} imports, ${bundled} packages`);
  });
});

describe('without its file for Azure', () => {
  const policy = file('policy.yaml', 'mode: enforce');
  const input = file('account.json', [accountBody(), openPool()]);

  beforeAll(() => renameSync(join(installed, 'dist', 'azure.cjs'), join(top, 'azure.cjs')));
  afterAll(() => renameSync(join(top, 'azure.cjs'), join(installed, 'dist', 'azure.cjs')));

  describe.each(NODES)('under Node %i', (_major, node) => {
    test.each([
      ['scan', async () => ['scan', '--input', await input]],
      ['explain', async () => ['explain', 'pool-remote-access']],
      ['policy', async () => ['policy', await policy]],
      ['plan', async () => ['plan', '--policy', await policy, '--input', await input]],
    ])('%s says what it says in the project', async (_, args) => {
      expect(await batchWarden(await args(), { node, program })).toEqual(await inProcess(await args()));
    });
  });

  test('it tells its version', async () => {
    expect(await batchWarden(['--version'], { program })).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
  });

  test('a fault of the program is told with the lines of the sources', async () => {
    const fault = join(top, 'fault.mjs');
    writeFileSync(fault, 'Array.prototype.toSorted = () => { throw new Error("broken on purpose"); };');
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(fault).href}` };
    const { code, err } = await batchWarden(['--help'], { program, env });
    expect(code).toBe(3);
    expect(err).toMatch(/broken on purpose\n(?: .*\n)* +at .*[\\/]shared[\\/].*\.ts:\d+:\d+/);
  });
});

/** What a shell does at the Tab key: for a rule, and for a file after what it must not run. It prints what may stand there. */
const SHELLS = [
  [
    'bash',
    `eval "$(batch-warden completion bash)"
     at() { COMP_WORDS=(batch-warden "$@"); COMP_CWORD=$#; _batch_warden; printf '%s\\n' "\${COMPREPLY[@]}"; }
     at scan --rule account-aad; at scan -i '$(touch run)' fault`,
  ],
  [
    'zsh',
    `compdef() {}; compset() {}; _files() { print -l fault*; }; _describe() { print -l -- \${found%%:*}; }
     eval "$(batch-warden completion zsh)"
     at() { words=(batch-warden "$@"); CURRENT=$#words; _batch_warden; }
     at scan --rule account-aad; at scan -i '$(touch run)' fault`,
  ],
  [
    'fish',
    `batch-warden completion fish | source
     complete -C 'batch-warden scan --rule account-aad' | string replace -r '\\t.*' ''
     complete -C 'batch-warden scan -i $(touch run) fault'`,
  ],
] as const;

describe.each(SHELLS)('%s', (shell, script) => {
  test.skipIf(spawnSync(shell, ['-c', 'exit 0']).error !== undefined)(
    'completes rules and files, and runs nothing',
    () => {
      const folder = mkdtempSync(join(top, 'shell-'));
      writeFileSync(join(folder, 'fault.mjs'), '');
      const PATH = [join(top, 'empty', 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH']].join(
        delimiter,
      );
      const { stdout, stderr } = spawnSync(shell, ['-c', script], {
        cwd: folder,
        env: { ...process.env, PATH },
        encoding: 'utf8',
      });
      expect({ stdout, stderr }).toEqual({ stdout: 'account-aad-only\nfault.mjs\n', stderr: '' });
      expect(readdirSync(folder)).toEqual(['fault.mjs']);
    },
  );
});

test.skipIf(NODE_22 === null)('both majors are tried', () => expect(NODES.map(([major]) => major)).toEqual([22, 24]));

test('Azure is reached by its second file', async () => {
  const env = { PATH: '', AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' };
  const signedOut = await batchWarden(['scan', '--debug', '--subscription', 'subid'], { program, env });
  expect(signedOut).toMatchObject({ code: 2, err: expect.stringContaining('az login') });
  expect(signedOut.err).toMatch(/^azure:\S+:info /m);
});

describe('the first file', () => {
  /** What it says under such a Node, and whether it goes on. */
  function under(node: string) {
    const said: string[] = [];
    const process = { versions: { node }, exitCode: 0 };
    let isRun = false;
    const require = () => {
      isRun = true;
    };
    const code = read('bin', 'batch-warden.cjs').replace(/^#!.*/, '');
    vm.runInNewContext(code, { process, console: { error: (text: string) => said.push(text) }, require });
    return { said, isRun, code: process.exitCode };
  }

  test.each(['22.18.0', '22.100.0', '23.0.0', '24.21.0', '100.0.0'])('goes on under Node %s', (node) => {
    expect(under(node)).toEqual({ said: [], isRun: true, code: 0 });
  });

  test.each(['0.12.18', '9.11.2', '20.19.5', '21.99.0', '22.9.0', '22.17.1'])(
    'says one sentence under Node %s',
    (node) => {
      const said = [`batch-warden needs Node 22.18 or newer; this is Node ${node}.`];
      expect(under(node)).toEqual({ said, isRun: false, code: 2 });
    },
  );

  test('has no syntax that an old Node does not know', () => {
    expect(read('bin', 'batch-warden.cjs')).not.toMatch(/\b(?:const|let|import|class|async)\b|=>|`|\?\.|\?\?/);
  });
});

test('nothing of the folder is left out of the file that npm packs', () => {
  const files = globSync('**', { cwd: made, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.filter(({ name }) => !name.endsWith('.tgz'))).toHaveLength(packed.length);
});
