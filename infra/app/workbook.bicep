metadata description = 'A workbook on what the app logs: findings, time to fix, writes, what could not be read.'

import { Tags } from '../common/types.bicep'

@description('Name of the function app, as its log lines bear it.')
param appName string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('Id of the workspace that the app logs to.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, appName, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Batch Warden: ${appName}'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(replace(loadTextContent('workbook.json'), '<app>', appName), '<workspace>', workspaceId)
  }
}
