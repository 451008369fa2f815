metadata description = 'Events of one vault with the secrets of named users. Deploy it into the subscription of the vault, after the code of the app.'

targetScope = 'subscription'

import { Delivery, Tags } from 'common/types.bicep'
import { secretFilter } from 'events/filters.bicep'

@description('Id of the vault. Its topic is made beside it, in its resource group and region.')
param vaultId string

@description('Id of the function app: output functionAppId of main.bicep.')
param functionAppId string

@description('Id of the app\'s storage account: output storageAccountId of main.bicep.')
param storageAccountId string

@description('How events arrive; the same value as in main.bicep.')
param delivery Delivery = 'function'

@description('Id of the system topic of this vault where there is one: only one is allowed. It needs a system-assigned identity. Empty makes one.')
param existingTopicId string = ''

@description('Name of the event subscription; another one for each installation that watches this vault.')
param eventSubscriptionName string = 'batch-warden'

@description('Id of the action group to tell when events are dead-lettered or dropped: output actionGroupId of main.bicep. Empty makes no alarm.')
param actionGroupId string = ''

@description('Tags.')
param tags Tags = {}

var vaultGroup = split(vaultId, '/')[2] =~ subscription().subscriptionId
  ? split(vaultId, '/')[4]
  : fail('Deploy this into the subscription of the vault.')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  scope: resourceGroup(vaultGroup)
  name: last(split(vaultId, '/'))
}

module events 'events/source.bicep' = {
  params: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
    sourceLocation: vault.location
    existingTopicId: existingTopicId
    ourTopicName: 'batch-warden-${vault.name}'
    ourTopicGroup: vaultGroup
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    delivery: delivery
    eventSubscriptionName: eventSubscriptionName
    functionName: 'onSecretEvent'
    filter: secretFilter
    alarmsName: '${eventSubscriptionName}-${vault.name}'
    actionGroupId: actionGroupId
    tags: tags
  }
}
