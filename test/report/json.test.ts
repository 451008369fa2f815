import { expect, test } from 'vitest';
import { toJson } from '../../shared/report/json.ts';
import { exempt, finding, NOTE, NOW, report, unknown } from '../support/cli/findings.ts';
import { ACCOUNT_ID, natPool, POOL_ID, securityRule } from '../support/snapshots.ts';

test('JSON is what design and docstring promise', () => {
  const extra = { sourcePortRange: '*' };
  const rules = [securityRule({ priority: 150 }), securityRule({ unmodelled: extra })];
  const endpoints = [natPool({ rules, unmodelled: { note: 1 } }), natPool({ name: 'b' })];
  const fix = { kind: 'set-pool', id: POOL_ID, set: { endpoints } } as const;
  const held = { code: 'refused', message: 'tried again later', until: NOW } as const;
  const open = finding({ fix, held, resourceId: POOL_ID, severity: 'critical' });
  const errors = [{ source: 'a.json', path: 'id', message: 'no', line: 7 }];
  const ports = { protocol: 'TCP', backendPort: 22, frontendPortRangeStart: 40000, frontendPortRangeEnd: 40100 };
  const rule = { access: 'Deny', sourceAddressPrefix: '*', sourcePortRanges: null };
  expect(JSON.parse(toJson({ ...report(unknown(), open), errors }))).toEqual({
    schema: 1,
    accounts: 3,
    pools: 12,
    findings: [
      {
        id: '0123456789abcdef',
        rule: 'account-aad-only',
        resource: POOL_ID,
        severity: 'critical',
        status: 'open',
        path: 'properties.allowedAuthenticationModes',
        observed: ['SharedKey'],
        desired: ['AAD'],
        why: 'It accepts SharedKey.',
        unknownCode: null,
        fix: {
          kind: 'set-pool',
          id: POOL_ID,
          set: {
            endpoints: [
              {
                name: 'ssh',
                ...ports,
                rules: [
                  { priority: 150, ...rule },
                  { priority: 3500, ...rule, unmodelled: extra },
                ],
                unmodelled: { note: 1 },
              },
              { name: 'b', ...ports, rules: [] },
            ],
          },
        },
        held: { code: 'refused', message: 'tried again later', until: '2026-01-10T00:00:00.000Z' },
        exemption: null,
        baseline: null,
      },
      expect.objectContaining({ status: 'unknown', unknownCode: 'not-shown', observed: null, fix: null, held: null }),
    ],
    exemptions: [],
    errors: [{ source: 'a.json', path: 'id', message: 'no' }],
    baseline: null,
  });
});

test('what is exempt says by whose word, and notes are told', () => {
  const { findings, exemptions } = JSON.parse(toJson({ ...report(exempt()), exemptions: [NOTE] }));
  const exemption = { owner: 'Ada Example', reason: 'the subnet moves', until: '2026-03-01T00:00:00.000Z' };
  expect(findings).toMatchObject([{ status: 'exempt', severity: 'high', exemption }]);
  expect(exemptions).toEqual([{ ...NOTE, until: NOW.toISOString() }]);
});

test('a network profile is told without what this program did not find in it', () => {
  const note = { note: 1 };
  const networkProfile = {
    accountAccess: { defaultAction: 'Deny', ipRules: [{ value: '192.0.2.7', unmodelled: note }], unmodelled: {} },
    nodeManagementAccess: null,
    unmodelled: {},
  };
  const fix = { kind: 'set-account', id: ACCOUNT_ID, set: { networkProfile, publicNetworkAccess: 'Enabled' } } as const;
  expect(JSON.parse(toJson(report(finding({ fix })))).findings[0].fix.set).toEqual({
    publicNetworkAccess: 'Enabled',
    networkProfile: {
      accountAccess: { defaultAction: 'Deny', ipRules: [{ value: '192.0.2.7', unmodelled: note }] },
      nodeManagementAccess: null,
    },
  });
});
