import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { estates } from '../../../bench/estates.ts';
import { judge } from '../../../cli/judge.ts';
import { estate } from '../../../local/estate/estate.ts';
import { readBodies } from '../../../shared/azure/files/bodies.ts';
import { manual } from '../../../shared/core/model/change.ts';
import type { Finding } from '../../../shared/core/plan/finding.ts';
import { held } from '../../../shared/core/plan/held.ts';
import { builtInPolicy } from '../../../shared/core/policy/policy.ts';
import type { ScanReport } from '../../../shared/report/scan-report.ts';
import { scanText } from '../../../shared/report/terminal/scan-text.ts';
import type { ScanView } from '../../../shared/report/terminal/scan-view.ts';
import type { Paint } from '../../../shared/report/terminal/terminal.ts';
import { rules } from '../../../shared/rules/index.ts';
import { exempt, finding, NOTE, NOW, report, unknown } from '../../support/cli/findings.ts';
import { ACCOUNT_ID, identityId, POOL_ID, poolId } from '../../support/snapshots.ts';

const plain: Paint = (_, text) => text;
const BY_RULE: ScanView = { groupBy: 'rule', details: false };
const VIEWS: readonly ScanView[] = (['rule', 'resource'] as const).flatMap((groupBy) => [
  { groupBy, details: false },
  { groupBy, details: true },
]);

function shown(found: ScanReport, width = 80, view = BY_RULE): string {
  return scanText(found, rules, view, { width, paint: plain });
}

function judged(bodies: readonly object[]): ScanReport {
  const seen = readBodies([{ source: 'estate.json', content: bodies }]);
  const policy = builtInPolicy(rules);
  const findings = seen.snapshots.flatMap((snapshot) => judge(snapshot, policy, NOW).findings);
  return { ...seen, findings, at: NOW, exemptions: [], baseline: null };
}

const { accounts, pools } = estate();
const LOCAL = judged([...accounts, ...pools]);

test('a rule is a block: what is wrong and the advice once, under it the resources with what differs', () => {
  const port = (n: number) => `Port ${n} lets in the whole internet, for example 203.0.113.7. Nodes are open.`;
  const open = (pool: string, n: number) =>
    finding({ ruleId: 'pool-remote-access', severity: 'critical', resourceId: poolId(pool), why: port(n) });
  const person = finding({
    ruleId: 'pool-subnet',
    severity: 'low',
    fix: manual('(1) look.'),
    held: null,
    why: 'None.',
  });
  const subnets = ['a', 'b', 'c', 'd'].map((pool) => ({ ...person, resourceId: poolId(pool) }));
  expect(shown(report(...subnets, finding(), open('a', 22), open('b', 3389), unknown()))).toBe(
    `
3 accounts, 12 pools: 7 findings
  severity   2 critical, 1 high, 4 low
  to do      3 fix available (policy: audit), 4 need you, 1 not known, 1
               unreadable

CRITICAL  pool-remote-access  2 pools
  Nodes are open.
  Fix available (policy: audit): set allowedAuthenticationModes to AAD.
  Port 22 lets in the whole internet, for example 203.0.113.7.
    acct1/a
  Port 3389 lets in the whole internet, for example 203.0.113.7.
    acct1/b

HIGH  account-aad-only  1 account
  It accepts SharedKey.
  Fix available (policy: audit): set allowedAuthenticationModes to AAD.
    acct1

LOW  pool-subnet  4 pools
  None.
  Needs you: put the pool into a subnet, at zero nodes.
    acct1 (4)

1 not known: its body is partial

--details shows all; "batch-warden explain RULE" tells more.
`.trimStart(),
  );
});

test('details have each step, value and link; ids stand whole on lines of their own', () => {
  const why = `Nodes use ${identityId('nodes')}.`;
  const person = finding({ why, fix: manual('In this order: (1) look; (2) leap.'), held: null });
  expect(shown(report(person), 80, { groupBy: 'rule', details: true })).toContain(`
HIGH  account-aad-only  1 account
  The account accepts callers of Microsoft Entra ID only.
  Needs you: accept Microsoft Entra ID alone.
  https://learn.microsoft.com/azure/batch/security-best-practices

  Nodes use nodes.
    Needs you: In this order:
    (1) look;
    (2) leap.
  named here:
    ${identityId('nodes')}
  where:
    ${ACCOUNT_ID}
      properties.allowedAuthenticationModes: SharedKey; desired: AAD
`);
});

test('by resource the worst comes first, and each finding says who mends it', () => {
  const pool = finding({ ruleId: 'pool-subnet', resourceId: POOL_ID, severity: 'critical', held: null });
  expect(shown(report(finding(), pool), 80, { groupBy: 'resource', details: false })).toContain(`
acct1/pool1
  1 critical
  CRITICAL  pool-subnet  fix available
    It accepts SharedKey.

acct1
  1 high
  HIGH  account-aad-only  fix available (policy: audit)
    It accepts SharedKey.
`);
});

