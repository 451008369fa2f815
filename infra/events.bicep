metadata description = 'Events of one watched subscription. Deploy it into that subscription, after the code of the app.'

targetScope = 'subscription'

import { Delivery, Tags } from 'common/types.bicep'

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

var isOurs = empty(existingTopicId)
var topicGroup = isOurs ? resourceGroupName : split(existingTopicId, '/')[4]
var topic = isOurs ? 'batch-warden' : last(split(existingTopicId, '/'))
// A topic that bears this tag was made here, and may be removed with Batch Warden.
var ourTags = union(tags, { 'made-by': 'batch-warden' })

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = if (isOurs) {
  name: resourceGroupName
  location: location
  tags: ourTags
}

module ourTopic 'events/topic.bicep' = if (isOurs) {
  scope: resourceGroup(topicGroup)
  params: { name: topic, tags: ourTags }
  dependsOn: [group]
}

module theirTopic 'events/existing-topic.bicep' = if (!isOurs) {
  scope: resourceGroup(topicGroup)
  params: { name: topic }
}

module access 'events/access.bicep' = {
  scope: resourceGroup(split(storageAccountId, '/')[2], split(storageAccountId, '/')[4])
  params: {
    storageAccountName: last(split(storageAccountId, '/'))
    topicId: resourceId(subscription().subscriptionId, topicGroup, 'Microsoft.EventGrid/systemTopics', topic)
    topicPrincipalId: isOurs ? ourTopic!.outputs.principalId : theirTopic!.outputs.principalId
    delivery: delivery
  }
}

module eventSubscription 'events/subscription.bicep' = {
  scope: resourceGroup(topicGroup)
  params: {
    topicName: topic
    name: eventSubscriptionName
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    delivery: delivery
  }
  dependsOn: [group, access]
}

module alarms 'events/alarms.bicep' = if (!empty(actionGroupId)) {
  scope: resourceGroup(topicGroup)
  params: {
    topicName: topic
    eventSubscriptionName: eventSubscriptionName
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [group, eventSubscription]
}
