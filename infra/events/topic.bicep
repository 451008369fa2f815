metadata description = 'A system topic, with an identity.'

import { Tags } from '../common/types.bicep'

@description('Name of the topic.')
param name string

@description('Where the source is; global for a subscription.')
param location string

@description('Id of what tells of itself.')
param source string

@description('Its kind, as Event Grid calls it.')
param topicType string

@description('Tags.')
param tags Tags

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: source
    topicType: topicType
  }
}

@description('Object id of its identity.')
output principalId string = topic.identity!.principalId!
