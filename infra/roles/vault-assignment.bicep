metadata description = 'Lets the app list the secrets of one vault, or rotate them.'

@description('Name of a vault of this resource group.')
param vaultName string

@description('Object id of the app\'s identity.')
param principalId string

@description('Name of the definition of Batch Warden Secret Auditor or of Batch Warden Secret Rotator.')
param roleId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, roleId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

@description('That the vault heeds the role.')
output usesRoles bool = vault.properties.?enableRbacAuthorization ?? false
  ? true
  : fail('The vault ${vaultName} goes by access policies, and ignores roles. Set its permission model to Azure role-based access control first: whoever has only an access policy loses access then.')
