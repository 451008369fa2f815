metadata description = 'A system topic that somebody else made. It is only read.'

@description('Name of the topic.')
param name string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: name
}

var principalId = topic.?identity.?principalId ?? ''

@description('Object id of its identity.')
output principalId string = empty(principalId)
  ? fail('The topic ${name} has no system-assigned identity. Give it one: az eventgrid system-topic update --name ${name} --resource-group ${resourceGroup().name} --identity systemassigned')
  : principalId
