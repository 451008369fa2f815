import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { manual } from '../../../shared/core/model/change.ts';
import { summary } from '../../../shared/report/terminal/summary.ts';
import { toTable } from '../../../shared/report/terminal/table.ts';
import { type Paint } from '../../../shared/report/terminal/terminal.ts';
import { exempt, finding, NOTE, report, unknown } from '../../support/cli/findings.ts';
import { identityId, POOL_ID, poolId } from '../../support/snapshots.ts';

const plain: Paint = (_, text) => text;

test('the summary counts', () => {
  const critical = finding({ severity: 'critical' });
  expect(summary(report(finding(), critical, finding(), unknown()))).toBe(
    '3 accounts, 12 pools: 3 open (1 critical, 2 high), 1 unknown, 1 unreadable',
  );
  expect(summary({ ...report(), accounts: 1, pools: 1, unreadable: 0 })).toBe(
    '1 account, 1 pool: 0 open, 0 unknown, 0 unreadable',
  );
});

test('a table shows the most severe first, what is wrong, what to do and why it is not done', () => {
  const person = finding({ severity: 'low', fix: manual('In this order: (1) look; (2) leap.'), held: null });
  const pool = unknown({ resourceId: POOL_ID, ruleId: 'pool-remote-access', severity: 'critical' });
  expect(toTable(report(person, finding(), pool), { width: 80, paint: plain })).toBe(
    `
┌──────────┬────────────────────┬──────────────────────────────────────────────┐
│ Severity │ Resource           │ What is wrong                                │
│          │ Rule               │ What to do                                   │
├──────────┼────────────────────┼──────────────────────────────────────────────┤
│ critical │ acct1/pool1        │ Not known: its body is partial               │
│ unknown  │ pool-remote-access │                                              │
├──────────┼────────────────────┼──────────────────────────────────────────────┤
│ high     │ acct1              │ It accepts SharedKey.                        │
│ open     │ account-aad-only   │ Fix: set allowedAuthenticationModes to AAD   │
│          │                    │ Not written: audit mode                      │
├──────────┼────────────────────┼──────────────────────────────────────────────┤
│ low      │ acct1              │ It accepts SharedKey.                        │
│ open     │ account-aad-only   │ For a person: In this order:                 │
│          │                    │ (1) look;                                    │
│          │                    │ (2) leap.                                    │
└──────────┴────────────────────┴──────────────────────────────────────────────┘
3 accounts, 12 pools: 2 open (1 high, 1 low), 1 unknown, 1 unreadable
`.trimStart(),
  );
});

test('what is exempt comes last of its severity, with who left it so, and notes come after the summary', () => {
  const at = new Date('2026-02-20T12:00:00Z');
  const found = report(exempt({ held: { code: 'exempt', message: 'exempt', until: null } }), finding(), unknown());
  const text = toTable({ ...found, at, exemptions: [NOTE] }, { width: 80, paint: plain });
  expect([...text.matchAll(/^│ (open|unknown|exempt) /gm)].map(([, status]) => status)).toEqual([
    'open',
    'unknown',
    'exempt',
  ]);
  expect(text.replaceAll(/\s*│\n│[^│]*│[^│]*│\s*/g, ' ')).toContain(
    'Exempt until 2026-03-01T00:00Z, ends in 8 days; owner: Ada Example; reason: the subnet moves',
  );
  expect(text.match(/Not written/g)).toHaveLength(1);
  expect(text).toMatch(
    /: 1 open \(1 high\), 1 exempt, 1 unknown, 1 unreadable\nNote: the exemption of account-aad-only is over\n$/,
  );
});

test.each([40, 80, 120, 200])('at %i columns nothing is too wide and nothing is lost', (width) => {
  const why = `Nodes use ${identityId('a-very-long-name-of-an-identity-that-nodes-use')} and ${'x'.repeat(300)}.`;
  const long = finding({ resourceId: poolId('p'.repeat(64)), ruleId: 'a-rule-with-quite-a-long-name-indeed', why });
  const table = toTable(report(long), { width, paint: plain });
  const lines = table.trimEnd().split('\n');
  expect(Math.max(...lines.slice(0, -1).map(({ length }) => length))).toBeLessThanOrEqual(Math.max(width, 60));
  const cells = lines.filter((line) => line.startsWith('│')).map((line) => line.split('│'));
  const joined = (column: number) => cells.map((cell) => cell[column]?.trim()).join('');
  expect(joined(3).replaceAll(' ', '')).toContain(why.replaceAll(' ', ''));
  expect(joined(2)).toContain(`acct1/${'p'.repeat(64)}`);
  expect(table).not.toContain('…');
});

test('colours are the caller’s, line by line, and change no width', () => {
  const paint: Paint = (styles, text) => (styles.length === 0 ? text : `\u001b[31m${text}\u001b[39m`);
  const painted = toTable(report(finding(), unknown()), { width: 100, paint });
  expect(painted).toContain('\u001b[31mhigh\u001b[39m');
  expect(stripVTControlCharacters(painted)).toBe(toTable(report(finding(), unknown()), { width: 100, paint: plain }));
});

test('control characters of a body do not reach the terminal', () => {
  expect(toTable(report(finding({ why: 'a\u001b[2Jb\u0007c' })), { width: 80, paint: plain })).toContain('a [2Jb c');
});

test('without findings there is only the summary', () => {
  expect(toTable(report(), { width: 80, paint: plain })).toBe(
    '3 accounts, 12 pools: 0 open, 0 unknown, 1 unreadable\n',
  );
});
