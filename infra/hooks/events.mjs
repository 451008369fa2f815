import { deployToSubscription, list, setting } from './azure.mjs';

// After azd deploy: the events of every watched subscription, and of every vault. Event Grid wants the functions to exist.

const topics = list(process.env.EXISTING_TOPIC_IDS ?? '');
const topicsOfVaults = new Map(list(process.env.EXISTING_VAULT_TOPICS ?? '').map((item) => item.split('=')));
const vaults = list(process.env.VAULT_IDS ?? '');
const unknown = [...topicsOfVaults.keys()].find((name) => !vaults.some((id) => id.endsWith(`/${name}`)));
if (unknown !== undefined) throw new Error(`EXISTING_VAULT_TOPICS: ${unknown} is no vault of VAULT_IDS.`);

if (process.env.SKIP_EVENTS === 'true') {
  console.log('events: skipped, SKIP_EVENTS is true');
} else {
  const app = {
    functionAppId: setting('functionAppId'),
    storageAccountId: setting('storageAccountId'),
    delivery: setting('eventDelivery'),
    actionGroupId: process.env.actionGroupId ?? '',
    eventSubscriptionName: process.env.EVENT_SUBSCRIPTION_NAME || 'batch-warden',
  };
  for (const subscription of list(setting('watchedSubscriptionIds'))) {
    const prefix = `/subscriptions/${subscription}/`.toLowerCase();
    const existingTopicId = topics.find((id) => id.toLowerCase().startsWith(prefix)) ?? '';
    await deployToSubscription(subscription, 'events', { ...app, existingTopicId });
  }
  for (const vaultId of vaults) {
    const [, , subscription, ...rest] = vaultId.split('/');
    const existingTopicId = topicsOfVaults.get(rest.at(-1)) ?? '';
    await deployToSubscription(subscription, 'vault-events', { ...app, vaultId, existingTopicId });
  }
}
