metadata description = 'The event subscription: what happens to Batch accounts and their pools, and to nothing else.'

import { Delivery, stores } from '../common/types.bicep'

@description('Name of the topic.')
param topicName string

@description('Name of the event subscription.')
param name string

@description('Id of the function app.')
param functionAppId string

@description('Id of the app\'s storage account.')
param storageAccountId string

@description('How events arrive.')
param delivery Delivery

var app = split(functionAppId, '/')

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName

  resource eventSubscription 'eventSubscriptions' = {
    name: name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: [
          'Microsoft.Resources.ResourceWriteSuccess'
          'Microsoft.Resources.ResourceDeleteSuccess'
          'Microsoft.Resources.ResourceActionSuccess'
        ]
        advancedFilters: [
          { operatorType: 'StringContains', key: 'subject', values: ['/providers/Microsoft.Batch/batchAccounts/'] }
          {
            // Compared without case. At most 25 values are allowed in all filters together. What is not here changes
            // nothing that a rule looks at, such as packages that are uploaded. Who lists keys is remembered.
            operatorType: 'StringIn'
            key: 'data.operationName'
            values: [
              'Microsoft.Batch/batchAccounts/write'
              'Microsoft.Batch/batchAccounts/delete'
              'Microsoft.Batch/batchAccounts/listKeys/action'
              'Microsoft.Batch/batchAccounts/regenerateKeys/action'
              'Microsoft.Batch/batchAccounts/pools/write'
              'Microsoft.Batch/batchAccounts/pools/delete'
              'Microsoft.Batch/batchAccounts/pools/disableAutoscale/action'
              'Microsoft.Batch/batchAccounts/pools/stopResize/action'
              'Microsoft.Batch/batchAccounts/privateEndpointConnections/write'
              'Microsoft.Batch/batchAccounts/privateEndpointConnections/delete'
              'Microsoft.Batch/batchAccounts/privateEndpointConnectionProxies/write'
              'Microsoft.Batch/batchAccounts/privateEndpointConnectionProxies/delete'
              'Microsoft.Insights/diagnosticSettings/write'
              'Microsoft.Insights/diagnosticSettings/delete'
              'Microsoft.Resources/tags/write'
              'Microsoft.Resources/tags/delete'
            ]
          }
        ]
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: storageAccountId, blobContainerName: stores.containers.deadLetters }
        }
      }
      deliveryWithResourceIdentity: delivery == 'queue'
        ? {
            identity: { type: 'SystemAssigned' }
            destination: {
              endpointType: 'StorageQueue'
              properties: {
                resourceId: storageAccountId
                queueName: stores.queues.resourceEvents
                queueMessageTimeToLiveInSeconds: -1
              }
            }
          }
        : null
      destination: delivery == 'function'
        ? {
            endpointType: 'AzureFunction'
            properties: {
              resourceId: resourceId(app[2], app[4], 'Microsoft.Web/sites/functions', app[8], 'onResourceEvent')
              maxEventsPerBatch: 1
              preferredBatchSizeInKilobytes: 64
            }
          }
        : null
    }
  }
}
