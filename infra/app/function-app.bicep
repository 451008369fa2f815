metadata description = 'The function app on a Flex Consumption plan. It signs in to everything by its identity.'

import { Delivery, stores, Tags } from '../common/types.bicep'

@description('Name of the app; its plan gets it too.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('Version of Node.js.')
param nodeVersion '22' | '24'

@description('Memory of one instance.')
param instanceMemoryMB int

@description('The most instances at once.')
param maximumInstanceCount int

@description('How events arrive.')
param delivery Delivery

@description('Subnet that the app joins; empty for none.')
param subnetId string

@description('Name of the app\'s identity.')
param identityName string

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the Application Insights component.')
param componentName string

@description('Subscription ids to watch, comma-separated.')
param watchedSubscriptions string

@description('When to list all accounts.')
param sweepSchedule string

@description('Endpoint of the topic that is told of findings; empty for none.')
param findingsTopic string

@description('What its events hold.')
param findingsFormat string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

var endpoints = storage.properties.primaryEndpoints
var clientId = identity.properties.clientId
var settings = {
  // Of the platform.
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
  AzureWebJobsStorage__clientId: clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  // Of shared/azure/settings.ts.
  ARM_ENDPOINT: environment().resourceManager
  AZURE_CLIENT_ID: clientId
  AzureWebJobsStorage__blobServiceUri: endpoints.blob
  AzureWebJobsStorage__queueServiceUri: endpoints.queue
  AzureWebJobsStorage__tableServiceUri: endpoints.table
  FINDINGS_FORMAT: findingsFormat
  FINDINGS_TOPIC: findingsTopic
  SWEEP_SCHEDULE: sweepSchedule
  WATCHED_SUBSCRIPTIONS: watchedSubscriptions
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${endpoints.blob}${stores.containers.deployments}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryMB, maximumInstanceCount: maximumInstanceCount }
    }
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      // The app has no page. Only Event Grid calls it, and where events come by queue, nobody does.
      ipSecurityRestrictionsDefaultAction: 'Deny'
      ipSecurityRestrictions: delivery == 'queue'
        ? []
        : [{ name: 'event-grid', priority: 100, action: 'Allow', tag: 'ServiceTag', ipAddress: 'AzureEventGrid' }]
      // The code is deployed here, by people and pipelines who sign in.
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
      scmIpSecurityRestrictionsUseMain: false
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noDeploymentPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Its id.')
output id string = app.id
