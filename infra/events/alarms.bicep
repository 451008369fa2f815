metadata description = 'Alarms on events that never reached the app. Metrics tell it; no log line could.'

import { Tags } from '../common/types.bicep'

@description('The start of their names, which differ within a resource group.')
param name string

@description('Name of the topic.')
param topicName string

@description('Name of the event subscription.')
param eventSubscriptionName string

@description('Id of the action group.')
param actionGroupId string

@description('Tags.')
param tags Tags

var metrics = [
  { name: 'dead-lettered', metric: 'DeadLetteredCount', title: 'events were dead-lettered', severity: 1 }
  { name: 'dropped', metric: 'DroppedEventCount', title: 'events were dropped', severity: 1 }
  { name: 'undelivered', metric: 'DeliveryAttemptFailCount', title: 'deliveries of events fail', severity: 2 }
]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource alarms 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alarm in metrics: {
    name: '${name}-${alarm.name}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Batch Warden: ${alarm.title}. What they told is seen at the next sweep.'
      enabled: true
      severity: alarm.severity
      scopes: [topic.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alarm.name
            criterionType: 'StaticThresholdCriterion'
            metricName: alarm.metric
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: [{ name: 'EventSubscriptionName', operator: 'Include', values: [eventSubscriptionName] }]
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
