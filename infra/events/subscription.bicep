metadata description = 'An event subscription that delivers to the app: to a function, or to its queue.'

import { Delivery, stores } from '../common/types.bicep'
import { Filter } from 'filters.bicep'

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

@description('The function that Event Grid calls, where it calls one.')
param functionName string

@description('Which events are delivered.')
param filter Filter

var app = split(functionAppId, '/')

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName

  resource eventSubscription 'eventSubscriptions' = {
    name: name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      filter: filter
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
              resourceId: resourceId(app[2], app[4], 'Microsoft.Web/sites/functions', app[8], functionName)
              maxEventsPerBatch: 1
              preferredBatchSizeInKilobytes: 64
            }
          }
        : null
    }
  }
}
