import { deployToSubscription, list, setting } from './azure.mjs';

// After azd provision: the custom roles, and the app's, in all watched subscriptions.

const subscriptions = list(setting('watchedSubscriptionIds'));
if (process.env.SKIP_ROLES === 'true') {
  console.log('roles: skipped, SKIP_ROLES is true');
} else {
  await deployToSubscription(subscriptions[0], 'roles', {
    principalId: setting('appPrincipalId'),
    subscriptions,
    nameSuffix: process.env.NAME_SUFFIX ?? '',
    identities: list(process.env.ASSIGNABLE_IDENTITIES ?? ''),
    vaults: list(process.env.VAULT_IDS ?? ''),
    enforce: process.env.ENFORCE === 'true',
  });
}
