@export()
@description('Which events Event Grid delivers.')
type Filter = resourceInput<'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15'>.properties.filter

@export()
@description('What happens to Batch accounts and their pools, and to nothing else.')
var batchFilter Filter = {
  includedEventTypes: [
    'Microsoft.Resources.ResourceWriteSuccess'
    'Microsoft.Resources.ResourceDeleteSuccess'
    'Microsoft.Resources.ResourceActionSuccess'
  ]
  advancedFilters: [
    { operatorType: 'StringContains', key: 'subject', values: ['/providers/Microsoft.Batch/batchAccounts/'] }
    {
      // Compared without case. At most 25 values are allowed in all filters together. What is not here changes
      // nothing that a rule looks at, such as packages that are uploaded. Who lists keys is remembered.
      operatorType: 'StringIn'
      key: 'data.operationName'
      values: [
        'Microsoft.Batch/batchAccounts/write'
        'Microsoft.Batch/batchAccounts/delete'
        'Microsoft.Batch/batchAccounts/listKeys/action'
        'Microsoft.Batch/batchAccounts/regenerateKeys/action'
        'Microsoft.Batch/batchAccounts/pools/write'
        'Microsoft.Batch/batchAccounts/pools/delete'
        'Microsoft.Batch/batchAccounts/pools/disableAutoscale/action'
        'Microsoft.Batch/batchAccounts/pools/stopResize/action'
        'Microsoft.Batch/batchAccounts/privateEndpointConnections/write'
        'Microsoft.Batch/batchAccounts/privateEndpointConnections/delete'
        'Microsoft.Batch/batchAccounts/privateEndpointConnectionProxies/write'
        'Microsoft.Batch/batchAccounts/privateEndpointConnectionProxies/delete'
        'Microsoft.Insights/diagnosticSettings/write'
        'Microsoft.Insights/diagnosticSettings/delete'
        'Microsoft.Resources/tags/write'
        'Microsoft.Resources/tags/delete'
      ]
    }
  ]
}

@export()
@description('What happens to secrets of a vault. Keys and certificates raise other types.')
var secretFilter Filter = {
  includedEventTypes: [
    'Microsoft.KeyVault.SecretNearExpiry'
    'Microsoft.KeyVault.SecretExpired'
    'Microsoft.KeyVault.SecretNewVersionCreated'
  ]
}
