metadata description = 'The custom roles of Batch Warden, and who has them, for all subscriptions of a management group.'

targetScope = 'managementGroup'

@description('Object id of the app\'s identity: output appPrincipalId of main.bicep.')
param principalId string

@description('True: the app may also write. Audit needs no more than reading.')
param enforce bool = false

@description('Added to the names of the roles, which are unique in a tenant: for a second installation.')
param nameSuffix string = ''

@description('The ARM ids of the user-assigned identities that the app may give to accounts and pools, each in full, and of those that these have already.')
param identities string[] = []

@description('The ARM ids of the vaults with the secrets of named users, each in full; in subscriptions of the management group. Their permission model has to be Azure RBAC.')
param vaults string[] = []

var actions = loadJsonContent('role-actions.json')

resource auditor 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'auditor', nameSuffix)
  properties: {
    roleName: 'Batch Warden Auditor${nameSuffix}'
    description: 'Reads Batch accounts, their pools, and what judging them takes.'
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [{ actions: actions.auditor, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource enforcer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'enforcer', nameSuffix)
  properties: {
    roleName: 'Batch Warden Enforcer${nameSuffix}'
    description: 'Writes what the rules of Batch Warden repair. Reads nothing: it goes with Batch Warden Auditor.'
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [{ actions: actions.enforcer, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource identityEnforcer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'identity-enforcer', nameSuffix)
  properties: {
    roleName: 'Batch Warden Identity Enforcer${nameSuffix}'
    description: 'Gives identities to Batch accounts and pools. For single identities: never assign it on more.'
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [{ actions: actions.identityEnforcer, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

// A custom role with data actions cannot be assigned to a management group, only below it.
resource secretAuditor 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'secret-auditor', nameSuffix)
  properties: {
    roleName: 'Batch Warden Secret Auditor${nameSuffix}'
    description: 'Lists secrets and their versions, and reads no value. For single vaults.'
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [{ actions: [], notActions: [], dataActions: actions.secretAuditor, notDataActions: [] }]
  }
}

resource secretRotator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, 'secret-rotator', nameSuffix)
  properties: {
    roleName: 'Batch Warden Secret Rotator${nameSuffix}'
    description: 'Reads and makes versions of secrets, and deletes nothing. For single vaults.'
    type: 'CustomRole'
    assignableScopes: [managementGroup().id]
    permissions: [{ actions: [], notActions: [], dataActions: actions.secretRotator, notDataActions: [] }]
  }
}

resource audits 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, 'auditor', nameSuffix)
  properties: {
    roleDefinitionId: auditor.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource enforces 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (enforce) {
  name: guid(managementGroup().id, principalId, 'enforcer', nameSuffix)
  properties: {
    roleDefinitionId: enforcer.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

module identityAssignments 'roles/identity-assignment.bicep' = [
  for id in identities: if (enforce) {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      identityName: last(split(id, '/'))
      principalId: principalId
      identityEnforcerId: identityEnforcer.name
    }
  }
]

module vaultAssignments 'roles/vault-assignment.bicep' = [
  for id in vaults: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      vaultName: last(split(id, '/'))
      principalId: principalId
      roleId: enforce ? secretRotator.name : secretAuditor.name
    }
  }
]
