metadata description = 'A custom topic that the app tells of findings. Somebody else made it; the app may only send to it.'

import { builtInRoles } from '../common/types.bicep'

@description('Name of the topic.')
param name string

@description('Id of the app\'s identity.')
param appIdentityId string

@description('Its object id.')
param appPrincipalId string

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: name
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: topic
  name: guid(topic.id, appIdentityId, builtInRoles.eventGridDataSender)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles.eventGridDataSender
    )
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Where the app sends to.')
output endpoint string = topic.properties.inputSchema == 'CloudEventSchemaV1_0'
  ? topic.properties.endpoint
  : fail('The topic ${name} takes events of another schema. Findings are CloudEvents: make a topic with --input-schema cloudeventschemav1_0.')
