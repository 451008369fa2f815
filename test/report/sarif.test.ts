import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manual } from '../../shared/core/model/change.ts';
import { toSarif } from '../../shared/report/sarif.ts';
import type { Place, ScanReport } from '../../shared/report/scan-report.ts';
import { rules } from '../../shared/rules/index.ts';
import { anyFinding, anyText } from '../support/cli/arbitrary-findings.ts';
import { exempt, finding, NOTE, report, unknown } from '../support/cli/findings.ts';
import { isSarif, sarifRun } from '../support/cli/sarif.ts';
import { ACCOUNT_ID, POOL_ID } from '../support/snapshots.ts';

function runOf(report: ScanReport, places: ReadonlyMap<string, Place> = new Map()) {
  return sarifRun(toSarif(report, { version: '1.2.3', rules }, places));
}

test('the schema refuses what is no SARIF', () => {
  expect(isSarif({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  expect(isSarif({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x', informationUri: 'not a URI' } } }] })).toBe(
    false,
  );
});

test('an empty report names the tool and all rules', () => {
  const { tool, invocations, results } = runOf(report());
  expect(results).toEqual([]);
  expect(invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  expect(tool.driver).toMatchObject({ name: 'Batch Warden', semanticVersion: '1.2.3' });
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  expect(tool.driver.rules.find(({ id }) => id === 'pool-remote-access')).toEqual({
    id: 'pool-remote-access',
    name: 'PoolRemoteAccess',
    shortDescription: { text: 'Published ports of nodes let in only allowed sources.' },
    fullDescription: { text: 'Published ports of nodes let in only allowed sources.' },
    help: { text: expect.stringContaining('docs/rules/pool-remote-access.md') },
    helpUri: 'https://learn.microsoft.com/azure/batch/pool-endpoint-configuration',
    defaultConfiguration: { enabled: true, level: 'error' },
    properties: { tags: ['security'], 'security-severity': '9.5' },
  });
});

test('an open finding fails, with what is wrong and what to do, at its resource', () => {
  const [result] = runOf(report(finding({ resourceId: POOL_ID, path: 'properties.inboundNatPools[ssh]' }))).results;
  expect(result).toEqual({
    ruleId: 'account-aad-only',
    ruleIndex: rules.findIndex(({ id }) => id === 'account-aad-only'),
    kind: 'fail',
    level: 'error',
    message: { text: 'acct1/pool1: It accepts SharedKey. Fix: set allowedAuthenticationModes to AAD.' },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: POOL_ID.slice(1) }, region: { startLine: 1 } },
        logicalLocations: [
          { name: 'acct1/pool1', fullyQualifiedName: `${POOL_ID}#properties.inboundNatPools[ssh]`, kind: 'resource' },
        ],
      },
    ],
    partialFingerprints: { 'batchWardenFinding/v1': '0123456789abcdef', primaryLocationLineHash: '0123456789abcdef:1' },
    properties: {
      severity: 'high',
      path: 'properties.inboundNatPools[ssh]',
      observed: ['SharedKey'],
      desired: ['AAD'],
      unknownCode: null,
      held: { code: 'audit', message: 'audit mode', until: null },
      exemption: null,
    },
  });
});

test('the level is that of the finding; what is unknown has none', () => {
  const findings = (['critical', 'high', 'medium', 'low', 'info'] as const).map((severity) => finding({ severity }));
  const { results } = runOf(report(...findings, unknown({ path: '' })));
  expect(results.map(({ level }) => level)).toEqual(['error', 'error', 'none', 'warning', 'note', 'note']);
  expect(results[2]).toMatchObject({
    kind: 'open',
    message: { text: 'acct1: Not known: its body is partial' },
    locations: [{ logicalLocations: [{ fullyQualifiedName: ACCOUNT_ID }] }],
    properties: { unknownCode: 'not-shown' },
  });
});

test("an exempt finding fails too, and is suppressed by somebody's word", () => {
  const [result] = runOf(report(exempt())).results;
  expect(result).toMatchObject({
    kind: 'fail',
    level: 'error',
    suppressions: [
      {
        kind: 'external',
        status: 'accepted',
        justification: 'exempt until 2026-03-01T00:00Z; owner: Ada Example; reason: the subnet moves',
      },
    ],
  });
  expect(runOf(report(finding())).results[0]).not.toHaveProperty('suppressions');
});

test('notes about exemptions are notifications, and the run was a success', () => {
  const { invocations } = runOf({ ...report(), exemptions: [{ ...NOTE, message: 'the exemption of {x} is over' }] });
  expect(invocations).toEqual([
    {
      executionSuccessful: true,
      toolExecutionNotifications: [{ level: 'note', message: { text: 'the exemption of {{x}} is over' } }],
    },
  ]);
});

test('errors are notifications, and the run was no success', () => {
  const errors = [
    { source: 'a.json', path: 'value[1]', message: 'no {id}' },
    { source: 'a.json', path: '', message: 'no' },
    { source: 'a.json', path: '', message: 'no' },
  ];
  expect(runOf({ ...report(), errors }).invocations[0]).toEqual({
    executionSuccessful: false,
    toolExecutionNotifications: [
      { level: 'error', message: { text: 'a.json: value[1]: no {{id}}' } },
      { level: 'error', message: { text: 'a.json: no' } },
      { level: 'error', message: { text: 'a.json: no' } },
    ],
  });
});

test('nothing in a message is a placeholder or a link', () => {
  const why = 'It has {0} and [a link](https://example.com).';
  const [result] = runOf(report(finding({ why, fix: manual('look.') }))).results;
  expect(result?.message.text).toBe('acct1: It has {{0}} and [a link] (https://example.com). Needs you: look.');
});

test('whatever the report holds, it is valid SARIF that says the same', () => {
  const errors = fc.array(fc.record({ source: anyText(), path: anyText(), message: anyText() }));
  const anyReport = fc.record({ findings: fc.array(anyFinding()), errors });
  fc.assert(
    fc.property(anyReport, ({ findings, errors }) => {
      const { results, tool, invocations } = runOf({ ...report(), findings, errors });
      const ids = results.map(({ partialFingerprints }) => partialFingerprints['batchWardenFinding/v1']);
      expect(new Set(ids)).toEqual(new Set(findings.map(({ id }) => id)));
      expect(results).toHaveLength(findings.length);
      for (const { ruleId, ruleIndex, kind, level, locations } of results) {
        const known = rules.some(({ id }) => id === ruleId);
        expect(ruleIndex === undefined ? null : tool.driver.rules[ruleIndex]?.id).toBe(known ? ruleId : null);
        expect(level === 'none').toBe(kind === 'open');
        const { uri } = locations[0].physicalLocation.artifactLocation;
        expect(new URL(uri, 'https://example.com/root/').href).toMatch(/^https:\/\/example\.com\//);
      }
      expect(invocations[0].toolExecutionNotifications).toHaveLength(errors.length);
    }),
  );
});
