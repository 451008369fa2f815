import { z } from 'zod';
import { usesManagedIdentity } from '../core/identities/auto-storage.ts';
import { rightAndRole } from '../core/identities/storage-access.ts';
import type { Account } from '../core/model/account.ts';
import { manual, setAccount } from '../core/model/change.ts';
import { IdentityId } from '../core/model/ids.ts';
import { type Reading, undecided } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** Auto-storage and Key Vault are opened with the account's identity; without one they stay shut. */
export const accountIdentity = defineRule({
  id: 'account-identity',
  scope: 'account',
  title: 'The account has a managed identity where something needs it',
  advice: 'give the account a managed identity',
  severity: 'high',
  sources: ['managed-identity-behaviour'],
  reads: ['identity', 'properties.autoStorage', 'properties.encryption'],
  sets: ['identityIds'],
  breaks: null,
  permissions: [
    'Microsoft.Batch/batchAccounts/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ],
  options: z.strictObject({
    identityId: IdentityId.optional(),
  }),

  check(account, { options }) {
    const path = 'identity.type';
    const { type: observed } = account.identity;
    const needs = needsOf(account);
    const identity = hasIdentity(account);
    if ('known' in identity && identity.known) return [];
    if (needs.length === 0) {
      const unseen = showsNeeds(account) ? null : mayLack(account, 'what needs the identity');
      return unseen === null ? [] : [{ path, unknown: unseen }];
    }
    if ('unknown' in identity) return [{ path, unknown: identity.unknown }];
    const { identityId } = options;
    const why = `The account has no managed identity, and ${needs.map(({ what }) => what).join(' and ')}.`;
    const rights = needs.map(({ right }) => `let it ${right}`);
    return identityId === undefined
      ? [{ path, observed, desired: 'SystemAssigned or UserAssigned', why, fix: manual(whatToDo(rights)) }]
      : [{ path, observed, desired: 'UserAssigned', why, fix: setAccount(account, { identityIds: [identityId] }) }];
  },
});

interface Need {
  readonly what: string;
  /** What the identity must be allowed to do. */
  readonly right: string;
}

function needsOf({ keySource, settings }: Account): readonly Need[] {
  const { autoStorage } = settings;
  return [
    ...(autoStorage !== null && usesManagedIdentity(autoStorage)
      ? [
          {
            what: 'its auto-storage is opened with one',
            right: rightAndRole('writeBlobs', autoStorage.storageAccountId),
          },
        ]
      : []),
    ...(keySource?.toLowerCase() === 'microsoft.keyvault'
      ? [
          {
            what: 'the key of its encryption is opened with one',
            right: 'get the key of its encryption, wrap and unwrap with it',
          },
        ]
      : []),
  ];
}

function showsNeeds({ settings, keySource }: Account): boolean {
  return settings.autoStorage !== null && keySource !== null;
}

/** Judged by what a change sets, too: user-assigned ones count whatever the type says. */
function hasIdentity(account: Account): Reading<boolean> {
  const { type } = account.identity;
  if (account.settings.identityIds.length > 0) return { known: true };
  switch (type?.toLowerCase()) {
    case 'systemassigned':
      return { known: true };
    case undefined: {
      const unseen = mayLack(account, 'the identity');
      return unseen === null ? { known: false } : { unknown: unseen };
    }
    case 'none':
    case 'userassigned':
      return { known: false };
    default:
      return { unknown: undecided(`what the identity type ${type} means is not known`) };
  }
}

function whatToDo(rights: readonly string[]): string {
  return inOrder(
    'switch on the system-assigned identity of the account, or choose a user-assigned one',
    ...rights,
    'set a user-assigned one as the identity of the account, or name it as option identityId of this rule',
  );
}
