import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import type { DiagnosticLog } from '../core/model/facet.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** What nobody kept, nobody can look up once something has happened. */
export const accountDiagnosticLogs = defineRule({
  id: 'account-diagnostic-logs',
  scope: 'account',
  title: 'The logs of the account are sent somewhere',
  advice: 'add a diagnostic setting that sends the logs somewhere',
  severity: 'low',
  sources: ['https://learn.microsoft.com/security/benchmark/azure/baselines/batch-security-baseline'],
  reads: ['diagnosticSettings'],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { verdict: ['diagnosticSettings'] },
  options: z.strictObject({ categories: z.array(z.string().min(1)).min(1).default(['ServiceLog', 'AuditLog']) }),

  check(_, { options, snapshot }) {
    const path = 'diagnosticSettings';
    const { diagnosticSettings } = snapshot.facets;
    if ('unknown' in diagnosticSettings) return [{ path, unknown: diagnosticSettings.unknown }];
    const sent = diagnosticSettings.known
      .filter(({ hasDestination }) => hasDestination)
      .flatMap(({ logs }) => logs.filter(({ enabled }) => enabled));
    const { categories: desired } = options;
    const observed = desired.filter((category) => sent.some((log) => holds(log, category)));
    const missing = desired.filter((category) => !observed.includes(category));
    if (missing.length === 0) return [];
    const why = `Not sent anywhere: ${missing.join(', ')}.`;
    return [{ path, observed, desired, why, fix: manual(whatToDo(missing)) }];
  },
});

/** Groups stand for categories: `allLogs` for every one, `audit` for the audit log alone. */
function holds({ category, categoryGroup }: DiagnosticLog, wanted: string): boolean {
  const name = wanted.toLowerCase();
  const group = categoryGroup?.toLowerCase();
  return category?.toLowerCase() === name || group === 'alllogs' || (group === 'audit' && name === 'auditlog');
}

function whatToDo(missing: readonly string[]): string {
  return inOrder(
    'choose where the logs are to go: a Log Analytics workspace, a storage account or an event hub',
    `in a diagnostic setting of the account, a new one or one that goes there, enable ${missing.join(' and ')}; the category group allLogs holds every category`,
  );
}
