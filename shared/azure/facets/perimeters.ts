import { z } from 'zod';
import { below } from '../../core/model/arm-id.ts';
import type { Perimeter } from '../../core/model/facet.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import { parseAccountId } from '../../core/model/resource-id.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';

/** Since 2024-07-01. https://learn.microsoft.com/rest/api/batchmanagement/network-security-perimeter/list-configurations */
const API = '2025-06-01';

const RuleBody = z.looseObject({
  properties: z
    .looseObject({ direction: z.string().nullish(), addressPrefixes: z.array(z.string()).nullish() })
    .nullish(),
});

const ConfigurationBody = z.looseObject({
  name: z.string().nullish(),
  properties: z.looseObject({
    provisioningState: z.string().nullish(),
    resourceAssociation: z.looseObject({ name: z.string().nullish(), accessMode: z.string().nullish() }).nullish(),
    profile: z.looseObject({ accessRules: z.array(RuleBody).nullish() }).nullish(),
  }),
});

/** The perimeters that a Batch account is associated with. */
export async function readPerimeters(reads: ProviderReads, accountId: string): Promise<Reading<readonly Perimeter[]>> {
  const id = parseAccountId(accountId);
  if (id === null) return { unknown: unreadable('the id of the account is not as expected') };
  return tryReading('network security perimeters', async () =>
    (await reads.items(below(id.text, 'networkSecurityPerimeterConfigurations'), API)).map(decode),
  );
}

function decode(body: unknown): Perimeter {
  const { name, properties } = ConfigurationBody.parse(body);
  const { provisioningState, resourceAssociation, profile } = properties;
  return {
    name: resourceAssociation?.name ?? name ?? 'without a name',
    accessMode: resourceAssociation?.accessMode ?? null,
    provisioningState: provisioningState ?? null,
    inbound: (profile?.accessRules ?? [])
      .filter((rule) => rule.properties?.direction?.toLowerCase() === 'inbound')
      .flatMap((rule) => rule.properties?.addressPrefixes ?? []),
  };
}
