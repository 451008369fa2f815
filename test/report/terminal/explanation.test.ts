import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { type Scenario, scenariosOf } from '../../../shared/core/identities/scenarios.ts';
import { manual } from '../../../shared/core/model/change.ts';
import { type Explanation, explanationText, type RuleVerdict } from '../../../shared/report/terminal/explanation.ts';
import type { Paint } from '../../../shared/report/terminal/terminal.ts';
import { exempt, finding, NOW, unknown } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, identityId, POOL_ID, poolId } from '../../support/snapshots.ts';

const plain: Paint = (_, text) => text;

function verdict(id: string, overrides: Partial<RuleVerdict> = {}): RuleVerdict {
  return { rule: { id, title: 'What is to be holds' }, off: null, findings: [], ...overrides };
}

function pool(verdicts: readonly RuleVerdict[], scenarios: readonly Scenario[] | null = null): Explanation {
  const prediction = { scenarios, hasApplicationPackages: true };
  return { resourceId: POOL_ID, verdicts, about: { kind: 'pool', prediction }, at: NOW };
}

test('an account: what is open, the most severe first, then what is unknown, complies, is off', () => {
  const ruleId = 'c';
  const person = finding({
    ruleId,
    severity: 'low',
    path: '',
    fix: manual('In this order: (1) look; (2) leap.'),
    held: null,
  });
  const verdicts = [
    verdict('a-rule-that-is-off', { off: 'off by the policy' }),
    verdict('complies'),
    verdict(ruleId, { findings: [person, unknown({ ruleId, why: 'a file cannot tell' })] }),
    verdict('d', { findings: [unknown({ ruleId: 'd', severity: 'critical' })] }),
    verdict('e', { findings: [finding({ ruleId: 'e' })] }),
  ];
  const about = { kind: 'account', poolIds: [POOL_ID, poolId('pool2')] } as const;
  expect(explanationText({ resourceId: ACCOUNT_ID, verdicts, about, at: NOW }, { width: 80, paint: plain })).toBe(
    `
The account acct1
${ACCOUNT_ID}
5 rules: 2 open, 1 unknown, 1 complies, 1 off

open      e
          Rule         What is to be holds.
          Severity     high
          Path         properties.allowedAuthenticationModes
          Observed     SharedKey
          Desired      AAD
          Why          It accepts SharedKey.
          Fix          set allowedAuthenticationModes to AAD
          Not written  audit mode

open      c
          Rule         What is to be holds.
          Severity     low
          Observed     SharedKey
          Desired      AAD
          Why          It accepts SharedKey.
          Fix          Needs you: In this order:
                       (1) look;
                       (2) leap.

          Path         properties.allowedAuthenticationModes
          Not known    a file cannot tell

unknown   d
          Rule         What is to be holds.
          Path         properties.allowedAuthenticationModes
          Not known    its body is partial

complies  complies            What is to be holds

off       a-rule-that-is-off  What is to be holds (off by the policy)

Its pools that were read: acct1/pool1, acct1/pool2

batch-warden explain RULE tells what a rule is for.
`.trimStart(),
  );
});

test('a pool of which one scenario is predicted', () => {
  const scenarios = scenariosOf({ named: false, mayRead: null, onPool: null });
  expect(explanationText(pool([verdict('a')], scenarios), { width: 80, paint: plain })).toBe(
    `
The pool acct1/pool1
${POOL_ID}
1 rule: 0 open, 0 unknown, 1 complies, 0 off

complies  a  What is to be holds

Prediction (auto-storage by managed identity)
https://learn.microsoft.com/troubleshoot/azure/hpc/batch/use-managed-identities-azure-batch-account-pool

The account names no node identity
  With application packages (it has some)
          Nodes        Stuck indefinitely in the Starting state
          Packages     Not downloaded to the node
  For a task with resource files from auto-storage
          Result       Task fails
          Error        ResourceContainerAccessDenied: Access for one of the
                       specified Azure Blob container(s) is denied
  To see that it is so
          Look         On the page of a node, choose Upload batch logs:
                       agent-debug.log repeats "pool not fully joined yet,
                       health=Status.TvmJoinPoolInProgress". A token cannot be
                       tested before the account names a node identity

batch-warden explain RULE tells what a rule is for.
`.trimStart(),
  );
});

test('a pool of which two scenarios may come, and one of which nothing is predicted', () => {
  const both = scenariosOf({ named: true, mayRead: null, onPool: true });
  const text = explanationText(pool([], both), { width: 80, paint: plain });
  expect(text).toContain('identity)\nEither may come: it is not known whether the node identity may read');
  expect(text).toContain('\nWhere the account names a node identity, the pool has it, and it may read\n');
  expect(text).toContain('Nodes        Started successfully, but in the Idle state\n');
  expect(explanationText(pool([]), { width: 80, paint: plain })).toContain(
    '\nPrediction: none. There is one only where ',
  );
});

test.each([40, 80, 120])(
  'at %i columns nothing but the id is too wide, nothing is lost, and colours change no width',
  (width) => {
    const why = `Nodes use ${identityId('a-very-long-name-of-an-identity-that-nodes-use')} and ${'x'.repeat(300)}.`;
    const verdicts = [
      verdict('a', { findings: [finding({ ruleId: 'a', why })] }),
      verdict('a-rule-with-a-long-name', { off: why }),
    ];
    const explanation = pool(verdicts, scenariosOf({ named: true, mayRead: null, onPool: true }));
    const text = explanationText(explanation, { width, paint: plain });
    const widest = Math.max(
      ...text.split('\n').map((line) => (line === POOL_ID || line.startsWith('https:') ? 0 : line.length)),
    );
    expect(widest).toBeLessThanOrEqual(Math.max(width, 60));
    expect(text.replaceAll(/\s/g, '').split(why.replaceAll(/\s/g, ''))).toHaveLength(3);
    const paint: Paint = (styles, part) => (styles.length === 0 ? part : `\u001b[31m${part}\u001b[39m`);
    const painted = explanationText(explanation, { width, paint });
    expect(painted).not.toBe(text);
    expect(stripVTControlCharacters(painted)).toBe(text);
  },
);

test('a rule whose findings are all exempt stands after the open ones, with who left them so', () => {
  const text = explanationText(
    pool([verdict('a', { findings: [exempt()] }), verdict('b', { findings: [exempt(), finding()] })]),
    { width: 100, paint: plain },
  );
  expect(text).toContain('2 rules: 1 open, 1 exempt, 0 unknown, 0 comply, 0 off');
  expect(text.indexOf('\nopen      b')).toBeLessThan(text.indexOf('\nexempt    a'));
  expect(text).toContain('Left so      Exempt until 2026-03-01T00:00Z; owner: Ada Example; reason: the subnet moves');
});
