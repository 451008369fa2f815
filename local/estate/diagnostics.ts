import type { Body } from './parts.ts';
import { accountId, PRODUCTION, storageId, TRADING } from './parts.ts';

function setting(resourceId: string, name: string, properties: Body): Body {
  return {
    id: `${resourceId}/providers/Microsoft.Insights/diagnosticSettings/${name}`,
    name,
    type: 'Microsoft.Insights/diagnosticSettings',
    properties: { metrics: [], ...properties },
  };
}

function workspaceId(subscription: string): string {
  return `/subscriptions/${subscription}/resourceGroups/operations/providers/Microsoft.OperationalInsights/workspaces/logs`;
}

/** Which accounts send their logs: all by one setting, by two that share the work, half of them, and none. */
export const diagnostics: Body[] = [
  setting(accountId(PRODUCTION, 'genomics', 'contosogenomics'), 'everything', {
    workspaceId: workspaceId(PRODUCTION),
    logs: [{ categoryGroup: 'allLogs', enabled: true }],
  }),
  setting(accountId(PRODUCTION, 'rendering', 'contosorender'), 'service', {
    workspaceId: workspaceId(PRODUCTION),
    logs: [
      { category: 'ServiceLog', enabled: true },
      { category: 'AuditLog', enabled: false },
    ],
  }),
  setting(accountId(TRADING, 'trading-risk', 'contosotrading'), 'archive', {
    storageAccountId: storageId(TRADING, 'trading-risk', 'contosotradinglogs'),
    logs: [{ category: 'ServiceLog', enabled: true }],
  }),
  setting(accountId(TRADING, 'trading-risk', 'contosotrading'), 'audit', {
    workspaceId: workspaceId(TRADING),
    logs: [{ categoryGroup: 'audit', enabled: true }],
  }),
];
