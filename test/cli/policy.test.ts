import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { rules } from '../../shared/rules/index.ts';
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess, reportOf, SCAN } from '../support/cli/harness.ts';

const EXAMPLE = 'test/support/cli/policy.yaml';
const keyed = await file('keyed.json', keyedAccount());

test('policy FILE says what a valid policy does', async () => {
  const off = rules.filter(({ defaultOff }) => defaultOff).length;
  const modes = `${rules.length - 2 - off} rules report, 2 write, ${off} off`;
  const { code, out: words, err } = await inProcess(['policy', EXAMPLE]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [warning, ...cutOff] = words.split('\n\n');
  expect(warning).toBe(`${EXAMPLE}: valid, ${modes}, 1 scope says otherwise\nDrains: none, as max is 0`);
  expect(cutOff.join()).toMatch(/^What is enforced can cut off:\n {2}account-aad-only: /);
  const { out } = await inProcess(['policy', '-'], 'mode: off\nfreeze: true\nrules: { pool-identity: approve }');
  expect(out).toBe(
    `standard input: valid, 1 rule writes once approved, ${rules.length - 1} off, frozen: nothing is begun\nDrains: none, as max is 0\n`,
  );
});

test.each([
  [
    '{ max: 2, windows: [{ days: [Sat, Sun], from: 02:00, to: 06:00, timeZone: Europe/Paris }] }',
    'at most 2 at once, only pools without nodes, looked for every 15 minutes, Sat and Sun 02:00 to 06:00 Europe/Paris; size given back after 6 hours',
  ],
  [
    '{ max: 1, watch: PT1H, deadline: P1DT30M5S }',
    'at most 1 at once, only pools without nodes, looked for every hour, at any time; size given back after 1 day 30 minutes 5 seconds',
  ],
  [
    "{ max: 1, begin: any, notice: P2D, deallocation: Requeue, windows: [{ from: '22:05', to: '00:00', timeZone: UTC }, { days: [Mon, Sat, Sun], from: '00:00', to: '24:00', timeZone: Asia/Tokyo }] }",
    'at most 1 at once, pools with nodes too (Requeue), every day 22:05 to 00:00 UTC or Mon, Sat and Sun 00:00 to 24:00 Asia/Tokyo, announced 2 days before; size given back after 6 hours',
  ],
  ['{ windows: [{ days: [Sat], from: 02:00, to: 06:00, timeZone: UTC }] }', 'none, as max is 0'],
])('policy FILE says what drains may do: %s', async (drains, words) => {
  const { code, out, err } = await inProcess(['policy', '-'], `mode: audit\ndrains: ${drains}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^standard input: valid, .*\nDrains: .*\n$/);
  expect(out.split('\n')[1]).toBe(`Drains: ${words}`);
});

test('policy FILE names each fault with line and column', async () => {
  const path = await file(
    'faults.yaml',
    'mode: audit\nfreze: true\nrules:\n  pool-identity: always\n  pool-remote-access:\n    options: { allow: [nowhere!] }\n',
  );
  const { code, out, err } = await inProcess(['policy', path]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.trimEnd().split('\n')).toEqual([
    `${path}:2:1: "freze" is not known here: did you mean "freeze"?`,
    expect.stringMatching(/faults\.yaml:4:3: rules\.pool-identity: must be one of off, .*; here it is "always"$/),
    expect.stringMatching(/faults\.yaml:6:\d+: .*: must be an address, .*; here it is "nowhere!"$/),
  ]);
  const broken = await file('broken.yaml', 'rules: [');
  expect((await inProcess(['policy', broken])).err).toMatch(/broken\.yaml:1:\d+: /);
});

test('policy --schema prints a JSON schema that accepts the example and refuses what policy FILE refuses', async () => {
  const { code, out, err } = await inProcess(['policy', '--schema']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(out));
  expect(validate(parse(await readFile(EXAMPLE, 'utf8')))).toBe(true);
  expect(validate({})).toBe(true);
  for (const wrong of [
    { freze: true },
    { rules: { nope: 'audit' } },
    { drains: { days: 1 } },
    { rules: { 'pool-identity': 'always' } },
  ])
    expect(validate(wrong)).toBe(false);
});

test('a policy with faults judges nothing', async () => {
  const path = await file('bad.yaml', 'mode: loud');
  const { code, out, err } = await inProcess([...SCAN, '--input', keyed, '--policy', path]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/bad\.yaml:1:1: mode: /);
});

test('a policy turns rules off, sets options, and its guards say why nothing is written', async () => {
  const path = await file('some.yaml', 'mode: off\nrules: { account-aad-only: enforce }');
  const input = await file('both.json', [keyedAccount(), openPool()]);
  const args = [...SCAN, '--format', 'json', '--input', input];
  expect(reportOf(await inProcess([...args, '--policy', path])).findings).toMatchObject([
    {
      rule: 'account-aad-only',
      held: { code: 'incomplete', message: expect.stringContaining('a file does not show whether'), until: null },
    },
  ]);
  expect(reportOf(await inProcess(args)).findings).toMatchObject([
    { rule: 'pool-remote-access', held: { code: 'audit' } },
    { rule: 'account-aad-only', held: { code: 'audit' } },
  ]);
  const allowing = await file('allow.yaml', "rules: { pool-remote-access: { options: { allow: ['*'] } } }");
  const { findings } = reportOf(await inProcess([...args, '--policy', allowing]));
  expect(findings.map(({ rule }) => rule)).toEqual(['account-aad-only']);
});

test('--rule chooses rules, of the policy too; a scan that judges nothing says so', async () => {
  const input = await file('both.json', [keyedAccount(), openPool()]);
  const args = ['scan', '--format', 'json', '--input', input];
  const rulesOf = async (...more: readonly string[]) =>
    reportOf(await inProcess([...args, ...more])).findings.map(({ rule }) => rule);
  expect(await rulesOf('--rule', 'account-aad-only')).toEqual(['account-aad-only']);
  expect(await rulesOf('--rule', 'account-aad-only', '--rule', 'pool-remote-access')).toHaveLength(2);
  expect(await rulesOf('--rule', 'pool-remote-access', '--policy', EXAMPLE)).toEqual(['pool-remote-access']);

  const idle = await inProcess(['scan', '--input', keyed, '--rule', 'pool-remote-access']);
  expect(idle).toEqual({
    code: 2,
    out: '1 account, 0 pools: no finding\n',
    err: 'Nothing was judged: no rule is on for what was read.\n',
  });
});

test.each([
  ['critical', 0],
  ['high', 1],
  ['low', 1],
  ['info', 1],
])('a high finding with --fail-on %s exits with %i', async (severity, code) => {
  expect(await inProcess([...SCAN, '--input', keyed, '--fail-on', severity])).toMatchObject({ code });
});

test('what is unknown fails a scan only with --fail-on-unknown', async () => {
  const { properties: _, ...rest } = accountBody();
  const partial = await file('partial.json', [{ ...rest, properties: {} }, poolBody()]);
  expect(await inProcess([...SCAN, '--input', partial])).toMatchObject({ code: 0 });
  const strict = await inProcess([...SCAN, '--input', partial, '--fail-on-unknown']);
  expect(strict.code).toBe(1);
  expect(strict.out).toContain('1 not known: the body of the account is partial');
});
