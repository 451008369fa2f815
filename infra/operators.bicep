metadata description = 'The roles of the people who run the commands, and who has them. Deploy it into the resource group of the app, after main.bicep.'

import { builtInRoles, stores } from 'common/types.bicep'

@description('Name of the storage account of the app: output storageAccountName of main.bicep.')
param storageAccountName string

@description('Object id of the group whose members run the commands: they see how all stands, approve, undo, release and ask for rotations.')
@minLength(36)
param operatorsId string

@description('Object id of the group whose members freeze the app, and write its policy and exemptions. Empty: nobody gets that role here.')
param policyAuthorsId string = ''

@description('Added to the names of the roles, which are unique in a tenant: for a second installation.')
param nameSuffix string = ''

var operatorId = guid('batch-warden', 'operator', nameSuffix)
var policyAuthorId = guid('batch-warden', 'policy-author', nameSuffix)
var tablesToRead = [
  stores.tables.accounts
  stores.tables.budget
  stores.tables.drains
  stores.tables.findings
  stores.tables.hints
  stores.tables.journal
  stores.tables.requests
]
var poisonQueues = [
  '${stores.queues.reconcile}-poison'
  '${stores.queues.resourceEvents}-poison'
  '${stores.queues.sweep}-poison'
]
var workQueues = [stores.queues.reconcile, stores.queues.resourceEvents, stores.queues.sweep]

resource operator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: operatorId
  properties: {
    roleName: 'Batch Warden Operator${nameSuffix}'
    description: 'Leaves requests for Batch Warden. For its table requests and its queue reconcile: never assign it on more.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action'
        ]
        notDataActions: []
      }
    ]
  }
}

resource policyAuthor 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: policyAuthorId
  properties: {
    roleName: 'Batch Warden Policy Author${nameSuffix}'
    description: 'Reads and writes the policy and the exemptions of Batch Warden, and deletes nothing. For its container config.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
          'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'
        ]
        notDataActions: []
      }
    ]
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource config 'containers' existing = {
      name: stores.containers.config
    }
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource work 'queues' existing = [for name in workQueues: { name: name }]

    resource reconcile 'queues' existing = {
      name: stores.queues.reconcile
    }

    // The host would make them at the first failure: until then nobody could be given a role on them.
    resource poison 'queues' = [for name in poisonQueues: { name: name }]
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource read 'tables' existing = [for name in tablesToRead: { name: name }]

    resource requests 'tables' existing = {
      name: stores.tables.requests
    }
  }
}

resource adds 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::tableService::requests
  name: guid(account::tableService::requests.id, operatorsId, operatorId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', operatorId)
    principalId: operatorsId
    principalType: 'Group'
  }
  dependsOn: [operator]
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::reconcile
  name: guid(account::queueService::reconcile.id, operatorsId, operatorId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', operatorId)
    principalId: operatorsId
    principalType: 'Group'
  }
  dependsOn: [operator]
}

resource readsTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, place) in tablesToRead: {
    scope: account::tableService::read[place]
    name: guid(account::tableService::read[place].id, operatorsId, builtInRoles.storageTableDataReader)
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        builtInRoles.storageTableDataReader
      )
      principalId: operatorsId
      principalType: 'Group'
    }
  }
]

resource readsWork 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, place) in workQueues: {
    scope: account::queueService::work[place]
    name: guid(account::queueService::work[place].id, operatorsId, builtInRoles.storageQueueDataReader)
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        builtInRoles.storageQueueDataReader
      )
      principalId: operatorsId
      principalType: 'Group'
    }
  }
]

resource readsPoison 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, place) in poisonQueues: {
    scope: account::queueService::poison[place]
    name: guid(account::queueService::poison[place].id, operatorsId, builtInRoles.storageQueueDataReader)
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        builtInRoles.storageQueueDataReader
      )
      principalId: operatorsId
      principalType: 'Group'
    }
  }
]

resource readsConfig 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::config
  name: guid(account::blobs::config.id, operatorsId, builtInRoles.storageBlobDataReader)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles.storageBlobDataReader
    )
    principalId: operatorsId
    principalType: 'Group'
  }
}

resource writesConfig 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(policyAuthorsId)) {
  scope: account::blobs::config
  name: guid(account::blobs::config.id, policyAuthorsId, policyAuthorId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', policyAuthorId)
    principalId: policyAuthorsId
    principalType: 'Group'
  }
  dependsOn: [policyAuthor]
}
