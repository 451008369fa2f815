@export()
@description('Which events Event Grid delivers.')
type Filter = resourceInput<'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15'>.properties.filter

@export()
@description('What happens to Batch accounts and their pools, and to nothing else. The doctor compares what is deployed with the same file.')
// Compared without case. At most 25 values are allowed in all filters together. What is not in it changes nothing that a
// rule looks at, such as packages that are uploaded. Who lists keys is remembered.
var batchFilter Filter = loadJsonContent('batch-filter.json')

@export()
@description('What happens to secrets of a vault. Keys and certificates raise other types.')
var secretFilter Filter = {
  includedEventTypes: [
    'Microsoft.KeyVault.SecretNearExpiry'
    'Microsoft.KeyVault.SecretExpired'
    'Microsoft.KeyVault.SecretNewVersionCreated'
  ]
}
