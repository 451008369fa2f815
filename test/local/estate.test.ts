import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../../local/azure/call-log.ts';
import { FACET_KINDS, readsFacet } from '../../local/azure/facet-reads.ts';
import { throttled, unauthorised } from '../../local/azure/faults.ts';
import { type LocalAzure, startLocalAzure } from '../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { estate } from '../../local/estate/estate.ts';
import { azureReader } from '../../shared/azure/reader.ts';
import type { FacetName } from '../../shared/core/model/facet.ts';
import { type Finding, findingsOf } from '../../shared/core/plan/finding.ts';
import { evaluate } from '../../shared/core/policy/evaluate.ts';
import { facetsNeeded } from '../../shared/core/policy/facets-needed.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import type { Rule } from '../../shared/core/policy/rule.ts';
import { SECRETS_RULE } from '../../shared/core/rotation/pool-secrets.ts';
import { rules } from '../../shared/rules/index.ts';
import { file, inProcess, reportOf } from '../support/cli/harness.ts';
import { BEYOND_BODIES, FACET_READS, total } from '../support/estate/reads.ts';
import { examplesOf } from '../support/page-examples.ts';

const now = new Date('2026-11-22T12:00:00Z');
const POLICY = join(import.meta.dirname, '..', 'support', 'estate', 'policy.yaml');
const policy = parsePolicy(readFileSync(POLICY, 'utf8'), rules);
const { accounts, pools } = estate();

let azure: LocalAzure;
beforeAll(async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  azure = await startLocalAzure({ ...certificate, ...estate() });
  process.env['IDENTITY_ENDPOINT'] = azure.identity.endpoint;
  process.env['IDENTITY_HEADER'] = azure.identity.header;
});
afterEach(() => azure.faults.clear());
afterAll(async () => {
  expect(azure.specViolations).toEqual([]);
  await azure.stop();
});

/** What all rules say of the estate, live. */
async function judge() {
  const reader = azureReader(azure.armEndpoint, new ManagedIdentityCredential({ clientId: 'warden' }));
  const looks = await Promise.all(
    accounts.map(async ({ id }) => {
      const seen = await reader.observe(String(id), (read) => facetsNeeded(read, policy, now));
      if (seen === null || 'retryAt' in seen) throw new Error(`${String(id)} was not read`);
      return evaluate(seen, policy, now);
    }),
  );
  const verdicts = looks.flat();
  return { verdicts, findings: verdicts.flatMap((verdict) => findingsOf(verdict, now)) };
}

/** How many rules the estate shows by itself. A later rule need not be among them: its page shows it. */
const SHOWN = 28;

/** Whether a body on the page of the rule, read as from a file, violates or complies. Facets no page shows. */
function isOnPage(rule: Rule, verdict: 'violates' | 'complies'): boolean {
  return rule.needs?.verdict === undefined && examplesOf(rule).some((example) => example.verdict === verdict);
}

test('scanned from files, each rule is open somewhere, or unknown where its verdict needs what no file shows', async () => {
  const path = await file('estate.json', JSON.stringify([...accounts, ...pools]));
  const { findings } = reportOf(await inProcess(['scan', '--input', path, '--policy', POLICY, '--format', 'json']));
  const statuses = (id: string) => new Set(findings.filter(({ rule }) => rule === id).map(({ status }) => status));
  const open = rules.filter(({ id }) => statuses(id).has('open')).map(({ id }) => id);
  const unknown = rules.filter(({ id }) => !statuses(id).has('open') && statuses(id).has('unknown'));
  console.log(`estate, from files: ${open.length} rules open; unknown: ${unknown.map(({ id }) => id).join(', ')}`);
  const silent = rules.filter((rule) => !open.includes(rule.id) && !unknown.includes(rule));
  expect(silent.filter((rule) => !isOnPage(rule, 'violates')).map(({ id }) => id)).toEqual([]);
  expect(rules.length - silent.length).toBeGreaterThanOrEqual(SHOWN);
  expect(unknown.filter(({ needs }) => needs?.verdict === undefined).map(({ id }) => id)).toEqual([]);
});

