import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMAT_NAMES, FORMATS } from '../../cli/formats.ts';
import { manual } from '../../shared/core/model/change.ts';
import type { JournalEntry } from '../../shared/core/plan/journal.ts';
import { complianceFinding } from '../../shared/report/ocsf-finding.ts';
import { journalOcsf } from '../../shared/report/ocsf-remediation.ts';
import type { ScanReport } from '../../shared/report/scan-report.ts';
import { toStepSummary } from '../../shared/report/step-summary.ts';
import { NO_COLOURS } from '../../shared/report/terminal/terminal.ts';
import { rules } from '../../shared/rules/index.ts';
import { anyFinding, anyText } from '../support/cli/arbitrary-findings.ts';
import { exempt, finding, NOTE, NOW, report, unknown } from '../support/cli/findings.ts';
import { cellsIn, elementsIn, HAS_OCSF, ocsfIn, read, reportIn, rowsIn } from '../support/cli/readers.ts';
import { sarifRun } from '../support/cli/sarif.ts';
import { ACCOUNT_ID, POOL_ID } from '../support/snapshots.ts';

/** What means something to a reader of some format, and words by which it is found again. */
const HOSTILE = [
  'x\u001b[2J\u001b]0;x\u0007y',
  'x\u009b31my\u0085z',
  'x\u202ey\u2066z\u200f',
  'x\u2028y\u2029z\ufeff',
  'x\u0000y\ud800z\ufffe',
  'x\n::error file=a::y\r\n::set-output name=a::b',
  '::warning::x',
  'x ##vso[task.setvariable variable=a]y ##[group]z',
  '##vso[task.uploadfile]/etc/passwd',
  '</failure></testcase><script>alert(1)</script>',
  ']]><!ENTITY a SYSTEM "file:///etc/passwd">&a; " \' <![CDATA[',
  '| a | b |\n|---|---|\n# x\n- y',
  '[x](javascript:alert(1)) ![y](https://example.com/p.png) <https://example.com> https://example.com www.example.com a@example.com',
  '`code` *a* _b_ ~~c~~ <b>d</b> &lt; @team #12 $x$ \\| \\',
  '=HYPERLINK("https://example.com")',
  '"x";"y",z\t@SUM(A1)',
  '{0} {{1}} ${x} %s',
];

function reportOf(text: string): ScanReport {
  const texts = { path: text, why: text, observed: { [text]: [text] }, desired: text };
  const word = { owner: text, reason: text, until: NOW };
  const findings = [
    finding({ ...texts, id: '1'.repeat(16), fix: manual(text), resourceId: POOL_ID }),
    unknown({ ...texts, id: '2'.repeat(16), ruleId: text }),
    exempt({ ...texts, id: '3'.repeat(16), resourceId: `${ACCOUNT_ID}/pools/${text}`, exemption: word }),
  ];
  const errors = [{ source: text, path: text, message: text }];
  const entry = {
    id: '4'.repeat(16),
    rule: text,
    resource: text,
    path: text,
    severity: 'low',
    status: 'open',
  } as const;
  const baseline = { known: new Set<string>(), closed: [entry], unjudged: [entry] };
  const exemptions = [{ ...NOTE, message: text, covers: text, owner: text }];
  return { ...report(...findings), exemptions, errors, baseline };
}

/** Texts of a terminal have tests of their own. */
const ALL = FORMAT_NAMES.filter((name) => name !== 'table');

const REST = { places: async () => new Map(), view: { groupBy: 'rule', details: false }, snapshots: [] } as const;

function made(name: (typeof ALL)[number], scanned: ScanReport) {
  return FORMATS[name].make({ report: scanned, compliant: [], ...REST }, NO_COLOURS);
}

/** What is not seen, and what an agent would take for a command. */
const UNSEEN = /(?![\r\n])\p{Cc}|[\p{Bidi_Control}\p{Cs}\u2028\u2029\ufeff]/u;
const COMMAND = /##(?:vso)?\[|^\s*::/im;

