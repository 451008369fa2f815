metadata description = 'Private endpoints of the storage account, and the names that lead to them.'

import { Tags } from '../common/types.bicep'

@description('Name of the storage account.')
param storageAccountName string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('Subnet of the endpoints.')
param subnetId string

@description('Make private DNS zones and link them to the subnet\'s network.')
param makeDnsZones bool

var services = ['blob', 'queue', 'table']
var subnet = split(subnetId, '/')
var networkId = resourceId(subnet[2], subnet[4], 'Microsoft.Network/virtualNetworks', subnet[8])

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource endpoints 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for service in services: {
    name: '${storageAccountName}-${service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        { name: service, properties: { privateLinkServiceId: account.id, groupIds: [service] } }
      ]
    }
  }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: if (makeDnsZones) {
    name: 'privatelink.${service}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, i) in services: if (makeDnsZones) {
    parent: zones[i]
    name: 'batch-warden'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

resource groups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (service, i) in services: if (makeDnsZones) {
    parent: endpoints[i]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zones[i].id } }] }
  }
]
