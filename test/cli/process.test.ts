import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { NODE_22 } from '../../local/nodes.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { batchWarden, file, inProcess, PROGRAM, reportOf, SCAN } from '../support/cli/harness.ts';

const clean = await file('clean.json', [accountBody(), poolBody()]);
const keyed = await file('keyed.json', keyedAccount());
const ESCAPE = '\u001b[';

test('0: nothing found', async () => {
  const { code, out, err } = await batchWarden([...SCAN, '--input', clean]);
  expect({ code, out, err }).toEqual({ code: 0, out: '1 account, 1 pool: no finding\n', err: '' });
});

test('1: open findings, in plain text where nobody watches', async () => {
  const { code, out, err } = await batchWarden([...SCAN, '--input', keyed]);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain('Fix available (policy: audit): set allowedAuthenticationModes to AAD.');
  expect(out).not.toContain(ESCAPE);
});

test('2: bad input, said on standard error; standard output is JSON alone', async () => {
  const ended = await batchWarden([...SCAN, '--format', 'json', '--input', 'nowhere.json', keyed]);
  expect(ended).toMatchObject({ code: 2, err: 'nowhere.json: no such file\n' });
  expect(reportOf(ended)).toMatchObject({ accounts: 1, findings: [{ rule: 'account-aad-only' }], errors: [{}] });
});

test.each([
  ['while loading', 'JSON.stringify = () => { throw new Error("broken on purpose"); }'],
  ['while reporting', 'Array.prototype.toSorted = () => { throw new Error("broken on purpose"); }'],
])('3: a fault of the program itself, %s', async (_, fault) => {
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(fault)}` };
  const { code, out, err } = await batchWarden([...SCAN, '--format', 'json', '--input', keyed], { env });
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toContain('a fault of batch-warden itself');
  expect(err).toContain('broken on purpose');
});

test('- is standard input', async () => {
  const stdin = JSON.stringify({ value: [openPool()] });
  const ended = await batchWarden([...SCAN, '--format', 'json', '--input', '-', '--input', clean], { stdin });
  expect(ended).toMatchObject({ code: 1, err: '' });
  expect(reportOf(ended)).toMatchObject({ accounts: 1, pools: 2, findings: [{ rule: 'pool-remote-access' }] });
  expect(await inProcess([...SCAN, '--input', '-'])).toMatchObject({
    code: 2,
    err: 'standard input: is empty: expected JSON\n',
  });
});

test('colours where they are forced, never in JSON, never with NO_COLOR', async () => {
  const forced = await batchWarden([...SCAN, '--input', keyed], { env: { FORCE_COLOR: '1' } });
  expect(forced.out).toContain(ESCAPE);
  const json = await batchWarden([...SCAN, '--input', keyed, '--format', 'json'], { env: { FORCE_COLOR: '1' } });
  expect(json.out).not.toContain(ESCAPE);
  const none = await batchWarden([...SCAN, '--input', keyed], { env: { NO_COLOR: '1' } });
  expect(none.out).not.toContain(ESCAPE);
});

test('help and version', async () => {
  const help = await batchWarden(['scan', '--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const text of ['--input', '--subscription', '--fail-on', 'Examples:', 'Exit codes', 'pool-remote-access'])
    expect(help.out).toContain(text);
  expect(await batchWarden(['--version'])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' });
});

test.skipIf(NODE_22 === null)('Node 22 runs it as well', async () => {
  const node = NODE_22 ?? '';
  const args = [...SCAN, '--input', keyed];
  expect((await batchWarden(['--version'], { node })).code).toBe(0);
  expect(await batchWarden(args, { node })).toEqual(await batchWarden(args));
});

test('a Node that cannot run it is told so in one sentence', async () => {
  const { code, out, err } = await batchWarden(['--version'], { env: { NODE_OPTIONS: '--no-strip-types' } });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^batch-warden needs Node 22\.18 or newer; this is Node [\d.]+\.\n$/);
});

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args]);
  onTestFinished(() => void child.kill());
  return child;
}

test('a reader who leaves early is no fault', async () => {
  const many = await file(
    'many.json',
    Array.from({ length: 500 }, (_, n) => openPool(`p${n}`)),
  );
  const child = start(['scan', '--input', many]);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect({ code, err }).toEqual({ code: 1, err: '' });
});

test('it ends when nobody reads standard error any more', async () => {
  const child = start(['scan', '--input', 'nowhere.json']);
  child.stderr.destroy();
  const [, signal] = await once(child, 'exit');
  expect(signal).toBeNull();
});