describe.each(ALL)('17.4: %s', (name) => {
  test('carries hostile texts harmlessly', async () => {
    const counts = new Set<number>();
    for (const text of HOSTILE) {
      const out = await made(name, reportOf(text));
      expect([UNSEEN.exec(out)?.[0], COMMAND.exec(out)?.[0]]).toEqual([undefined, undefined]);
      counts.add(read[name](out));
    }
    // Of each report the same, whatever its texts hold.
    expect(counts.size).toBe(1);
  });

  test('can be read whatever findings hold', async () => {
    const errors = fc.array(fc.record({ source: anyText(), path: anyText(), message: anyText() }), { maxLength: 2 });
    const anyReport = fc.record({ findings: fc.array(anyFinding(), { maxLength: 4 }), errors });
    const property = fc.asyncProperty(anyReport, async (some) => {
      const out = await made(name, { ...report(), ...some });
      read[name](out);
      expect([UNSEEN.exec(out)?.[0], COMMAND.exec(out)?.[0]]).toEqual([undefined, undefined]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

test('17.4: JSON, SARIF and OCSF carry the very text, the others what can be seen of it', async () => {
  for (const text of HOSTILE.filter((each) => each.isWellFormed())) {
    const scanned = reportOf(text);
    expect(reportIn(await made('json', scanned)).findings.map(({ why }) => why)).toEqual([text, text, text]);
    expect(sarifRun(await made('sarif', scanned)).results.map(({ properties }) => properties['path'])).toEqual([
      text,
      text,
      text,
    ]);
    expect(ocsfIn(await made('ocsf', scanned), 2003).map(({ message }) => message)).toEqual([text, text, text]);
    const seen = text.replaceAll(/[^\w]+/g, '');
    const inWords = [
      rowsIn(await made('csv', scanned)).map(({ why }) => why),
      cellsIn(await made('markdown', scanned)).map((cells) => cells.at(-1)),
      elementsIn(await made('junit', scanned)).flatMap(({ attributes }) => attributes['message'] ?? []),
    ];
    for (const words of inWords) expect(words.map((one) => one?.replaceAll(/[^\w]+/g, '')).join()).toContain(seen);
  }
});

test('17.4: the example of a report in docs/formats.md is one', () => {
  const [, json = ''] = /^```json\n([^]*?)^```$/m.exec(readFileSync('docs/formats.md', 'utf8')) ?? [];
  expect(reportIn(json).findings).toHaveLength(1);
});

test('17.4: Markdown leaves out whole rows, the least severe first, and says how many', () => {
  const findings = Array.from({ length: 50 }, (_, n) =>
    finding({ id: `${n}`.padStart(16, '0'), why: 'ä'.repeat(100), severity: n < 10 ? 'critical' : 'low' }),
  );
  const whole = toStepSummary(report(...findings));
  expect(cellsIn(whole)).toHaveLength(1 + 50);
  expect(whole).not.toContain('more would');
  const cut = toStepSummary(report(...findings), 8000);
  const rows = cellsIn(cut).slice(1);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(8000);
  expect(Buffer.byteLength(cut)).toBeGreaterThan(7000);
  expect(rows.filter(([severity]) => severity === 'critical')).toHaveLength(10);
  expect(cut).toContain(`\n${50 - rows.length} rows more would make this too large to be shown`);
  expect(toStepSummary(report(...findings), 10)).toContain('50 rows more');
});

test('17.4: JUnit has a case for each rule of each resource: passed, failed, skipped, in the suite of its account', async () => {
  const compliant = [{ ruleId: 'pool-subnet', resourceId: POOL_ID }];
  const twice = [
    finding({ path: 'a' }),
    finding({ path: 'b', id: 'b'.repeat(16), severity: 'critical', why: 'Worse.' }),
  ];
  const scanned = report(...twice, unknown({ ruleId: 'account-identity' }), exempt({ resourceId: POOL_ID }));
  const xml = await FORMATS.junit.make({ report: scanned, compliant, ...REST }, NO_COLOURS);
  const told = elementsIn(xml).map(({ name, attributes, text }) => [name, { ...attributes, text: text.trim() }]);
  const counts = { tests: '4', failures: '1', errors: '0', skipped: '2' };
  expect(told).toMatchObject([
    ['testsuites', counts],
    ['testsuite', { name: 'acct1', ...counts, timestamp: '2026-01-10T00:00:00' }],
    ['properties', {}],
    ['property', { name: 'resource', value: ACCOUNT_ID }],
    ['testcase', { classname: 'acct1', name: 'account-aad-only' }],
    [
      'failure',
      {
        type: 'critical',
        message: 'Worse. (and 1 more)',
        text: expect.stringMatching(/^Wrong: Worse\.\nWhere: .*#b\nFix: [^]*Where: .*#a\nFix: /),
      },
    ],
    ['testcase', { classname: 'acct1', name: 'account-identity' }],
    ['skipped', { message: 'Not known: its body is partial' }],
    ['testcase', { classname: 'acct1/pool1', name: 'account-aad-only' }],
    ['skipped', { message: expect.stringMatching(/^exempt until .*Ada Example.*; It accepts SharedKey\.$/) }],
    ['testcase', { classname: 'acct1/pool1', name: 'pool-subnet' }],
  ]);
});

const told = { version: '1.2.3', rules };
const common = { at: NOW, correlationId: 'look-1', fix: null } as const;

test.skipIf(!HAS_OCSF)(
  '17.4: a finding is what OCSF says of it, from its opening to its end (schema of ../shared/contract/ocsf)',
  () => {
    const open = finding();
    const closed = { ...open, status: 'closed', event: 'finding-closed', fix: null, held: null } as const;
    const lines = [
      complianceFinding({ ...open, ...common, event: 'finding-opened' }, told),
      complianceFinding({ ...open, ...common, event: 'finding-changed' }, told),
      complianceFinding({ ...exempt(), ...common, event: 'finding-exempted' }, told),
      complianceFinding({ ...unknown(), ...common, event: 'finding-opened' }, told),
      complianceFinding({ ...closed, ...common, closedCode: 'compliant' }, told),
      complianceFinding({ ...closed, ...common, closedCode: 'pool-gone' }, told),
      complianceFinding(
        {
          ...open,
          ...common,
          event: 'finding-opened',
          ruleId: 'look-failed',
          resourceId: '/batch-warden',
          firstSeen: null,
        },
        told,
      ),
    ];
    const events = ocsfIn(lines.map((line) => JSON.stringify(line)).join('\n'), 2003);
    expect(events.map((event) => [event.activity_name, event.status, Object(event['compliance']).status])).toEqual([
      ['Create', 'New', 'Fail'],
      ['Update', 'New', 'Fail'],
      ['Update', 'Suppressed', 'Fail'],
      ['Create', 'New', 'Warning'],
      ['Close', 'Resolved', 'Pass'],
      ['Close', 'Archived', 'Unknown'],
      ['Create', 'New', 'Fail'],
    ]);
    expect(() => ocsfIn(JSON.stringify({ ...lines[0], severity_id: 7 }), 2003)).toThrow('severity_id');
  },
);

function entry(overrides: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id: '2026-01-10T00:00:00.000Z-0123456789abcdef',
    accountId: ACCOUNT_ID,
    at: NOW,
    resourceId: POOL_ID,
    writeClass: 'begin',
    drain: null,
    written: { kind: 'settings', before: { endpoints: null }, after: { endpoints: [] } },
    changeHash: 'c1',
    rules: ['pool-remote-access'],
    findings: ['f1'],
    why: 'Open.',
    correlationId: 'look-1',
    version: '1.2.3',
    policy: 'h1',
    outcome: { kind: 'applied', message: null, at: new Date(NOW.getTime() + 5000) },
    ...overrides,
  };
}

test.skipIf(!HAS_OCSF)(
  '17.4: a write is what OCSF says of it, whatever became of it (schema of ../shared/contract/ocsf)',
  () => {
    const outcome = (kind: NonNullable<JournalEntry['outcome']>['kind']) => ({
      outcome: { kind, message: 'x\u202e', at: NOW },
    });
    const hardened = {
      kind: 'settings',
      before: { authenticationModes: ['SharedKey', 'AAD'] },
      after: { authenticationModes: ['AAD'] },
    } as const;
    const writes = [
      entry(),
      entry({ ...outcome('refused'), written: hardened, resourceId: ACCOUNT_ID }),
      entry({ ...outcome('conflict'), drain: { id: 'd', step: 'restore' } }),
      entry({
        ...outcome('gone'),
        written: { kind: 'secret', set: { disabled: ['v1'] } },
        resourceId: 'https://v.example.com/secrets/s',
      }),
      entry({ ...outcome('not-effective'), written: { kind: 'not-told', why: 'too old' } }),
      entry(outcome('failed')),
      entry({ outcome: null }),
    ];
    const lines = journalOcsf({ writes });
    expect(UNSEEN.exec(lines)).toBeNull();
    expect(
      ocsfIn(lines, 7001).map((event) => [event.activity_name, event.status, event['status_code'], event['duration']]),
    ).toEqual([
      ['Isolate', 'Success', 'applied', 5000],
      ['Harden', 'Failure', 'refused', 0],
      ['Restore', 'Failure', 'conflict', 0],
      ['Harden', 'Does Not Exist', 'gone', 0],
      ['Harden', 'Partial', 'not-effective', 0],
      ['Isolate', 'Error', 'failed', 0],
      ['Isolate', 'Unknown', undefined, undefined],
    ]);
  },
);
