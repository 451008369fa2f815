import * as fc from 'fast-check';
import type { DiagnosticLog, DiagnosticSetting } from '../../shared/core/model/facet.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import { accountDiagnosticLogs } from '../../shared/rules/account-diagnostic-logs.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, snapshotOf } from '../support/snapshots.ts';

const path = 'diagnosticSettings';
const BOTH = ['ServiceLog', 'AuditLog'];

function sending(...known: readonly DiagnosticSetting[]) {
  return snapshotOf({ facets: { diagnosticSettings: { known } } });
}

function setting(name: string, logs: readonly DiagnosticLog[], hasDestination = true): DiagnosticSetting {
  return { name, hasDestination, logs };
}

function log(category: string, enabled = true): DiagnosticLog {
  return { category, categoryGroup: null, enabled };
}

function group(categoryGroup: string, enabled = true): DiagnosticLog {
  return { category: null, categoryGroup, enabled };
}

function missing(observed: readonly string[], ...names: readonly string[]) {
  const manual = new RegExp(
    `^In this order: \\(1\\) choose where .*; \\(2\\) in a diagnostic setting .*, enable ${names.join(' and ')}; the category group allLogs holds every category\\.$`,
  );
  const why = new RegExp(`^Not sent anywhere: ${names.join(', ')}\\.$`);
  return [{ path, observed, desired: BOTH, why, fix: { manual } }];
}

testRule(accountDiagnosticLogs, {
  compliant: [
    { name: 'both in one setting', snapshot: sending(setting('a', [log('ServiceLog'), log('AuditLog')])) },
    { name: 'both in other cases', snapshot: sending(setting('a', [log('SERVICELOG'), log('auditlog')])) },
    {
      name: 'two settings share the work',
      snapshot: sending(setting('a', [log('ServiceLog')]), setting('b', [log('AuditLog')])),
    },
    { name: 'all logs', snapshot: sending(setting('a', [group('allLogs')])) },
    { name: 'all logs in another case', snapshot: sending(setting('a', [group('ALLLOGS')])) },
    {
      name: 'the audit group and the service log',
      snapshot: sending(setting('a', [group('Audit'), log('ServiceLog')])),
    },
    {
      name: 'a disabled entry beside an enabled one',
      snapshot: sending(setting('a', [group('allLogs', false), log('ServiceLog'), log('AuditLog')])),
    },
    {
      name: 'the one category that is wanted',
      snapshot: sending(setting('a', [log('auditlog')])),
      options: { categories: ['AuditLog'] },
    },
    {
      name: 'all logs hold whatever is wanted',
      snapshot: sending(setting('a', [group('allLogs')])),
      options: { categories: ['FutureLog', 'AuditLog'] },
    },
    {
      name: 'a partial body: settings are read apart',
      snapshot: snapshotOf({
        account: anAccount({ shows: 'some' }),
        facets: { diagnosticSettings: { known: [setting('a', [group('allLogs')])] } },
      }),
    },
  ],
  violating: [
    { name: 'no setting', snapshot: sending(), expect: missing([], 'ServiceLog', 'AuditLog') },
    {
      name: 'a setting without logs',
      snapshot: sending(setting('a', [])),
      expect: missing([], 'ServiceLog', 'AuditLog'),
    },
    {
      name: 'the audit log alone',
      snapshot: sending(setting('a', [log('AuditLog')])),
      expect: missing(['AuditLog'], 'ServiceLog'),
    },
    {
      name: 'the audit group alone',
      snapshot: sending(setting('a', [group('audit')])),
      expect: missing(['AuditLog'], 'ServiceLog'),
    },
    {
      name: 'the service log alone',
      snapshot: sending(setting('a', [log('ServiceLog')])),
      expect: missing(['ServiceLog'], 'AuditLog'),
    },
    {
      name: 'the audit log is disabled',
      snapshot: sending(setting('a', [log('ServiceLog'), log('AuditLog', false)])),
      expect: missing(['ServiceLog'], 'AuditLog'),
    },
    {
      name: 'all logs, disabled',
      snapshot: sending(setting('a', [group('allLogs', false)])),
      expect: missing([], 'ServiceLog', 'AuditLog'),
    },
    {
      name: 'a setting without a destination',
      snapshot: sending(setting('a', [group('allLogs')], false), setting('b', [log('AuditLog')])),
      expect: missing(['AuditLog'], 'ServiceLog'),
    },
    {
      name: 'another category whose name is alike',
      snapshot: sending(setting('a', [log('ServiceLogs'), log('AuditLog')])),
      expect: missing(['AuditLog'], 'ServiceLog'),
    },
    {
      name: 'another group',
      snapshot: sending(setting('a', [group('future')])),
      expect: missing([], 'ServiceLog', 'AuditLog'),
    },
    {
      name: 'the audit group, where another category is wanted',
      snapshot: sending(setting('a', [group('audit')])),
      options: { categories: ['FutureLog'] },
      expect: [
        {
          path,
          observed: [],
          desired: ['FutureLog'],
          why: /: FutureLog\.$/,
          fix: { manual: /enable FutureLog; / },
        },
      ],
    },
  ],
  unknown: [
    {
      name: 'the settings could not be read',
      snapshot: snapshotOf({
        facets: { diagnosticSettings: { unknown: readingFailed('diagnostic settings: AuthorizationFailed') } },
      }),
      expect: [{ path, unknown: /^diagnostic settings: AuthorizationFailed$/, code: 'reading-failed' }],
    },
  ],
  converges: anySnapshot,
  options: fc.record({ categories: fc.subarray(BOTH, { minLength: 1 }) }, { requiredKeys: [] }),
});
