import { expect, test } from 'vitest';
import { rules } from '../../shared/rules/index.ts';
import { accountBody, keyedAccount, openPool, poolBody } from '../support/cli/bodies.ts';
import { officialBodies, recordedBodies } from '../support/cli/contract.ts';
import { file, inProcess, reportOf } from '../support/cli/harness.ts';
import { verdictsIn } from '../support/cli/verdicts.ts';
import { ACCOUNT_ID, poolId } from '../support/snapshots.ts';

const both = await file('both.json', [keyedAccount(), openPool(), poolBody()]);

test('every rule for a pool has a verdict, and what is open is told in full', async () => {
  const { code, out, err } = await inProcess(['explain', poolId('open1'), '--input', both]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const verdicts = verdictsIn(out);
  const ids = rules.filter(({ scope }) => scope === 'pool').map(({ id }) => id);
  expect(Object.keys(verdicts).toSorted()).toEqual(ids.toSorted());
  expect(verdicts).toMatchObject({ 'pool-remote-access': 'open', 'pool-identity-references': 'complies' });
  expect(out).toContain(`The pool acct1/open1\n${poolId('open1')}\n`);
  expect(out).toContain(
    `open      pool-remote-access
          Rule         Published ports of nodes let in only allowed sources.
          Severity     critical
          Path         properties.networkConfiguration.endpointConfiguration.inboundNatPools[ssh]
          Observed     none
          Desired      nobody gets in
          Why          Port 22 (NAT pool ssh) lets in the whole internet, for example 203.0.113.7, any port, by no rule:
                       everyone gets in.
          Fix          set the rules of NAT pool ssh (port 22) to: 3500 Deny *
          Not written  audit mode
`,
  );
  expect(out).toContain('\nPrediction: none. ');
  const besides = await inProcess(['explain', 'acct1/pool1', '--input', both]);
  expect(verdictsIn(besides.out)).toMatchObject({ 'pool-remote-access': 'complies' });
});

test('every rule for an account has a verdict, and its pools are named', async () => {
  const { code, out } = await inProcess(['explain', ACCOUNT_ID, '--input', both]);
  expect(code).toBe(0);
  const ids = rules.filter(({ scope }) => scope === 'account').map(({ id }) => id);
  expect(Object.keys(verdictsIn(out)).toSorted()).toEqual(ids.toSorted());
  expect(verdictsIn(out)).toMatchObject({ 'account-aad-only': 'open' });
  expect(out).toContain('\nIts pools that were read: acct1/open1, acct1/pool1\n');
  const alone = await inProcess(['explain', 'acct1', '--input', await file('alone.json', accountBody())]);
  expect(verdictsIn(alone.out)).toMatchObject({ 'account-aad-only': 'complies' });
  expect(alone.out).toContain('\nNo pool of it was read.\n');
});

test('a policy decides what is on, and why a fix waits', async () => {
  const policy = await file(
    'policy.yaml',
    'mode: off\nrules: { pool-remote-access: enforce }\nscopes: [{ match: { pool: open* }, rules: { pool-identity: audit } }]\n',
  );
  const { code, out } = await inProcess(['explain', 'acct1/open1', '--input', both, '--policy', policy]);
  expect(code).toBe(0);
  const on = Object.entries(verdictsIn(out)).filter(([, verdict]) => verdict !== 'off');
  expect(Object.fromEntries(on)).toEqual({ 'pool-remote-access': 'open', 'pool-identity': 'complies' });
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'Not written the account could not be read whole: a file does not show',
  );
  expect(out).toContain('(off by the policy)');
  expect(out).not.toContain('off by default');
});

test('a rule that is off by default says so, and is judged where a policy names it', async () => {
  const quiet = rules.filter(({ scope, defaultOff }) => scope === 'pool' && defaultOff).map(({ id }) => id);
  expect(quiet.length).toBeGreaterThan(0);
  const { out } = await inProcess(['explain', 'acct1/pool1', '--input', both]);
  const off = Object.entries(verdictsIn(out)).filter(([, verdict]) => verdict === 'off');
  expect(off.map(([id]) => id).toSorted()).toEqual(quiet.toSorted());
  const words = out.replaceAll(/\s+/g, ' ');
  expect(words.split('(off by default: it judges where a policy names it)')).toHaveLength(quiet.length + 1);
  const policy = `rules: { ${quiet.map((id) => `${id}: audit`).join(', ')} }`;
  const named = await inProcess(['explain', 'acct1/pool1', '--input', both, '--policy', '-'], policy);
  expect(Object.values(verdictsIn(named.out))).not.toContain('off');
});

test('of every official and recorded body it tells all that a scan finds', async () => {
  const bodies = [...officialBodies(), ...recordedBodies()];
  let findings = 0;
  for (const { file: name, body } of bodies) {
    const input = ['--input', await file(name, body)];
    const scanned = reportOf(await inProcess(['scan', '--format', 'json', ...input]));
    const { id } = body as { id: string }; // a body of the contract has one
    const { code, out, err } = await inProcess(['explain', id, ...input]);
    expect({ name, code, err }).toEqual({ name, code: 0, err: '' });
    const verdicts = verdictsIn(out);
    const text = out.replaceAll(/\s/g, '');
    for (const { rule, status, why, path } of scanned.findings) {
      expect([status, 'open']).toContain(verdicts[rule]);
      expect(text).toContain(why.replaceAll(/\s/g, ''));
      expect(text).toContain(path.replaceAll(/\s/g, ''));
      findings += 1;
    }
    const rulesFound = new Set(scanned.findings.map(({ rule }) => rule));
    const told = Object.entries(verdicts).filter(([, verdict]) => verdict === 'open' || verdict === 'unknown');
    expect(new Set(told.map(([rule]) => rule))).toEqual(rulesFound);
  }
  console.info(`explained: ${bodies.length} bodies, ${findings} findings`);
  expect(findings).toBeGreaterThan(bodies.length);
});
