@export()
@description('Tags of Azure resources.')
type Tags = { *: string }

@export()
@description('How events arrive: Event Grid calls the function, or puts them on a queue that the app reads.')
type Delivery = 'function' | 'queue'

@export()
@description('What is kept in the storage account of the app, under the names that shared/azure/state/storage.ts gives; the last two containers are of the deployment and of Event Grid.')
var stores = {
  tables: {
    accounts: 'accounts'
    findings: 'findings'
    hints: 'hints'
    requests: 'requests'
    drains: 'drains'
    journal: 'journal'
    budget: 'budget'
    secrets: 'secrets'
  }
  queues: { reconcile: 'reconcile', sweep: 'sweep', resourceEvents: 'resource-events' }
  containers: { config: 'config', leases: 'leases', deployments: 'deployments', deadLetters: 'dead-letters' }
}

@export()
@description('What builtin roles are called in role assignments.')
var builtInRoles = {
  eventGridDataSender: 'd5a91429-5739-47e2-a06b-3470a27159e7'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageBlobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageQueueDataMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  storageQueueDataReader: '19e7f393-937e-4f77-808e-94535e297925'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  storageTableDataReader: '76199698-9eea-4c19-bc75-cec21354c6b6'
}
