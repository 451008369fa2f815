metadata description = 'Where the app logs to.'

import { builtInRoles, Tags } from '../common/types.bicep'

@description('Name of the workspace and the component.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('Id of an existing workspace; empty makes one.')
param existingWorkspaceId string

@description('Days that a new workspace keeps logs.')
param retentionDays int

@description('Id of the app\'s identity.')
param appIdentityId string

@description('Its object id.')
param appPrincipalId string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = if (empty(existingWorkspaceId)) {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

var workspaceId = empty(existingWorkspaceId) ? workspace.id : existingWorkspaceId

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    WorkspaceResourceId: workspaceId
  }
}

resource publishing 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, appIdentityId, builtInRoles.monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      builtInRoles.monitoringMetricsPublisher
    )
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Id of the workspace.')
output workspaceId string = workspaceId
