import { deployToSubscription, list, setting } from './azure.mjs';

// After azd deploy: the events of every watched subscription. Event Grid wants the function to exist.

const topics = list(process.env.EXISTING_TOPIC_IDS ?? '');
if (process.env.SKIP_EVENTS === 'true') {
  console.log('events: skipped, SKIP_EVENTS is true');
} else {
  for (const subscription of list(setting('watchedSubscriptionIds'))) {
    const prefix = `/subscriptions/${subscription}/`.toLowerCase();
    await deployToSubscription(subscription, 'events', {
      functionAppId: setting('functionAppId'),
      storageAccountId: setting('storageAccountId'),
      delivery: setting('eventDelivery'),
      actionGroupId: process.env.actionGroupId ?? '',
      eventSubscriptionName: process.env.EVENT_SUBSCRIPTION_NAME || 'batch-warden',
      existingTopicId: topics.find((id) => id.toLowerCase().startsWith(prefix)) ?? '',
    });
  }
}
