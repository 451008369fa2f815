import { expect, test } from 'vitest';
import { after, DAY } from '../../shared/core/model/time.ts';
import { keyedAccount, openPool } from '../support/cli/bodies.ts';
import { file, inProcess, reportOf } from '../support/cli/harness.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const input = await file('exempt-input.json', [keyedAccount(), openPool()]);
const policy = await file(
  'exempt-policy.yaml',
  'mode: off\nrules: { account-aad-only: audit, pool-remote-access: audit }',
);
const SCAN = ['scan', '--input', input, '--policy', policy];

/** The date so many days from today. */
const inDays = (days: number) =>
  after(new Date(), days * DAY)
    .toISOString()
    .slice(0, 10);
const entry = (rule: string, resource: string, expires = inDays(90)) =>
  `  - { rule: ${rule}, resource: '${resource}', owner: Ada Example, reason: the tool moves, expires: ${expires} }\n`;
const exemptions = (name: string, ...entries: readonly string[]) => file(name, `exemptions:\n${entries.join('')}`);

const both = await exemptions(
  'both-exempt.yaml',
  entry('account-aad-only', ACCOUNT_ID),
  entry('pool-remote-access', poolId('open1'), inDays(5)),
);

test('scan finds what is exempt, says by whose word, and does not fail for it', async () => {
  const open = await inProcess([...SCAN, '--format', 'json']);
  expect(open.code).toBe(1);
  const { code, ...ended } = await inProcess([...SCAN, '--format', 'json', '--exemptions', both]);
  expect({ code, err: ended.err }).toEqual({ code: 0, err: '' });
  const report = reportOf({ code, ...ended });
  expect(report.findings.map(({ rule, status, exemption }) => ({ rule, status, owner: exemption?.owner }))).toEqual([
    { rule: 'pool-remote-access', status: 'exempt', owner: 'Ada Example' },
    { rule: 'account-aad-only', status: 'exempt', owner: 'Ada Example' },
  ]);
  expect(report.exemptions).toMatchObject([{ code: 'ends-soon', rule: 'pool-remote-access', covers: poolId('open1') }]);
});

test('what is not exempt fails the scan as ever', async () => {
  const one = await exemptions('one-exempt.yaml', entry('pool-remote-access', poolId('open1')));
  const { code, out } = await inProcess([...SCAN, '-x', one]);
  expect(code).toBe(1);
  expect(out).toContain(
    '1 account, 1 pool: 1 finding\n  severity   1 high\n  to do      1 fix available (policy: audit), 1 exempt\n',
  );
});

test('a scan notes what matches none of its findings, of its rules alone', async () => {
  const other = await exemptions(
    'other-exempt.yaml',
    entry('pool-remote-access', poolId('other')),
    entry('account-identity', ACCOUNT_ID),
  );
  const { out } = await inProcess([...SCAN, '-x', other, '--rule', 'pool-remote-access'], '', 300);
  expect(out.match(/^Note: .*/gm)).toEqual([
    `Note: the exemption of pool-remote-access for ${poolId('other')} (owner: Ada Example) matches no finding: is it needed still, and named right?`,
  ]);
});

test('explain tells it of a resource', async () => {
  const { code, out } = await inProcess(
    ['explain', 'acct1', '--input', input, '--policy', policy, '-x', both],
    '',
    200,
  );
  expect(code).toBe(0);
  expect(out).toContain('1 exempt');
  expect(out).toMatch(/Left so +Exempt until .*; owner: Ada Example; reason: the tool moves/);
});

test('a file with faults judges nothing', async () => {
  const bad = await exemptions('bad-exempt.yaml', entry('pool-remote-acess', poolId('open1'), inDays(-60)));
  expect(await inProcess([...SCAN, '-x', bad])).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(
      /^.*bad-exempt\.yaml:2:7: exemptions\.0\.rule: .*did you mean "pool-remote-access"\?\n.*bad-exempt\.yaml:2:\d+: exemptions\.0\.expires: it ended at .*\n$/,
    ),
  });
});

test('policy checks the file, alone or with a policy, and names the faults of both', async () => {
  const valid = 'valid, 2 exemptions, 1 ends within 30 days\n';
  expect(await inProcess(['policy', '--exemptions', both])).toEqual({ code: 0, out: `${both}: ${valid}`, err: '' });
  const checked = await inProcess(['policy', policy, '-x', both]);
  expect(checked).toMatchObject({ code: 0, err: '' });
  expect(checked.out).toMatch(new RegExp(`^${policy}: valid, .*\\nDrains: .*\\n${both}: ${valid}$`));
  const over = await exemptions('over.yaml', entry('account-aad-only', ACCOUNT_ID, inDays(-3)));
  expect((await inProcess(['policy', '-x', over])).out).toBe(
    `${over}: valid, 1 exemption, 1 is over and exempts nothing\n`,
  );

  const wrong = await file('wrong.yaml', 'mode: loud');
  const twice = await exemptions(
    'twice.yaml',
    entry('account-aad-only', ACCOUNT_ID),
    entry('account-aad-only', ACCOUNT_ID),
  );
  const { code, out, err } = await inProcess(['policy', wrong, '-x', twice]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(
    /^.*wrong\.yaml:1:1: mode: .*\n.*twice\.yaml:3:5: exemptions\.1: the same rule and the same resource/,
  );
});

test.each([
  [
    ['policy'],
    /^Name a policy file, or exemptions with --exemptions FILE: here is no batch-warden\.yaml, .*"batch-warden init" makes one\.\n$/,
  ],
  [['policy', policy, '--schema'], /give --schema alone/],
  [['policy', '--schema', 'exemptions', '-x', both], /give --schema alone/],
  [['policy', '--schema', 'rules'], /Allowed choices are policy, exemptions/],
  [['policy', '-', '-x', '-'], /^Standard input can be only one of both files\.\n$/],
])('%j is bad input', async (args, message) => {
  expect(await inProcess(args)).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
});

test('policy --schema exemptions prints the JSON schema of the file', async () => {
  const { code, out } = await inProcess(['policy', '--schema', 'exemptions']);
  expect(code).toBe(0);
  expect(Object.keys(JSON.parse(out).properties)).toEqual(['exemptions']);
});
