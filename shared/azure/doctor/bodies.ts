import { z } from 'zod';
import type { EventSubscription } from '../../core/doctor/event-subscription.ts';
import type { StorageAccount } from '../../core/doctor/readings.ts';

/** https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topics/list-by-subscription */
export const TopicBody = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ source: z.string().nullish(), topicType: z.string().nullish() }),
});

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const Values = z.array(z.unknown()).nullish();
const Filter = z
  .looseObject({ operatorType: Text, key: Text, values: Values, value: z.unknown().optional() })
  .transform(({ operatorType, key, values, value }) => ({
    operatorType,
    key,
    values: (values ?? (value === undefined ? [] : [value])).map(String),
  }));
const Destination = z.looseObject({
  endpointType: Text,
  properties: z.looseObject({ resourceId: Text, queueName: Text }).nullish(),
});
type Destination = z.infer<typeof Destination>;

/** https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions/list-by-system-topic */
export const EventSubscriptionBody = z
  .looseObject({
    name: z.string(),
    properties: z.looseObject({
      provisioningState: z.string().nullish(),
      expirationTimeUtc: z.coerce.date().nullish(),
      filter: z
        .looseObject({
          includedEventTypes: z.array(z.string()).nullish(),
          subjectBeginsWith: Text,
          subjectEndsWith: Text,
          advancedFilters: z.array(Filter).nullish(),
        })
        .nullish(),
      destination: Destination.nullish(),
      deliveryWithResourceIdentity: z.looseObject({ destination: Destination.nullish() }).nullish(),
      deadLetterDestination: Destination.nullish(),
      deadLetterWithResourceIdentity: z.looseObject({ deadLetterDestination: Destination.nullish() }).nullish(),
    }),
  })
  .transform(({ name, properties }): EventSubscription => {
    const { filter } = properties;
    const destination = properties.destination ?? properties.deliveryWithResourceIdentity?.destination;
    const dead =
      properties.deadLetterDestination ?? properties.deadLetterWithResourceIdentity?.deadLetterDestination ?? null;
    return {
      name,
      state: properties.provisioningState ?? null,
      expires: properties.expirationTimeUtc ?? null,
      filter: {
        includedEventTypes: filter?.includedEventTypes ?? null,
        subjectBeginsWith: filter?.subjectBeginsWith ?? '',
        subjectEndsWith: filter?.subjectEndsWith ?? '',
        advancedFilters: filter?.advancedFilters ?? [],
      },
      destination: {
        kind: destination?.endpointType ?? '',
        resourceId: resourceOf(destination) ?? '',
        queue: destination?.properties?.queueName ?? '',
      },
      deadLetters: resourceOf(dead),
    };
  });

function resourceOf(destination: Destination | null | undefined): string | null {
  return destination?.properties?.resourceId || null;
}

const Flag = z.boolean().nullish();

/** https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties */
export const StorageAccountBody = z
  .looseObject({
    id: z.string(),
    properties: z.looseObject({
      allowSharedKeyAccess: Flag,
      allowBlobPublicAccess: Flag,
      minimumTlsVersion: z.string().nullish(),
      supportsHttpsTrafficOnly: Flag,
      publicNetworkAccess: z.string().nullish(),
      networkAcls: z.looseObject({ defaultAction: z.string().nullish() }).nullish(),
      privateEndpointConnections: z.array(z.unknown()).nullish(),
    }),
  })
  .transform(({ id, properties }): StorageAccount => {
    const { networkAcls, privateEndpointConnections } = properties;
    return {
      id,
      allowSharedKeyAccess: properties.allowSharedKeyAccess ?? null,
      allowBlobPublicAccess: properties.allowBlobPublicAccess ?? null,
      minimumTlsVersion: properties.minimumTlsVersion ?? null,
      supportsHttpsTrafficOnly: properties.supportsHttpsTrafficOnly ?? null,
      publicNetworkAccess: properties.publicNetworkAccess ?? null,
      defaultAction: networkAcls?.defaultAction ?? null,
      privateEndpoints: (privateEndpointConnections ?? []).length,
    };
  });

/** https://learn.microsoft.com/rest/api/resources/providers/get */
export const ProviderBody = z.looseObject({
  resourceTypes: z.array(z.looseObject({ resourceType: z.string(), apiVersions: z.array(z.string()).nullish() })),
});
