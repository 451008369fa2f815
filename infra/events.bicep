metadata description = 'Events of one watched subscription. Deploy it into that subscription, after the code of the app.'

targetScope = 'subscription'

import { Delivery, Tags } from 'common/types.bicep'
import { batchFilter } from 'events/filters.bicep'

@description('Region of the resource group and of the deployment; the topic itself has none.')
param location string = deployment().location

@description('Id of the function app: output functionAppId of main.bicep.')
param functionAppId string

@description('Id of the app\'s storage account: output storageAccountId of main.bicep.')
param storageAccountId string

@description('How events arrive; the same value as in main.bicep.')
param delivery Delivery = 'function'

@description('Id of the system topic of this subscription where there is one: only one is allowed. It needs a system-assigned identity. Empty makes one.')
param existingTopicId string = ''

@description('Resource group for a topic made here; it is made too.')
param resourceGroupName string = 'batch-warden-events'

@description('Name of the event subscription; another one for each installation that watches this subscription.')
param eventSubscriptionName string = 'batch-warden'

@description('Id of the action group to tell when events are dead-lettered or dropped: output actionGroupId of main.bicep. Empty makes no alarm.')
param actionGroupId string = ''

@description('Tags.')
param tags Tags = {}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = if (empty(existingTopicId)) {
  name: resourceGroupName
  location: location
  tags: union(tags, { 'made-by': 'batch-warden' })
}

module events 'events/source.bicep' = {
  params: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
    sourceLocation: 'global'
    existingTopicId: existingTopicId
    ourTopicName: 'batch-warden'
    ourTopicGroup: resourceGroupName
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    delivery: delivery
    eventSubscriptionName: eventSubscriptionName
    functionName: 'onResourceEvent'
    filter: batchFilter
    alarmsName: eventSubscriptionName
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [group]
}
