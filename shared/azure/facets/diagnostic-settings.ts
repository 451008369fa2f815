import { z } from 'zod';
import { below } from '../../core/model/arm-id.ts';
import type { DiagnosticSetting } from '../../core/model/facet.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { parseAccountId } from '../../core/model/resource-id.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';

/** https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list */
const API = '2021-05-01-preview';

const SettingBody = z.looseObject({
  name: z.string(),
  properties: z.looseObject({
    workspaceId: z.string().nullish(),
    storageAccountId: z.string().nullish(),
    eventHubAuthorizationRuleId: z.string().nullish(),
    serviceBusRuleId: z.string().nullish(),
    marketplacePartnerId: z.string().nullish(),
    logs: z
      .array(
        z.looseObject({ category: z.string().nullish(), categoryGroup: z.string().nullish(), enabled: z.boolean() }),
      )
      .nullish(),
  }),
});

/** The diagnostic settings of a Batch account. */
export async function readDiagnosticSettings(
  reads: ProviderReads,
  accountId: string,
): Promise<Reading<readonly DiagnosticSetting[]>> {
  const account = parseAccountId(accountId);
  if (account === null) return { unknown: unreadable('the id of the account is not as expected') };
  const path = below(account.text, 'providers/Microsoft.Insights/diagnosticSettings');
  return tryReading('diagnostic settings', async () => (await reads.items(path, API)).map(decode));
}

function decode(body: unknown): DiagnosticSetting {
  const { name, properties } = SettingBody.parse(body);
  const { workspaceId, storageAccountId, eventHubAuthorizationRuleId, serviceBusRuleId, marketplacePartnerId, logs } =
    properties;
  const destinations = [
    workspaceId,
    storageAccountId,
    eventHubAuthorizationRuleId,
    serviceBusRuleId,
    marketplacePartnerId,
  ];
  return {
    name,
    hasDestination: destinations.some(Boolean),
    logs: (logs ?? []).map(({ category, categoryGroup, enabled }) => ({
      category: category ?? null,
      categoryGroup: categoryGroup ?? null,
      enabled,
    })),
  };
}
