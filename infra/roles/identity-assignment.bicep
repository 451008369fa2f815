metadata description = 'Lets the app give one identity to accounts and pools.'

@description('Name of a user-assigned identity of this resource group.')
param identityName string

@description('Object id of the app\'s identity.')
param principalId string

@description('Name of the definition of Batch Warden Identity Enforcer.')
param identityEnforcerId string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource assigns 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: identity
  name: guid(identity.id, principalId, identityEnforcerId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', identityEnforcerId)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
