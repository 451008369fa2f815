import { count, listed } from '../model/words.ts';
import { fail, type Judged, ok, warn } from './check.ts';
import type { Readings, StorageAccount } from './readings.ts';

/** Whether all stores are there and answer. */
export function judgeStores(stores: Readings['stores'], isApp: boolean): Judged {
  const silent = stores.filter(({ refused }) => refused !== null);
  if (silent.length === 0) return ok('stores', `all ${stores.length} tables, queues and containers answer`);
  // Each tells the same of the storage account and its network.
  const reasons = Map.groupBy(silent, ({ refused }) => refused ?? '');
  const told = [...reasons].map(([reason, same]) => `${listed(same.map(({ name }) => name))}: ${reason}`);
  const why = `${silent.length} of ${count(stores.length, 'store')} ${silent.length === 1 ? 'does' : 'do'} not answer: ${listed(told, '; ')}`;
  if (!isApp && silent.every(({ isForbidden }) => isForbidden))
    return warn(
      'stores',
      why,
      'have somebody give you the roles that it names, or go by own-checks: the app asks with its own rights',
    );
  return fail(
    'stores',
    why,
    'see that the storage account is there, that its network lets you in and that the roles on it are assigned; azd provision makes what is missing (docs/deploy.md)',
  );
}

const SECURE_TLS = ['TLS1_2', 'TLS1_3'];

/** Whether the storage account is as closed as it was shipped. */
export function judgeStorageAccount(seen: Readings['storageAccount']): Judged {
  if ('unseen' in seen)
    return warn(
      'storage-account',
      `how it is set could not be read: ${seen.unseen}`,
      'see event-subscription, which names it; where it is in a subscription that is not watched, give the identity the role Reader on it',
    );
  const open = opened(seen.known);
  if (open.length > 0)
    return fail(
      'storage-account',
      open.join('; '),
      'run azd provision, or deploy infra/main.bicep, which sets it back (infra/app/storage.bicep); then see who changed it in its activity log',
    );
  const isPublic = seen.known.publicNetworkAccess !== 'Disabled' && seen.known.defaultAction !== 'Deny';
  return ok(
    'storage-account',
    `no keys, no anonymous access, ${isPublic ? 'reached from any network by who is signed in (network: public)' : 'its network is closed'}`,
  );
}

function opened(account: StorageAccount): string[] {
  const isNetworkOpen = account.publicNetworkAccess !== 'Disabled' && account.defaultAction !== 'Deny';
  const faults: readonly (readonly [boolean, string])[] = [
    [account.allowSharedKeyAccess !== false, 'it may be used with its keys: allowSharedKeyAccess is not false'],
    [
      account.allowBlobPublicAccess !== false,
      'containers may be opened to everybody: allowBlobPublicAccess is not false',
    ],
    [!SECURE_TLS.includes(account.minimumTlsVersion ?? ''), 'it takes TLS before 1.2: minimumTlsVersion is not TLS1_2'],
    [account.supportsHttpsTrafficOnly !== true, 'it takes http: supportsHttpsTrafficOnly is not true'],
    [
      isNetworkOpen && account.privateEndpoints > 0,
      `it has ${count(account.privateEndpoints, 'private endpoint')}, and all networks get in all the same: networkAcls.defaultAction is not Deny`,
    ],
  ];
  return faults.flatMap(([isFault, fault]) => (isFault ? [fault] : []));
}
