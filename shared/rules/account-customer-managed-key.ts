import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** Whoever has the key decides who can read what Batch stores of the account. */
export const accountCustomerManagedKey = defineRule({
  id: 'account-customer-managed-key',
  scope: 'account',
  title: 'What Batch stores of the account is encrypted with a customer-managed key',
  advice: 'decide whether you want a key of your own from Key Vault',
  severity: 'low',
  sources: ['security-best-practices'],
  reads: ['properties.encryption'],
  sets: [],
  breaks: null,
  permissions: [],
  defaultOff: true,
  options: z.strictObject({}),

  check(account) {
    const path = 'properties.encryption.keySource';
    const { keySource: observed } = account;
    const desired = 'Microsoft.KeyVault';
    if (observed?.toLowerCase() === desired.toLowerCase()) return [];
    const unseen = observed === null ? mayLack(account, 'the encryption') : null;
    if (unseen !== null) return [{ path, unknown: unseen }];
    const source = observed ?? 'Microsoft.Batch';
    const why = `The key that encrypts what Batch stores of the account comes from ${source}, not from a Key Vault of yours.`;
    return [{ path, observed, desired, why, fix: manual(WHAT_TO_DO) }];
  },
});

const WHAT_TO_DO = inOrder(
  'decide whether you want it: it cannot be taken back in practice, and an account that loses its key can only be deleted',
  'make an RSA key of 2048 bits or more in a Key Vault with soft delete and purge protection',
  'give the account a managed identity, if it has none (the specification of Batch speaks of the system-assigned one), and let that get the key, wrap and unwrap with it',
  'set encryption: keySource Microsoft.KeyVault, and as keyVaultProperties.keyIdentifier the id of the key without a version, so that its rotation is followed',
  'where Batch refuses that for an account that is there, make a new account with it, and move pools and jobs',
);
