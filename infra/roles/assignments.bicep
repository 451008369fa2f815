metadata description = 'What the app may do in one subscription.'

targetScope = 'subscription'

@description('Object id of the app\'s identity.')
param principalId string

@description('Name of the definition of Batch Warden Auditor.')
param auditorId string

@description('Name of the definition of Batch Warden Enforcer.')
param enforcerId string

@description('True: the app may also write.')
param enforce bool

resource audits 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, auditorId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', auditorId)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource enforces 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (enforce) {
  name: guid(subscription().id, principalId, enforcerId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', enforcerId)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
