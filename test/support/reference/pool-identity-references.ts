import { z } from 'zod';
import { addIdentities } from '../../../shared/core/identities/add-identities.ts';
import { manual } from '../../../shared/core/model/change.ts';
import { IdentityId, includesId } from '../../../shared/core/model/ids.ts';
import { idKey, isIdentityId } from '../../../shared/core/model/resource-id.ts';
import { mayLack } from '../../../shared/core/model/shows.ts';
import { inOrder } from '../../../shared/core/model/words.ts';
import { defineRule } from '../../../shared/core/policy/rule.ts';
import { predictionOf } from './predict.ts';

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
  options: z.strictObject({
    assignable: z.array(IdentityId).nullable().default(null),
  }),

  check(pool, { options: { assignable }, snapshot }) {
    const unseen = mayLack(pool, 'identities or references to them');
    if (unseen !== null) return [{ path: 'identity.userAssignedIdentities', unknown: unseen }];
    const { identityIds: observed } = pool.settings;
    const present = new Set(observed.map(idKey));
    const missing = pool.identityReferences.filter(({ identityId }) => !present.has(idKey(identityId)));
    if (missing.length === 0) return [];

    const may = (id: string) => isIdentityId(id) && (assignable === null || includesId(assignable, id));
    const addable = missing.filter(({ identityId }) => may(identityId));
    const added = distinctBy(addable, ({ identityId }) => idKey(identityId)).map(({ identityId }) => identityId);
    const desired = [...observed, ...added];
    const prediction = predictionOf(pool, snapshot);
    const add = addIdentities(pool, added);
    return distinctBy(missing, ({ path }) => path).map(({ path, identityId }) => {
      const wrong = `It refers to ${identityId}, which is not among the pool's identities: nodes cannot use it.`;
      const why = [wrong, ...prediction].join(' ');
      const fix = may(identityId) ? add : manual(byPerson(path, identityId));
      return { path, observed, desired, why, fix };
    });
  },
});

function byPerson(path: string, identityId: string): string {
  if (!isIdentityId(identityId)) return `Name a user-assigned identity by its ARM id at ${path}.`;
  return inOrder(
    `see who named ${identityId} at ${path}, and that the pool may have it: it is not in option assignable`,
    'add it at zero nodes, sending all other identities, or name another one',
  );
}

/** The first of those that have the same key. */
function distinctBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items.filter((item, index) => items.findIndex((other) => key(other) === key(item)) === index);
}
