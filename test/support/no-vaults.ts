import type { Vaults } from '../../shared/azure/key-vault/vaults.ts';

/** For what asks no vault. */
export const NO_VAULTS: Vaults = () => Promise.reject(new Error('no vault is asked here'));
