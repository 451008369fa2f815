import { z } from 'zod';
import { addIdentities } from '../core/identities/add-identities.ts';
import { Assignable, assignByHand, mayAssign } from '../core/identities/assignable.ts';
import { autoStorageOf, usesAutoStorage, usesManagedIdentity } from '../core/identities/auto-storage.ts';
import { predictionOf } from '../core/identities/predict.ts';
import { manual } from '../core/model/change.ts';
import { includesId } from '../core/model/ids.ts';
import { because } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import { defineRule } from '../core/policy/rule.ts';

/** The identity that the account names for nodes serves only the pools that carry it. */
export const poolIdentity = defineRule({
  id: 'pool-identity',
  scope: 'pool',
  title: "The pool has the account's node identity",
  advice: "add the account's node identity to the pool",
  severity: 'high',
  sources: ['managed-identity-behaviour', 'pool-identities'],
  reads: ['identity', 'properties.applicationPackages', 'properties.startTask', 'account.properties.autoStorage'],
  sets: ['identityIds'],
  breaks: 'tasks that ask for a token without saying for which identity',
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ],
  options: z.strictObject({ assignable: Assignable }),

  check(pool, { options: { assignable }, snapshot }) {
    const path = 'identity.userAssignedIdentities';
    const unseen = mayLack(pool, 'identities');
    if (unseen === null && !usesAutoStorage(pool)) return [];

    const { account } = snapshot;
    if ('unknown' in account)
      return [{ path, unknown: because("the account's node identity is not known", account.unknown) }];
    const facet = autoStorageOf(account.known);
    if ('unknown' in facet) return [{ path, unknown: facet.unknown }];
    const { known: autoStorage } = facet;
    if (autoStorage === null || !usesManagedIdentity(autoStorage)) return [];
    const { nodeIdentityId } = autoStorage;
    if (nodeIdentityId === null) return [];

    const { identityIds } = pool.settings;
    if (includesId(identityIds, nodeIdentityId)) return [];
    if (unseen !== null) return [{ path, unknown: unseen }];
    const desired = [...identityIds, nodeIdentityId];
    const lacking = `The account's node identity ${nodeIdentityId} is not on the pool.`;
    const why = [lacking, ...predictionOf(pool, snapshot)].join(' ');
    const fix = mayAssign(assignable, nodeIdentityId)
      ? addIdentities(pool, [nodeIdentityId])
      : manual(assignByHand(pool, nodeIdentityId, "in the account's nodeIdentityReference"));
    return [{ path, observed: identityIds, desired, why, fix }];
  },
});
