metadata description = 'The storage account of the app: its state, its queues, the policy, the code.'

import { builtInRoles, stores, Tags } from '../common/types.bicep'

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('How many copies it keeps.')
param sku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@description('True: only private endpoints, the given ranges, and Azure services that Azure Storage trusts get in.')
param isPrivate bool

@description('Public addresses or ranges that get in all the same.')
param allowedIpRanges string[]

@description('Id of the app\'s identity.')
param appIdentityId string

@description('Its object id.')
param appPrincipalId string

@description('Object id of who uploads the policy; empty for nobody.')
param policyAuthorId string

@description('What the policy author is.')
param policyAuthorType 'Group' | 'ServicePrincipal' | 'User'

var appRoles = [
  builtInRoles.storageBlobDataOwner
  builtInRoles.storageQueueDataContributor
  builtInRoles.storageTableDataContributor
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Event Grid delivers as a trusted service, by the identity of its topic. It is not certain that Disabled lets it in.
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      ipRules: [for range in allowedIpRanges: { value: range, action: 'Allow' }]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // A policy that was overwritten or deleted can be brought back.
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: 30 }
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
    }

    resource containers 'containers' = [for container in items(stores.containers): { name: container.value }]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queues 'queues' = [for queue in items(stores.queues): { name: queue.value }]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource tables 'tables' = [for table in items(stores.tables): { name: table.value }]
  }

  resource cleaning 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'old-dead-letters'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${stores.containers.deadLetters}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 90 } } }
            }
          }
          {
            name: 'old-versions'
            type: 'Lifecycle'
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: [
                  'azure-webjobs-hosts/'
                  'azure-webjobs-secrets/'
                  '${stores.containers.deployments}/'
                  '${stores.containers.leases}/'
                ]
              }
              actions: { version: { delete: { daysAfterCreationGreaterThan: 30 } } }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

resource config 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: account::blobs
  name: stores.containers.config
}

resource appAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appRoles: {
    scope: account
    name: guid(account.id, appIdentityId, role)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource authorAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(policyAuthorId)) {
  scope: config
  name: guid(config.id, policyAuthorId, builtInRoles.storageBlobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles.storageBlobDataContributor
    )
    principalId: policyAuthorId
    principalType: policyAuthorType
  }
  dependsOn: [account::blobs::containers]
}

@description('Its id.')
output id string = account.id
