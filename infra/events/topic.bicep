metadata description = 'The system topic of the subscription, with an identity.'

import { Tags } from '../common/types.bicep'

@description('Name of the topic.')
param name string

@description('Tags.')
param tags Tags

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

@description('Object id of its identity.')
output principalId string = topic.identity!.principalId!
