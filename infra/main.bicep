metadata description = 'Batch Warden: the app and what it keeps. Deploy it into a resource group, the code after it, then events.bicep.'

import { Delivery, Tags } from 'common/types.bicep'

@description('Name of the installation: the start of most names, and what azd calls the environment.')
@minLength(2)
@maxLength(40)
param environmentName string

@description('Region of everything that has one.')
param location string = resourceGroup().location

@description('The subscription ids to watch, comma-separated. Empty: the one that this is deployed into.')
param watchedSubscriptions string = ''

@description('When to list all accounts, NCRONTAB in UTC. The alarms expect at least one sweep a day.')
param sweepSchedule string = '0 0 2 * * *'

@description('How events arrive; events.bicep takes the same value. With queue, the app lets nobody in.')
param delivery Delivery = 'function'

@description('Version of Node.js; 22 where the region does not offer 24 yet.')
param nodeVersion '22' | '24' = '24'

@description('Memory of one instance.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('The most instances that may run at once.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How many copies the storage account keeps.')
param storageSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_LRS'

@description('With private, storage is reached through private endpoints, from a virtual network that the app joins.')
param network 'private' | 'public' = 'public'

@description('In a private network: the address space of a new virtual network, /24 or larger.')
param addressPrefix string = '10.90.0.0/24'

@description('In a private network: an existing subnet for the app, delegated to Microsoft.App/environments. Empty makes a network.')
param appSubnetId string = ''

@description('In a private network: an existing subnet for the private endpoints. Give both subnets or none.')
param endpointSubnetId string = ''

@description('In a private network: false where private DNS zones are kept elsewhere, for example filled by Azure Policy.')
param makeDnsZones bool = true

@description('In a private network: public addresses or ranges from which storage may be reached, for example to upload a policy.')
param allowedIpRanges string[] = []

@description('Id of an existing Log Analytics workspace. Empty makes one.')
param existingWorkspaceId string = ''

@description('Days that a workspace made here keeps logs.')
@minValue(30)
@maxValue(730)
param retentionDays int = 90

@description('Make the alarms.')
param alarms bool = true

@description('Who gets a mail when an alarm fires, comma-separated.')
param alarmEmails string = ''

@description('Id of an existing action group that the alarms use instead.')
param existingActionGroupId string = ''

@description('Object id of the user or group that uploads the policy. Empty gives nobody the right.')
param policyAuthorId string = ''

@description('Id of an existing Event Grid topic, in the schema of CloudEvents, that is told of findings. Empty tells none.')
param findingsTopicId string = ''

@description('What the events of that topic hold: a form of its own, or Compliance Findings of OCSF.')
param findingsFormat 'batch-warden' | 'ocsf' = 'batch-warden'

@description('What the policy author is.')
param policyAuthorType 'Group' | 'ServicePrincipal' | 'User' = 'User'

@description('Tags of every resource.')
param tags Tags = {}

var token = uniqueString(resourceGroup().id, environmentName)
var appName = take('${environmentName}-${token}', 60)
var storageName = 'bw${token}'
var isPrivate = network == 'private'
var watched = empty(watchedSubscriptions) ? subscription().subscriptionId : watchedSubscriptions
// The scope of a module is worked out even where the module is not deployed.
var topicGroup = split(empty(findingsTopicId) ? resourceGroup().id : findingsTopicId, '/')
var allTags = union(tags, { 'azd-env-name': environmentName })

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: appName
  location: location
  tags: allTags
}

module subnets 'app/network.bicep' = if (isPrivate) {
  params: {
    name: appName
    location: location
    tags: allTags
    addressPrefix: addressPrefix
    appSubnetId: appSubnetId
    endpointSubnetId: endpointSubnetId
  }
}

module storage 'app/storage.bicep' = {
  params: {
    name: storageName
    location: location
    tags: allTags
    sku: storageSku
    isPrivate: isPrivate
    allowedIpRanges: allowedIpRanges
    appIdentityId: identity.id
    appPrincipalId: identity.properties.principalId
    policyAuthorId: policyAuthorId
    policyAuthorType: policyAuthorType
  }
}

module endpoints 'app/private-endpoints.bicep' = if (isPrivate) {
  params: {
    storageAccountName: storageName
    location: location
    tags: allTags
    subnetId: subnets!.outputs.endpointSubnetId
    makeDnsZones: makeDnsZones
  }
  dependsOn: [storage]
}

module monitoring 'app/monitoring.bicep' = {
  params: {
    name: appName
    location: location
    tags: allTags
    existingWorkspaceId: existingWorkspaceId
    retentionDays: retentionDays
    appIdentityId: identity.id
    appPrincipalId: identity.properties.principalId
  }
}

module findingsTopic 'app/findings-topic.bicep' = if (!empty(findingsTopicId)) {
  scope: resourceGroup(topicGroup[2], topicGroup[4])
  params: {
    name: last(split(findingsTopicId, '/'))
    appIdentityId: identity.id
    appPrincipalId: identity.properties.principalId
  }
}

module app 'app/function-app.bicep' = {
  params: {
    name: appName
    location: location
    tags: allTags
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    delivery: delivery
    subnetId: isPrivate ? subnets!.outputs.appSubnetId : ''
    identityName: identity.name
    storageAccountName: storageName
    componentName: appName
    watchedSubscriptions: watched
    sweepSchedule: sweepSchedule
    findingsFormat: findingsFormat
    findingsTopic: empty(findingsTopicId) ? '' : findingsTopic!.outputs.endpoint
  }
  dependsOn: [storage, endpoints, monitoring]
}

module alarmRules 'app/alarms.bicep' = if (alarms) {
  params: {
    appName: appName
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    emails: alarmEmails
    existingActionGroupId: existingActionGroupId
  }
}

module workbook 'app/workbook.bicep' = {
  params: {
    appName: appName
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Id of the function app; for events.bicep.')
output functionAppId string = app.outputs.id

@description('Name of the function app; the code is deployed to it.')
output functionAppName string = appName

@description('Object id of the app\'s identity; for roles.bicep.')
output appPrincipalId string = identity.properties.principalId

@description('Region of the app; the hooks of azd deploy there too.')
output deploymentLocation string = location

@description('Id of the storage account; for events.bicep.')
output storageAccountId string = storage.outputs.id

@description('Name of the storage account; the policy is uploaded to its container config.')
output storageAccountName string = storageName

@description('Id of the action group; for events.bicep. Empty without alarms.')
output actionGroupId string = alarms ? alarmRules!.outputs.actionGroupId : ''

@description('How events arrive; for events.bicep.')
output eventDelivery string = delivery

@description('The subscriptions to watch, comma-separated; for the hooks of azd.')
output watchedSubscriptionIds string = watched
