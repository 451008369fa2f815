import type { Account, AutoStorage } from '../model/account.ts';
import { isPartial } from '../model/partial.ts';
import type { Pool } from '../model/pool.ts';
import type { Reading } from '../model/reading.ts';

/** Null where the account has none. */
export function autoStorageOf(account: Account): Reading<AutoStorage | null> {
  const { autoStorage } = account.settings;
  if (autoStorage === null && isPartial(account))
    return { unknown: 'the body of the account is partial: it may lack the auto-storage' };
  return { known: autoStorage };
}

/** Whether Batch and its nodes open auto-storage by managed identity; else by the keys of the storage account. */
export function usesManagedIdentity({ authenticationMode }: AutoStorage): boolean {
  return authenticationMode?.toLowerCase() === 'batchaccountmanagedidentity';
}

/** Whether nodes of the pool read from auto-storage, as far as the pool's body shows. */
export function usesAutoStorage({ usesApplicationPackages, usesAutoStorageContainers }: Pool): boolean {
  return usesApplicationPackages || usesAutoStorageContainers;
}
