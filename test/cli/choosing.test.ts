import { expect, test } from 'vitest';
import { z } from 'zod';
import { rules } from '../../shared/rules/index.ts';
import { keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { file, inProcess, reportOf } from '../support/cli/harness.ts';

const input = await file('choosing.json', [keyedAccount(), openPool()]);
const scan = (...args: string[]) => inProcess(['scan', '--input', input, '--format', 'json', ...args]);

async function found(...args: string[]) {
  return new Set(reportOf(await scan(...args)).findings.map(({ rule }) => rule));
}

test.each([
  [
    ['--rule', 'Account-AAD-only, pool-remote-access'],
    ['pool-remote-access', 'account-aad-only'],
  ],
  [['-r', 'account-aad-only,pool-remote-access', '--skip-rule', 'POOL-remote-access'], ['account-aad-only']],
  [['-r', 'account-aad-only', '-r', 'pool-remote-access', '--severity', 'Critical,low'], ['pool-remote-access']],
  [['-r', 'account-aad-only,pool-remote-access', '--severity', 'low', 'high'], ['account-aad-only']],
])('17.5: %j leaves the findings of %j', async (args, expected) => {
  expect([...(await found(...args))]).toEqual(expected);
});

test('17.5: --skip-rule judges by all other rules', async () => {
  const all = await found();
  const [skipped = '', ...others] = all;
  expect(all.size).toBeGreaterThan(3);
  expect(await found('--skip-rule', skipped)).toEqual(new Set(others));
});

test.each([
  [['--fail-on', 'NONE'], 0],
  [['--fail-on', 'none', '--fail-on-unknown'], 1],
  [['--fail-on', 'Critical'], 1],
  [['--fail-on', 'critical', '--severity', 'high'], 0],
  [['--severity', 'high'], 1],
  [['-r', 'account-aad-only', '--severity', 'info'], 2],
  [['-r', 'account-aad-only', '--skip-rule', 'account-aad-only'], 2],
])('17.5: the exit code with %j is %i', async (args, code) => {
  expect((await scan(...args)).code).toBe(code);
});

test('17.5: of JUnit, rules of other severities have no cases', async () => {
  const clean = await file('clean.json', poolBody());
  const args = ['scan', '--input', clean, '--rule', 'pool-remote-access,pool-subnet', '--format', 'JUnit'];
  const cases = async (...more: string[]) => (await inProcess([...args, ...more])).out.match(/<testcase/g)?.length;
  expect([await cases(), await cases('--severity', 'low')]).toEqual([2, 1]);
});

test.each([
  [['--skip-rule', 'pool-remote-acess'], 'No such rule: pool-remote-acess. Did you mean pool-remote-access?'],
  [['--rule', 'account-aad-only,'.repeat(2).concat('nope')], 'No such rule: nope.'],
  [['--severity', 'high,hihg'], 'Did you mean high? Allowed choices are info, low, medium, high, critical.'],
  [['--severity', ','], 'Allowed choices are info'],
  [['--fail-on', 'nonne'], 'Did you mean none?'],
  [['--fail-on', 'high,critical'], 'Give one, not several. Allowed choices are info, low,'],
  [['--format', 'jsno'], 'Did you mean json?'],
  [['--group-by', 'rules'], 'Did you mean rule?'],
])('17.5: %j is refused, with what may have been meant', async (args, message) => {
  const { code, out, err } = await scan(...args);
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(message) });
});

const Rules = z.strictObject({
  schema: z.literal(1),
  rules: z.array(
    z.looseObject({
      id: z.string(),
      scope: z.enum(['account', 'pool']),
      severity: z.string(),
      mode: z.enum(['audit', 'off']),
      title: z.string(),
      hasFix: z.boolean(),
      needs: z.array(z.looseObject({ name: z.string(), for: z.string(), permissions: z.array(z.string()) })),
    }),
  ),
});

test('17.5: rules as JSON are all rules, and the modes are those by which a scan judges', async () => {
  const { rules: listed } = Rules.parse(JSON.parse((await inProcess(['rules', '--format', 'json'])).out));
  expect(listed.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  const off = listed.filter(({ mode }) => mode === 'off').map(({ id }) => id);
  expect(off).toEqual(rules.filter(({ defaultOff }) => defaultOff).map(({ id }) => id));
  expect(off.length).toBeGreaterThan(0);
  expect(listed.filter(({ hasFix }) => hasFix).length).toBe(rules.filter(({ sets }) => sets.length > 0).length);
  const [nsg] = listed.filter(({ id }) => id === 'pool-subnet-nsg').map(({ needs }) => needs.map(({ name }) => name));
  expect(nsg).toContain('subnets');
});

test.each([60, 80, 200])('17.5: the list of rules fits %i columns, ids whole, the gravest first', async (width) => {
  const { code, out, err } = await inProcess(['rules'], '', width);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n').filter((line) => line.length > width)).toEqual([]);
  const severities = [...out.matchAll(/^(critical|high|medium|low|info) +([a-z-]+) /gm)];
  expect(severities).toHaveLength(rules.length);
  expect(new Set(severities.map(([, , id]) => id))).toEqual(new Set(rules.map(({ id }) => id)));
  expect(severities[0]?.[1]).toBe('critical');
  expect(severities.at(-1)?.[1]).toBe('info');
});

test('17.5: explain as JSON has the page of a rule, or every verdict on a resource', async () => {
  const explain = async (...args: string[]) => JSON.parse((await inProcess(['explain', ...args, '-f', 'JSON'])).out);
  const { rule, page } = await explain('pool-remote-access');
  expect({ rule, page }).toMatchObject({
    rule: { id: 'pool-remote-access' },
    page: expect.stringMatching(/^# pool-remote-access\n/),
  });
  const { kind, verdicts } = await explain('acct1/open1', '--input', input);
  expect(kind).toBe('pool');
  const Verdicts = z.array(z.object({ rule: z.string(), verdict: z.string(), findings: z.array(z.unknown()) }));
  const known = Verdicts.parse(verdicts);
  expect(known.map((one) => one.rule)).toEqual(rules.filter(({ scope }) => scope === 'pool').map(({ id }) => id));
  expect(known.find((one) => one.rule === 'pool-remote-access')).toMatchObject({
    verdict: 'open',
    findings: [{ severity: 'critical', status: 'open' }],
  });
  expect(new Set(known.map(({ verdict }) => verdict)).size).toBeGreaterThan(2);
});
