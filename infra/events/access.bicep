metadata description = 'What the topic may do in the app\'s storage account: write dead letters, and put events on one queue.'

import { builtInRoles, Delivery, stores } from '../common/types.bicep'

@description('Name of the storage account.')
param storageAccountName string

@description('Id of the topic.')
param topicId string

@description('Object id of its identity.')
param topicPrincipalId string

@description('How events arrive.')
param delivery Delivery

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: stores.containers.deadLetters
    }
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource resourceEvents 'queues' existing = {
      name: stores.queues.resourceEvents
    }
  }
}

resource writesDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::deadLetters
  name: guid(account::blobs::deadLetters.id, topicId, builtInRoles.storageBlobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles.storageBlobDataContributor
    )
    principalId: topicPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource sendsEvents 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (delivery == 'queue') {
  scope: account::queueService::resourceEvents
  name: guid(account::queueService::resourceEvents.id, topicId, builtInRoles.storageQueueDataMessageSender)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles.storageQueueDataMessageSender
    )
    principalId: topicPrincipalId
    principalType: 'ServicePrincipal'
  }
}
