import type { AutoStorage, Pool } from './snapshot.ts';

/** Whether Batch and its nodes open auto-storage by managed identity; else by the keys of the storage account. */
export function usesManagedIdentity({ authenticationMode }: AutoStorage): boolean {
  return authenticationMode?.toLowerCase() === 'batchaccountmanagedidentity';
}

/** Whether nodes of the pool read from auto-storage, as far as the pool's body shows. */
export function usesAutoStorage({ usesApplicationPackages, usesAutoStorageContainers }: Pool): boolean {
  return usesApplicationPackages || usesAutoStorageContainers;
}
