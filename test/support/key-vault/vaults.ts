import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import { managedIdentity } from '../../../local/azure/caller.ts';
import { handClock } from '../../../local/azure/clock.ts';
import type { ResourceEvent } from '../../../local/azure/resource-event.ts';
import { credentialOf } from '../../../local/key-vault/credential.ts';
import { KeyVaults } from '../../../local/key-vault/key-vaults.ts';
import type { Vaults } from '../../../shared/azure/key-vault/vaults.ts';

export const START = new Date('2026-11-28T08:00:00.750Z');
export const EVERYTHING = ['Microsoft.KeyVault/vaults/secrets/*'];

export function vaultId(name: string): string {
  const group = '/subscriptions/5f2b4bbd-0000-4000-8000-000000000001/resourceGroups/secrets';
  return `${group}/providers/Microsoft.KeyVault/vaults/${name}`;
}

/** Three vaults in this process, on a clock that stands still: `one`, `kept` with purge protection, `foreign` in another tenant. */
export function threeVaults() {
  const clock = handClock(START);
  const events: ResourceEvent[] = [];
  const vaults = new KeyVaults({
    vaults: [
      { name: 'one', id: vaultId('one') },
      { name: 'kept', id: vaultId('kept'), purgeProtection: true },
      { name: 'foreign', id: vaultId('foreign'), tenant: '11111111-0000-4000-8000-000000000001' },
    ],
    clock,
    tell: (event) => events.push(event),
  });
  const client = (name: string, options: SecretClientOptions = {}, credential = credentialOf(managedIdentity('app'))) =>
    new SecretClient(vaults.url(name), credential, {
      httpClient: vaults.httpClient(),
      retryOptions: { maxRetries: 0 },
      ...options,
    });
  /** Without repetitions, which take seconds. */
  const quick: Vaults = async (url) => {
    const name = new URL(url).hostname.split('.')[0] ?? '';
    return { patient: client(name), once: client(name) };
  };
  return { vaults, clock, events, client, quick };
}
