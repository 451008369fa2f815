import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import { DefaultAzureCredential } from '@azure/identity';
import type { UserSecret, WantedSecret } from '../core/model/secret.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Subscription } from '../core/model/subscription.ts';
import { MINUTE } from '../core/model/time.ts';
import type { Throttled } from '../ports.ts';
import { armClient, armFor } from './arm/arm.ts';
import { listAccounts } from './arm/list-accounts.ts';
import { listSubscriptions, subscriptionsBelow } from './arm/list-subscriptions.ts';
import { whyListMayLack } from './arm/may-list.ts';
import type { FacetsNeeded } from './facets/read-facets.ts';
import { briefClient } from './http/patient-client.ts';
import { readSecrets } from './key-vault/read-secrets.ts';
import { openVaults } from './key-vault/vaults.ts';
import { observe } from './observe.ts';

const LONGEST_READ = 8 * MINUTE;

/** Azure for the command line: it only reads. */
export interface AzureReader {
  /** Those in which who is signed in has any role. @throws when the list could not be read to its end */
  listSubscriptions(): Promise<readonly Subscription[]>;
  /** Those below a management group, however deep. @throws when the list could not be read to its end */
  subscriptionsBelow(managementGroup: string): Promise<readonly Subscription[]>;
  /** @throws when the list could not be read to its end, or is empty and need not be */
  listAccounts(subscription: string): Promise<readonly string[]>;
  /** Null when the account is gone. @throws when it could not be read */
  observe(accountId: string, needed: FacetsNeeded): Promise<Snapshot | Throttled | null>;
  /** The properties of all versions of the secrets, never a value. One that cannot be read leaves the others readable. */
  readSecrets(wanted: readonly WantedSecret[]): Promise<readonly UserSecret[]>;
}

/** @param endpoint Azure Resource Manager's; https, without a slash at its end */
export function azureReader(
  endpoint: string,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): AzureReader {
  const client = armClient(credential, endpoint);
  const correlationId = randomUUID();
  const vaults = openVaults(credential);
  const arm = () => armFor(client, correlationId, AbortSignal.timeout(LONGEST_READ));
  return {
    listSubscriptions: () => listSubscriptions(arm()),
    subscriptionsBelow: (managementGroup) => subscriptionsBelow(arm(), managementGroup),
    async listAccounts(subscription) {
      const ids = await listAccounts(arm(), subscription);
      const doubt = ids.length === 0 ? await whyListMayLack(arm(), subscription) : null;
      if (doubt !== null) throw new Error(doubt);
      return ids;
    },
    observe: (accountId, needed) => observe(arm(), accountId, () => new Date(), needed),
    readSecrets: (wanted) =>
      readSecrets(vaults, wanted, new AbortController().signal, AbortSignal.timeout(LONGEST_READ)),
  };
}
