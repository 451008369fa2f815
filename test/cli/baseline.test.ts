import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselineText, compared } from '../../shared/report/baseline.ts';
import { keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { finding, unknown } from '../support/cli/findings.ts';
import { file, inProcess, reportOf, SCAN } from '../support/cli/harness.ts';
import { sarifRun } from '../support/cli/sarif.ts';

const before = await file('before.json', [keyedAccount(), openPool('open1'), openPool('open2')]);
const after = await file('after.json', [keyedAccount(), poolBody('open1'), openPool('open3')]);
const scan = (input: string, ...args: string[]) => inProcess([...SCAN, '--input', input, ...args]);

async function written(...args: string[]) {
  const path = join(await mkdtemp(join(tmpdir(), 'batch-warden-baseline-')), 'baseline.json');
  const ended = await scan(before, '--write-baseline', path, ...args);
  return { path, ended };
}

test('17.5: what the baseline has fails no more; what is new does, and what is closed is told', async () => {
  const { path, ended } = await written();
  expect(ended).toMatchObject({ code: 1, err: `Wrote ${path} (baseline).\n` });
  const same = await scan(before, '--baseline', path);
  expect(same).toEqual({
    code: 0,
    out: '1 account, 2 pools: no new finding\n  baseline   3 known from the baseline\n',
    err: '',
  });
  const { code, out } = await scan(after, '--baseline', path);
  expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/: 1 new finding\n/) });
  expect(out).toContain('  baseline   1 known from the baseline, 1 closed, 1 not judged now\n');
  expect(out).toContain('Closed since the baseline\n  pool-remote-access: acct1/open1\n');
  expect(out).toContain('acct1/open3');
  expect(out).not.toContain('account-aad-only');
});

test('17.5: each format tells what is new and what is known', async () => {
  const { path } = await written();
  const as = async (format: string) => (await scan(after, '--baseline', path, '--format', format)).out;
  const { findings, baseline } = reportOf(await scan(after, '--baseline', path, '--format', 'json'));
  expect(findings.map((one) => [one.rule, one.baseline])).toEqual([
    ['pool-remote-access', 'new'],
    ['account-aad-only', 'known'],
  ]);
  expect(
    [baseline?.closed, baseline?.unjudged].map((all) => all?.map(({ resource }) => resource.split('/').at(-1))),
  ).toEqual([['open1'], ['open2']]);
  const sarif = await as('sarif');
  expect(sarif.match(/"baselineState": "\w+"/g)).toEqual(['"baselineState": "new"', '"baselineState": "unchanged"']);
  expect(sarifRun(sarif).results).toHaveLength(2);
  expect(sarif).toContain('Closed since the baseline: pool-remote-access: ');
  expect(
    (await as('csv'))
      .trim()
      .split('\r\n')
      .map((line) => line.split(',').at(-1)),
  ).toEqual(['baseline', 'new', 'known']);
  expect(await as('junit')).toMatch(/<testsuites name="Batch Warden" tests="\d+" failures="1" errors="0" skipped="1"/);
  expect(await as('markdown')).toMatch(/^## Batch Warden: 1 open[^]*1 closed[^]*### Closed since the baseline/);
  expect(await as('html')).toContain('; 1 known from the baseline, 1 closed, 1 not judged now');
});

test('17.5: a baseline is sorted, a finding a line, the same again, and kept up to date in its place', async () => {
  const { path } = await written();
  const text = await readFile(path, 'utf8');
  expect(text.split('\n').filter((line) => line.startsWith('    {"id":"'))).toHaveLength(3);
  expect((await scan(before, '--baseline', path, '--write-baseline', path)).code).toBe(0);
  expect(await readFile(path, 'utf8')).toBe(text);
  // Closed ones go, new ones come, and what was not judged, or not chosen, stays.
  expect((await scan(after, '--baseline', path, '--write-baseline', path, '--severity', 'critical')).code).toBe(1);
  const pools = (await readFile(path, 'utf8')).match(/acct1(?:\/pools\/\w+)?(?=")/g);
  expect(pools).toEqual(['acct1', 'acct1/pools/open2', 'acct1/pools/open3']);
  expect(await readdir(join(path, '..'))).toEqual(['baseline.json']);
});

test('17.5: nothing is written over that is read, nor where nothing was judged', async () => {
  const { path } = await written();
  const text = await readFile(path, 'utf8');
  expect((await scan(before, '--baseline', path, '-o', path)).err).toContain('is read by this very command');
  expect((await scan(before, '--write-baseline', before)).err).toContain('is read by this very command');
  const idle = await scan(before, '--severity', 'info', '--baseline', path, '--write-baseline', path);
  expect(idle).toMatchObject({ code: 2, err: expect.stringContaining('Nothing was judged') });
  expect(await readFile(path, 'utf8')).toBe(text);
});

test.each([
  ['[]', 'is not a baseline: it has no "schema" and "findings"'],
  ['{', 'is not JSON: '],
  ['{"schema":2,"findings":[],"more":1}', 'is a baseline of schema 2: this version reads schema 1'],
  ['{"schema":1,"accounts":1,"pools":0,"findings":[]}', 'is the report of a scan, not a baseline'],
  ['{"schema":1,"findings":[{"id":"x"}]}', 'findings.0.id: must be the id of a finding'],
  ['{"schema":1,"findings":[],"finding":[]}', 'finding: "finding" is not known here: did you mean "findings"?'],
])('17.5: %s as baseline is refused, with what makes one', async (text, message) => {
  const { code, out, err } = await scan(before, '--baseline', await file('bad-baseline.json', text));
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(message) });
  expect(err).toContain('--write-baseline FILE" makes one.');
});

test('17.5: what is graver than the baseline has it, or was not known there, is new', () => {
  const low = finding({ severity: 'low' });
  const cases = [
    [low, finding({ severity: 'high' }), 'new'],
    [low, low, 'known'],
    [finding({ severity: 'high' }), low, 'known'],
    [unknown(), finding(), 'new'],
    [finding(), unknown(), 'known'],
    [unknown(), unknown(), 'known'],
  ] as const;
  for (const [was, is, expected] of cases) {
    const { known, closed, unjudged } = compared([is], JSON.parse(baselineText([was], null, [])), [is], () => true);
    expect([known.size === 1 ? 'known' : 'new', closed, unjudged]).toEqual([expected, [], []]);
  }
});

test('17.5: what is not known now is not closed', () => {
  const baseline = JSON.parse(baselineText([finding({ id: '0'.repeat(16), path: 'a' })], null, []));
  const counts = [[unknown({ path: '' })], []].map((findings) => {
    const { closed, unjudged } = compared(findings, baseline, [finding()], () => true);
    return [closed.length, unjudged.length];
  });
  expect(counts).toEqual([
    [0, 1],
    [1, 0],
  ]);
});
