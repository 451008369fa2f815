import type { Account } from '../model/account.ts';
import type { AutoStorage } from '../model/account-settings.ts';
import type { Pool } from '../model/pool.ts';
import type { Reading } from '../model/reading.ts';
import { mayLack } from '../model/shows.ts';

/** Null where the account has none. */
export function autoStorageOf(account: Account): Reading<AutoStorage | null> {
  const { autoStorage } = account.settings;
  const unseen = autoStorage === null ? mayLack(account, 'the auto-storage') : null;
  return unseen === null ? { known: autoStorage } : { unknown: unseen };
}

/** Whether Batch and its nodes open auto-storage by managed identity; else by the keys of the storage account. */
export function usesManagedIdentity({ authenticationMode }: AutoStorage): boolean {
  return authenticationMode?.toLowerCase() === 'batchaccountmanagedidentity';
}

/** Whether nodes of the pool read from auto-storage, as far as the pool's body shows. */
export function usesAutoStorage({ usesApplicationPackages, usesAutoStorageContainers }: Pool): boolean {
  return usesApplicationPackages || usesAutoStorageContainers;
}
