import filter from '../infra/events/batch-filter.json' with { type: 'json' };
import type { Json } from './azure/json.ts';

const GROUP = 'resourceGroups/batch-warden/providers';

/** As `infra/` deploys it into these subscriptions: the topic of each with its event subscription, and the storage account. */
export function deployed(subscriptions: readonly string[], storage: string): Json[] {
  const [home = 'none'] = subscriptions;
  const storageId = `/subscriptions/${home}/${GROUP}/Microsoft.Storage/storageAccounts/${storage}`;
  const functionId = `/subscriptions/${home}/${GROUP}/Microsoft.Web/sites/batch-warden/functions/onResourceEvent`;
  return [
    ...subscriptions.flatMap((subscription) => events(subscription, storageId, functionId)),
    {
      id: storageId,
      name: storage,
      type: 'Microsoft.Storage/storageAccounts',
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      properties: {
        provisioningState: 'Succeeded',
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
        publicNetworkAccess: 'Enabled',
        networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow', ipRules: [], virtualNetworkRules: [] },
        privateEndpointConnections: [],
      },
    },
  ];
}

/** In the shapes that Event Grid answers with: https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions/get */
function events(subscription: string, storageId: string, functionId: string): Json[] {
  const topic = `/subscriptions/${subscription}/${GROUP}/Microsoft.EventGrid/systemTopics/batch-warden`;
  return [
    {
      id: topic,
      name: 'batch-warden',
      type: 'Microsoft.EventGrid/systemTopics',
      location: 'global',
      identity: { type: 'SystemAssigned' },
      properties: {
        provisioningState: 'Succeeded',
        source: `/subscriptions/${subscription}`,
        topicType: 'Microsoft.Resources.Subscriptions',
      },
    },
    {
      id: `${topic}/eventSubscriptions/batch-warden`,
      name: 'batch-warden',
      type: 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
      properties: {
        provisioningState: 'Succeeded',
        topic,
        labels: [],
        eventDeliverySchema: 'EventGridSchema',
        filter: { subjectBeginsWith: '', subjectEndsWith: '', ...filter },
        retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
        destination: {
          endpointType: 'AzureFunction',
          properties: { resourceId: functionId, maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 },
        },
        deadLetterWithResourceIdentity: {
          identity: { type: 'SystemAssigned' },
          deadLetterDestination: {
            endpointType: 'StorageBlob',
            properties: { resourceId: storageId, blobContainerName: 'dead-letters' },
          },
        },
      },
    },
  ];
}
