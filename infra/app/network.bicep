metadata description = 'Two subnets: one that the app joins, one for private endpoints. New ones, or the given ones.'

import { Tags } from '../common/types.bicep'

@description('Name of a new virtual network.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('Address space of a new virtual network.')
param addressPrefix string

@description('Existing subnet for the app; empty makes a network.')
param appSubnetId string

@description('Existing subnet for the private endpoints; empty makes a network.')
param endpointSubnetId string

var isNew = empty(appSubnetId) && empty(endpointSubnetId)
var isHalf = !isNew && (empty(appSubnetId) || empty(endpointSubnetId))

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = if (isNew) {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'private-endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 26, 1) }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'private-endpoints'
  }
}

@description('The subnet that the app joins.')
output appSubnetId string = isHalf
  ? fail('Give appSubnetId and endpointSubnetId, or neither.')
  : isNew ? network::app.id : appSubnetId

@description('The subnet of the private endpoints.')
output endpointSubnetId string = isNew ? network::endpoints.id : endpointSubnetId
