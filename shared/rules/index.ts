import type { Rule } from '../core/rule.ts';
import { accountAadOnly } from './account-aad-only.ts';
import { accountAutostorageIdentity } from './account-autostorage-identity.ts';
import { accountNodeIdentity } from './account-node-identity.ts';
import { poolIdentity } from './pool-identity.ts';
import { poolIdentityReferences } from './pool-identity-references.ts';
import { poolRemoteAccess } from './pool-remote-access.ts';

/** Every rule, one line each. */
export const rules: readonly Rule[] = [
  accountAadOnly,
  accountAutostorageIdentity,
  accountNodeIdentity,
  poolIdentity,
  poolIdentityReferences,
  poolRemoteAccess,
];
