import { z } from 'zod';
import { addIdentities } from '../core/identities/add-identities.ts';
import { Assignable, assignByHand, mayAssign } from '../core/identities/assignable.ts';
import { predictionOf } from '../core/identities/predict.ts';
import { manual } from '../core/model/change.ts';
import { idKey, isIdentityId } from '../core/model/resource-id.ts';
import { mayLack } from '../core/model/shows.ts';
import { defineRule } from '../core/policy/rule.ts';

/** A node can use an identity only when its pool has it. */
export const poolIdentityReferences = defineRule({
  id: 'pool-identity-references',
  scope: 'pool',
  title: 'The pool has every identity that it refers to',
  advice: 'add the identities to the pool, or take the references away',
  severity: 'high',
  sources: ['pool-identities', 'managed-identity-behaviour'],
  reads: [
    'identity',
    'properties.startTask',
    'properties.deploymentConfiguration',
    'properties.mountConfiguration',
    'properties.applicationPackages',
    'account.properties.autoStorage',
    'account.identity',
    'pools[].identity',
  ],
  sets: ['identityIds'],
  breaks: 'tasks that ask for a token without saying for which identity',
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ],
  options: z.strictObject({ assignable: Assignable }),

  check(pool, { options: { assignable }, snapshot }) {
    const unseen = mayLack(pool, 'identities or references to them');
    if (unseen !== null) return [{ path: 'identity.userAssignedIdentities', unknown: unseen }];
    if (pool.identityReferences.length === 0) return [];
    const { identityIds: observed } = pool.settings;
    const present = new Set(observed.map(idKey));
    const missing = pool.identityReferences.filter(({ identityId }) => !present.has(idKey(identityId)));
    if (missing.length === 0) return [];

    const addable = missing.filter(({ identityId }) => mayAssign(assignable, identityId));
    const added = distinctBy(addable, ({ identityId }) => idKey(identityId)).map(({ identityId }) => identityId);
    const withAdded = [...observed, ...added];
    const prediction = predictionOf(pool, snapshot);
    const add = addIdentities(pool, added);
    return distinctBy(missing, ({ path }) => path).map(({ path, identityId }) => {
      const wrong = `It refers to ${identityId}, an identity that the pool does not have.`;
      const why = [wrong, ...prediction].join(' ');
      if (mayAssign(assignable, identityId)) return { path, observed, desired: withAdded, why, fix: add };
      const desired = isIdentityId(identityId) ? [...withAdded, identityId] : withAdded;
      return { path, observed, desired, why, fix: manual(assignByHand(pool, identityId, `at ${path}`)) };
    });
  },
});

/** The first of those that have the same key. */
function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items.filter((item, index) => items.findIndex((other) => key(other) === key(item)) === index);
}