describe('live', () => {
  test('nothing is unknown but what no reading tells, and each rule is violated somewhere and complied with elsewhere, there or on its page', async () => {
    const { verdicts, findings } = await judge();
    expect(findings.filter(isUnknown).map(({ ruleId, why }) => `${ruleId}: ${why}`)).toEqual([
      expect.stringMatching(/^pool-remote-access: whether port 22 is published: ARM does not say/),
    ]);
    const ways = rules.map((rule) => {
      const judged = verdicts.filter((verdict) => verdict.rule.id === rule.id);
      const inEstate = {
        violates: judged.some(({ outcomes }) => outcomes.length > 0),
        complies: judged.some(({ outcomes }) => outcomes.length === 0),
      };
      const both = (['violates', 'complies'] as const).every((way) => inEstate[way] || isOnPage(rule, way));
      return { id: rule.id, inEstate, both };
    });
    const there = ways.filter(({ inEstate }) => inEstate.violates && inEstate.complies);
    console.log(`estate, live: ${there.length} of ${ways.length} rules both ways; ${findings.length} findings`);
    expect(ways.filter(({ both }) => !both)).toEqual([]);
    expect(there.length).toBeGreaterThanOrEqual(SHOWN);
  });

  test('reads each facet as often as it is there', async () => {
    azure.log.clear();
    await judge();
    const beyond = azure.log.reads(BEYOND_BODIES).length;
    const expected = total(FACET_READS);
    console.log(`estate, live: ${beyond} reads beyond accounts and pools, ${expected} expected`);
    expect(beyond).toBe(expected);
  });

  test('18: where every facet read is throttled, no other is, and what is not known says so', async () => {
    const whole = await judge();
    azure.faults.add({ facets: FACET_KINDS, times: Number.POSITIVE_INFINITY, do: throttled(40) });
    azure.log.clear();
    const lacking = await judge();
    const struck = azure.log.calls.filter(({ status }) => status === 429);
    const kindsOf = ({ method, path, query }: Call) =>
      FACET_KINDS.filter((kind) => readsFacet(method, `${path}?${new URLSearchParams(query).toString()}`, [kind]));
    console.log(`estate, throttled: ${struck.length} of ${azure.log.calls.length} calls`);
    expect(struck.filter((call) => kindsOf(call).length !== 1)).toEqual([]);
    expect(new Set(struck.flatMap(kindsOf))).toEqual(new Set(FACET_KINDS));
    expect(azure.log.calls.filter(({ status }) => status !== 429 && status !== 200)).toEqual([]);

    // What a body leaves open is no reading's doing.
    const unknown = lacking.findings.filter(isUnknown).filter(({ unknownCode }) => unknownCode !== 'undecided');
    expect(unknown.filter(({ why }) => !why.includes('Throttled'))).toEqual([]);
    expect(new Set(unknown.map(({ ruleId }) => ruleId)).size).toBeGreaterThan(4);

    const written = (findings: readonly Finding[]) =>
      findings.filter(({ fix }) => fix !== null && fix.kind !== 'manual').map(({ id }) => id);
    const critical = (findings: readonly Finding[]) =>
      findings.filter(({ status, severity }) => status === 'open' && severity === 'critical').map(({ id }) => id);
    expect(critical(whole.findings)).toEqual(expect.arrayContaining(critical(lacking.findings)));
    expect(written(whole.findings)).toEqual(expect.arrayContaining(written(lacking.findings)));
    expect(critical(lacking.findings).length).toBeGreaterThan(0);
  });

  const PERMISSIONS: readonly [FacetName, RegExp, string][] = [
    ['roleAssignments', /\/roleAssignments\?/i, 'Microsoft.Authorization/roleAssignments/read'],
    ['roleAssignments', /\/roleDefinitions\//i, 'Microsoft.Authorization/roleDefinitions/read'],
    ['roleAssignments', /\/denyAssignments\?/i, 'Microsoft.Authorization/denyAssignments/read'],
    ['diagnosticSettings', /\/diagnosticSettings\?/i, 'Microsoft.Insights/diagnosticSettings/read'],
    ['subnets', /\/subnets\/[^/]+\?/i, 'Microsoft.Network/virtualNetworks/subnets/read'],
    ['subnets', /\/networkSecurityGroups\//i, 'Microsoft.Network/networkSecurityGroups/read'],
    ['retired', /\/pools\?api-version=2024-07-01/, 'Microsoft.Batch/batchAccounts/pools/read'],
  ];

  test.each(PERMISSIONS)('without %s (%s) only what needs it changes', async (facet, path, action) => {
    const whole = await judge();
    azure.faults.add({ path, times: Number.POSITIVE_INFINITY, do: unauthorised(action) });
    const lacking = await judge();
    const needing = (kind: 'verdict' | 'fix' | 'exactness') =>
      rules.filter(({ needs }) => needs?.[kind]?.includes(facet)).map(({ id }) => id);

    const before = new Map(whole.findings.map((finding) => [finding.id, finding]));
    const unknown = lacking.findings.filter(isUnknown).filter(({ id }) => before.get(id)?.status !== 'unknown');
    const resting = [...needing('verdict'), ...needing('exactness')];
    expect(new Set(unknown.map(({ ruleId }) => ruleId))).toEqual(new Set(resting));
    expect(unknown.filter(({ why }) => !why.includes('AuthorizationFailed'))).toEqual([]);

    const left = new Set(lacking.findings.map(({ id }) => id));
    const vanished = whole.findings.filter(({ id, ruleId }) => !left.has(id) && !needing('verdict').includes(ruleId));
    expect(vanished).toEqual([]);

    const changed = lacking.findings
      .filter(({ ruleId, status }) => status === 'open' && !needing('verdict').includes(ruleId))
      .filter((finding) => JSON.stringify(finding) !== JSON.stringify(before.get(finding.id)));
    const fixes = changed.filter(({ ruleId }) => needing('fix').includes(ruleId));
    const predictions = changed.filter((finding) => !fixes.includes(finding));
    console.log(
      `without ${action}: ${unknown.length} unknown, ${fixes.length} fixes manual, ${predictions.length} predictions open`,
    );
    expect(fixes.filter(({ fix }) => fix?.kind !== 'manual')).toEqual([]);
    expect(predictions.filter((finding) => !givesBothAnswers(finding, before.get(finding.id)))).toEqual([]);
    expect(unknown.length).toBeGreaterThan(0);
    const seen = { fixes: fixes.length > 0, predictions: predictions.length > 0 };
    const isRoles = facet === 'roleAssignments';
    expect(seen).toEqual({ fixes: isRoles, predictions: isRoles });
  });
});

/** No vault is asked here. */
function isUnknown({ ruleId, status }: Finding): boolean {
  return status === 'unknown' && ruleId !== SECRETS_RULE;
}

/** Nothing but the prediction at the end of its text is another, and that now names both that may come. */
function givesBothAnswers(finding: Finding, before: Finding | undefined): boolean {
  const same = (one: Finding) => JSON.stringify({ ...one, why: '' });
  return (
    before !== undefined &&
    same(finding) === same(before) &&
    finding.why.includes('depends on whether the node identity may read')
  );
}
