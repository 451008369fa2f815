import { z } from 'zod';
import { setPool } from '../core/change.ts';
import { idKey } from '../core/resource-id.ts';
import { defineRule } from '../core/rule.ts';

/** A node can use an identity only when its pool has it. */
export const poolIdentityReferences = defineRule({
  id: 'pool-identity-references',
  scope: 'pool',
  title: 'The pool has every identity that it refers to',
  severity: 'high',
  sources: ['pool-identities'],
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ],
  options: z.strictObject({}),

  check(pool) {
    if (pool.creationTime === null || pool.deployment === null) {
      const unknown = 'the body of the pool is partial: it may lack identities or references to them';
      return [{ path: 'identity.userAssignedIdentities', unknown }];
    }
    const { identityIds: observed } = pool.settings;
    const present = new Set(observed.map(idKey));
    const missing = pool.identityReferences.filter(({ identityId }) => !present.has(idKey(identityId)));

    const added = distinctBy(missing, ({ identityId }) => idKey(identityId)).map(({ identityId }) => identityId);
    const desired = [...observed, ...added];
    const fix = setPool(pool, { identityIds: desired });
    return distinctBy(missing, ({ path }) => path).map(({ path, identityId }) => {
      const why = `It refers to ${identityId}, which is not among the pool's identities: nodes cannot use it.`;
      return { path, observed, desired, why, fix };
    });
  },
});

/** The first of those that have the same key. */
function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items.filter((item, index) => items.findIndex((other) => key(other) === key(item)) === index);
}