test('what else keeps a fix from being written is said once', () => {
  const waiting = held('incomplete', 'the account could not be read whole');
  const text = shown(report(finding({ held: waiting }), finding({ held: waiting, resourceId: POOL_ID })));
  expect(text.match(/Not written: the account could not be read whole/g)).toHaveLength(1);
  expect(text).toContain('Fix available (it waits): ');
});

test('what is not known has a line a cause, and what only Azure shows says so', () => {
  const roles = (n: number) =>
    unknown({
      ruleId: 'account-autostorage-permission',
      resourceId: poolId(`p${n}`),
      why: `whether ${n} may is not known: a file cannot tell`,
    });
  const text = shown(report(...[1, 2, 3].map(roles), unknown(), unknown({ resourceId: POOL_ID })));
  expect(text).toContain(`
3 not known: files do not show role assignments; use --subscription
2 not known: its body is partial
`);
});

test('what is exempt is folded too, with who left it so, and notes come after', () => {
  const at = new Date('2026-02-20T12:00:00Z');
  const left = (resourceId: string) => exempt({ resourceId, held: held('exempt', 'exempt') });
  const found = report(left(ACCOUNT_ID), left(POOL_ID), finding());
  const text = shown({ ...found, at, exemptions: [NOTE] }, 120);
  expect(text).toContain('1 finding\n  severity   1 high\n  to do      1 fix available (policy: audit), 2 exempt');
  expect(text).toContain(
    '\n2 exempt: until 2026-03-01T00:00Z, ends in 8 days; owner: Ada Example; reason: the subnet moves\n\nNote: the exemption',
  );
});

describe.each([60, 80, 200])('the local estate at %i columns', (width) => {
  test.each(VIEWS)('is no wider, but for ids that are copied: %o', (view) => {
    const lines = shown(LOCAL, width, view).split('\n');
    const tooWide = lines.filter((line) => line.length > width && !/^ *(?:\/subscriptions|https:)\S+$/.test(line));
    expect(tooWide).toEqual([]);
    expect(lines.length).toBeGreaterThan(100);
  });
});

test('the local estate names each rule and, in details, each resource that has a finding', () => {
  const open = LOCAL.findings.filter(({ status }) => status === 'open');
  const text = shown(LOCAL);
  for (const { ruleId } of open) expect(text).toContain(`  ${ruleId}  `);
  const lines = new Set(
    shown(LOCAL, 80, { groupBy: 'rule', details: true })
      .split('\n')
      .map((line) => line.trim()),
  );
  for (const { resourceId } of LOCAL.findings) expect(lines).toContain(resourceId);
  expect(open.length).toBeGreaterThan(50);
});

test('the local estate takes at most 150 lines of 80 columns', () => {
  expect(shown(LOCAL).split('\n').length - 1).toBeLessThanOrEqual(150);
});

test.each(['rule', 'resource'] as const)('a large estate takes at most 400 lines by default, by %s', (groupBy) => {
  const some = judged([...estates(15, 4)].flatMap((one) => [one.account, ...one.pools]));
  // What is said of a hundred times as many takes no more lines.
  const findings = Array.from({ length: 16 }, (_, n) =>
    some.findings.map(
      (one): Finding => ({ ...one, resourceId: one.resourceId.replace(/Accounts\/account/, `Accounts/a${n}-`) }),
    ),
  ).flat();
  expect(findings.length).toBeGreaterThan(3000);
  const text = shown({ ...some, accounts: 240, pools: 960, findings }, 80, { groupBy, details: false });
  expect(text.split('\n').length).toBeLessThanOrEqual(400);
  expect(text).toMatch(/and \d{1,3}(?:,\d{3})* more .*; --details shows all/);
});

test('colours are the caller’s, and change no line', () => {
  const paint: Paint = (styles, text) => (styles.length === 0 ? text : `\u001b[31m${text}\u001b[39m`);
  for (const view of VIEWS) {
    const painted = scanText(LOCAL, rules, view, { width: 100, paint });
    expect(painted).toContain('\u001b[31mCRITICAL\u001b[39m');
    expect(stripVTControlCharacters(painted)).toBe(shown(LOCAL, 100, view));
  }
});

const HOSTILE = 'a\u001b[2Jb\u0007c \u202edrow\u2066 ##vso[task.complete]x ##[error]y\n::error::z';

test.each(VIEWS)('hostile text of a body steers neither a terminal nor a pipeline: %o', (view) => {
  const fix = manual(HOSTILE);
  const text = shown(
    report(
      finding({ why: HOSTILE, path: HOSTILE, observed: HOSTILE, fix, resourceId: poolId('##vso[x]\u202e') }),
      unknown({ why: HOSTILE }),
      exempt({ exemption: { owner: HOSTILE, reason: HOSTILE, until: NOW } }),
    ),
    80,
    view,
  );
  expect(text.match(/(?![\n])\p{Cc}|\p{Bidi_Control}|##vso\[|##\[|^\s*::/gmu)).toBeNull();
  expect(text).toContain('a [2Jb c');
});

test('without findings there is only the summary', () => {
  expect(shown({ ...report(), accounts: 1, pools: 1, unreadable: 0 })).toBe('1 account, 1 pool: no finding\n');
});
