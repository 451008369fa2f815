metadata description = 'The custom roles of Batch Warden, and who has them, for a list of subscriptions.'

targetScope = 'subscription'

@description('Object id of the app\'s identity: output appPrincipalId of main.bicep.')
param principalId string

@description('The ids of all watched subscriptions. The roles can be assigned in these and nowhere else: always give all of them.')
@minLength(1)
param subscriptions string[] = [subscription().subscriptionId]

@description('True: the app may also write. Audit needs no more than reading.')
param enforce bool = false

@description('Added to the names of the roles, which are unique in a tenant: for a second installation.')
param nameSuffix string = ''

@description('The ARM ids of the user-assigned identities that the app may give to accounts and pools, each in full, and of those that these have already.')
param identities string[] = []

@description('The ARM ids of the vaults with the secrets of named users, each in full; in any subscription of the tenant. Their permission model has to be Azure RBAC.')
param vaults string[] = []

var actions = loadJsonContent('role-actions.json')
var scopes = contains(subscriptions, subscription().subscriptionId)
  ? map(subscriptions, id => '/subscriptions/${id}')
  : fail('Deploy this into one of the watched subscriptions.')
var auditorId = guid('batch-warden', 'auditor', nameSuffix)
var enforcerId = guid('batch-warden', 'enforcer', nameSuffix)
var identityEnforcerId = guid('batch-warden', 'identity-enforcer', nameSuffix)
var secretAuditorId = guid('batch-warden', 'secret-auditor', nameSuffix)
var secretRotatorId = guid('batch-warden', 'secret-rotator', nameSuffix)
var vaultScopes = union(scopes, map(vaults, id => '/subscriptions/${split(id, '/')[2]}'))

resource auditor 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: auditorId
  properties: {
    roleName: 'Batch Warden Auditor${nameSuffix}'
    description: 'Reads Batch accounts, their pools, and what judging them takes.'
    type: 'CustomRole'
    assignableScopes: scopes
    permissions: [{ actions: actions.auditor, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource enforcer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: enforcerId
  properties: {
    roleName: 'Batch Warden Enforcer${nameSuffix}'
    description: 'Writes what the rules of Batch Warden repair. Reads nothing: it goes with Batch Warden Auditor.'
    type: 'CustomRole'
    assignableScopes: scopes
    permissions: [{ actions: actions.enforcer, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource identityEnforcer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: identityEnforcerId
  properties: {
    roleName: 'Batch Warden Identity Enforcer${nameSuffix}'
    description: 'Gives identities to Batch accounts and pools. For single identities: never assign it on more.'
    type: 'CustomRole'
    assignableScopes: union(scopes, map(identities, id => '/subscriptions/${split(id, '/')[2]}'))
    permissions: [{ actions: actions.identityEnforcer, notActions: [], dataActions: [], notDataActions: [] }]
  }
}

resource secretAuditor 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: secretAuditorId
  properties: {
    roleName: 'Batch Warden Secret Auditor${nameSuffix}'
    description: 'Lists secrets and their versions, and reads no value. For single vaults.'
    type: 'CustomRole'
    assignableScopes: vaultScopes
    permissions: [{ actions: [], notActions: [], dataActions: actions.secretAuditor, notDataActions: [] }]
  }
}

resource secretRotator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: secretRotatorId
  properties: {
    roleName: 'Batch Warden Secret Rotator${nameSuffix}'
    description: 'Reads and makes versions of secrets, and deletes nothing. For single vaults.'
    type: 'CustomRole'
    assignableScopes: vaultScopes
    permissions: [{ actions: [], notActions: [], dataActions: actions.secretRotator, notDataActions: [] }]
  }
}

module assignments 'roles/assignments.bicep' = [
  for id in subscriptions: {
    scope: subscription(id)
    params: {
      principalId: principalId
      auditorId: auditorId
      enforcerId: enforcerId
      enforce: enforce
    }
    dependsOn: [auditor, enforcer]
  }
]

module identityAssignments 'roles/identity-assignment.bicep' = [
  for id in identities: if (enforce) {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      identityName: last(split(id, '/'))
      principalId: principalId
      identityEnforcerId: identityEnforcerId
    }
    dependsOn: [identityEnforcer]
  }
]

module vaultAssignments 'roles/vault-assignment.bicep' = [
  for id in vaults: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      vaultName: last(split(id, '/'))
      principalId: principalId
      roleId: enforce ? secretRotatorId : secretAuditorId
    }
    dependsOn: [secretAuditor, secretRotator]
  }
]
