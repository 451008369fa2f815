metadata description = 'The events of one source, from its topic to the app.'

targetScope = 'subscription'

import { Delivery, Tags } from '../common/types.bicep'
import { Filter } from 'filters.bicep'

@description('Id of what tells of itself.')
param source string

@description('Its kind, as Event Grid calls it.')
param topicType string

@description('Where it is; global for a subscription.')
param sourceLocation string

@description('Id of its system topic where there is one. Empty makes one.')
param existingTopicId string

@description('Name of a topic made here.')
param ourTopicName string

@description('Resource group of a topic made here.')
param ourTopicGroup string

@description('Id of the function app.')
param functionAppId string

@description('Id of the app\'s storage account.')
param storageAccountId string

@description('How events arrive.')
param delivery Delivery

@description('Name of the event subscription.')
param eventSubscriptionName string

@description('The function that Event Grid calls, where it calls one.')
param functionName string

@description('Which events are delivered.')
param filter Filter

@description('The start of the names of alarms, which differ within a resource group.')
param alarmsName string

@description('Id of the action group; empty makes no alarm.')
param actionGroupId string

@description('Tags.')
param tags Tags

// A topic that bears this tag was made here, and may be removed with Batch Warden.
var ourTags = union(tags, { 'made-by': 'batch-warden' })
var isOurs = empty(existingTopicId)
var topicGroup = isOurs ? ourTopicGroup : split(existingTopicId, '/')[4]
var topic = isOurs ? ourTopicName : last(split(existingTopicId, '/'))

module ourTopic 'topic.bicep' = if (isOurs) {
  scope: resourceGroup(topicGroup)
  params: { name: topic, location: sourceLocation, source: source, topicType: topicType, tags: ourTags }
}

module theirTopic 'existing-topic.bicep' = if (!isOurs) {
  scope: resourceGroup(topicGroup)
  params: { name: topic }
}

module access 'access.bicep' = {
  scope: resourceGroup(split(storageAccountId, '/')[2], split(storageAccountId, '/')[4])
  params: {
    storageAccountName: last(split(storageAccountId, '/'))
    topicId: resourceId(subscription().subscriptionId, topicGroup, 'Microsoft.EventGrid/systemTopics', topic)
    topicPrincipalId: isOurs ? ourTopic!.outputs.principalId : theirTopic!.outputs.principalId
    delivery: delivery
  }
}

module eventSubscription 'subscription.bicep' = {
  scope: resourceGroup(topicGroup)
  params: {
    topicName: topic
    name: eventSubscriptionName
    functionAppId: functionAppId
    storageAccountId: storageAccountId
    delivery: delivery
    functionName: functionName
    filter: filter
  }
  dependsOn: [access]
}

module alarms 'alarms.bicep' = if (!empty(actionGroupId)) {
  scope: resourceGroup(topicGroup)
  params: {
    name: alarmsName
    topicName: topic
    eventSubscriptionName: eventSubscriptionName
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [eventSubscription]
}
