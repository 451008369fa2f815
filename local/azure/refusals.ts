/**
 * Changes of which no document says that Batch takes them, each refused while it is set. What is documented to be
 * refused is refused always.
 */
export interface Refusals {
  /**
   * Another provision or other addresses of a pool: what a pool has is fixed once it is there.
   * https://learn.microsoft.com/azure/batch/create-pool-public-ip
   */
  publicAddresses: boolean;
  /**
   * Auto-storage by managed identity while the account's identity has no role there that is in effect.
   * https://learn.microsoft.com/troubleshoot/azure/hpc/batch/use-managed-identities-azure-batch-account-pool
   */
  autoStorageWithoutRole: boolean;
}
