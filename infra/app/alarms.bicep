metadata description = 'Alarms on what the app logs. Dead-lettered events are watched where the topic is: see events.bicep.'

import { Tags } from '../common/types.bicep'

@description('Name of the function app, as its log lines bear it.')
param appName string

@description('Region.')
param location string

@description('Tags.')
param tags Tags

@description('Id of the workspace that the app logs to.')
param workspaceId string

@description('Who gets a mail, comma-separated.')
param emails string

@description('Id of an existing action group to use instead of a new one.')
param existingActionGroupId string

type Alarm = {
  name: string
  title: string
  query: string
  severity: 1 | 2

  @description('What it tells is a state: it fires once and ends by itself. Otherwise each row found is news.')
  autoMitigate: bool

  @description('How often it is evaluated.')
  evaluationFrequency: 'PT15M' | 'PT1H'

  @description('How far back it sees.')
  range: 'PT1H' | 'PT2H' | 'P2D'
}

var alarms Alarm[] = [
  {
    name: 'no-sweep'
    title: 'no sweep has started in 26 hours'
    query: loadTextContent('alarms/no-sweep.kql')
    severity: 1
    autoMitigate: true
    evaluationFrequency: 'PT1H'
    range: 'P2D'
  }
  {
    name: 'no-heartbeat'
    title: 'the app gave no sign of life for 30 minutes'
    query: loadTextContent('alarms/no-heartbeat.kql')
    severity: 1
    autoMitigate: true
    evaluationFrequency: 'PT15M'
    range: 'PT1H'
  }
  {
    name: 'failed-invocations'
    title: 'runs of functions failed'
    query: loadTextContent('alarms/failed-invocations.kql')
    severity: 2
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'not-looked-at'
    title: 'accounts were not looked at since the sweep before'
    query: loadTextContent('alarms/not-looked-at.kql')
    severity: 2
    autoMitigate: true
    evaluationFrequency: 'PT1H'
    range: 'P2D'
  }
  {
    name: 'poison'
    title: 'a message failed at every try'
    query: loadTextContent('alarms/poison.kql')
    severity: 1
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'policy-invalid'
    title: 'the policy cannot be used'
    query: loadTextContent('alarms/policy-invalid.kql')
    severity: 1
    autoMitigate: true
    evaluationFrequency: 'PT15M'
    range: 'PT1H'
  }
  {
    name: 'drains-not-begun'
    title: 'drains cannot begin'
    query: loadTextContent('alarms/drains-not-begun.kql')
    severity: 2
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'writes-without-effect'
    title: 'writes are refused, fail or do not take effect'
    query: loadTextContent('alarms/writes-without-effect.kql')
    severity: 2
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'nothing-begun'
    title: 'writes failed, so that nothing is begun for a while'
    query: loadTextContent('alarms/nothing-begun.kql')
    severity: 2
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'critical-findings'
    title: 'new critical findings'
    query: loadTextContent('alarms/critical-findings.kql')
    severity: 1
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'doctor'
    title: 'a check of the app itself fails'
    query: loadTextContent('alarms/doctor.kql')
    severity: 1
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
  {
    name: 'publish-failed'
    title: 'the topic was not told of findings'
    query: loadTextContent('alarms/publish-failed.kql')
    severity: 2
    autoMitigate: false
    evaluationFrequency: 'PT15M'
    range: 'PT2H'
  }
]

var addresses = filter(map(split(emails, ','), email => trim(email)), email => !empty(email))

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (empty(existingActionGroupId)) {
  name: appName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'BatchWarden'
    emailReceivers: [for email in addresses: { name: email, emailAddress: email, useCommonAlertSchema: true }]
  }
}

var actionGroupId = empty(existingActionGroupId) ? actionGroup.id : existingActionGroupId

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alarm in alarms: {
    name: '${appName}-${alarm.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Batch Warden: ${alarm.title}'
      enabled: true
      // A workspace that was just made does not know its tables yet.
      skipQueryValidation: true
      severity: alarm.severity
      scopes: [workspaceId]
      evaluationFrequency: alarm.evaluationFrequency
      windowSize: alarm.range == 'P2D' ? 'P1D' : alarm.range
      overrideQueryTimeRange: alarm.range == 'P2D' ? 'P2D' : null
      autoMitigate: alarm.autoMitigate
      criteria: {
        allOf: [
          {
            query: replace(alarm.query, '{app}', appName)
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroupId] }
    }
  }
]

@description('Id of the action group.')
output actionGroupId string = actionGroupId
