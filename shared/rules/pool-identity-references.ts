import { z } from 'zod';
import { manual, setPool } from '../core/change.ts';
import { isPartial } from '../core/partial.ts';
import { predictionOf } from '../core/predict.ts';
import { idKey, isIdentityId } from '../core/resource-id.ts';
import { defineRule } from '../core/rule.ts';

/** A node can use an identity only when its pool has it. */
export const poolIdentityReferences = defineRule({
  id: 'pool-identity-references',
  scope: 'pool',
  title: 'The pool has every identity that it refers to',
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
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ],
  options: z.strictObject({}),

  check(pool, { snapshot }) {
    if (isPartial(pool)) {
      const unknown = 'the body of the pool is partial: it may lack identities or references to them';
      return [{ path: 'identity.userAssignedIdentities', unknown }];
    }
    const { identityIds: observed } = pool.settings;
    const present = new Set(observed.map(idKey));
    const missing = pool.identityReferences.filter(({ identityId }) => !present.has(idKey(identityId)));
    if (missing.length === 0) return [];

    const assignable = missing.filter(({ identityId }) => isIdentityId(identityId));
    const added = distinctBy(assignable, ({ identityId }) => idKey(identityId)).map(({ identityId }) => identityId);
    const desired = [...observed, ...added];
    const prediction = predictionOf(pool, snapshot);
    const change = setPool(pool, { identityIds: desired });
    return distinctBy(missing, ({ path }) => path).map(({ path, identityId }) => {
      const wrong = `It refers to ${identityId}, which is not among the pool's identities: nodes cannot use it.`;
      const why = [wrong, ...prediction].join(' ');
      const fix = isIdentityId(identityId) ? change : manual(`Name a user-assigned identity by its ARM id at ${path}.`);
      return { path, observed, desired, why, fix };
    });
  },
});

/** The first of those that have the same key. */
function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items.filter((item, index) => items.findIndex((other) => key(other) === key(item)) === index);
}
