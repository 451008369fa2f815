import { z } from 'zod';
import { addIdentities } from '../core/identities/add-identities.ts';
import { autoStorageOf } from '../core/identities/auto-storage.ts';
import { manual } from '../core/model/change.ts';
import { distinctIds, IdentityId, includesId, nameIn } from '../core/model/ids.ts';
import type { Pool } from '../core/model/pool.ts';
import { sameId } from '../core/model/resource-id.ts';
import { mayLack } from '../core/model/shows.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';

const IDENTITIES = 'identity.userAssignedIdentities';

/** Whatever runs on a node can act as any identity of its pool. */
export const poolAllowedIdentities = defineRule({
  id: 'pool-allowed-identities',
  scope: 'pool',
  title: 'The pool has the identities that it should have, and no others',
  advice: 'give the pool the identities that it should have, no others',
  severity: 'medium',
  sources: ['pool-identities'],
  reads: [
    'identity',
    'properties.startTask',
    'properties.deploymentConfiguration',
    'properties.mountConfiguration',
    'account.properties.autoStorage',
  ],
  sets: ['identityIds'],
  breaks: 'tasks that ask for a token without saying for which identity',
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  ],
  options: z.strictObject({
    required: z.array(IdentityId).default([]),
    allowed: z.array(IdentityId).nullable().default(null),
  }),

  check(pool, { options, snapshot }) {
    if (options.allowed === null && options.required.length === 0) return [];
    const { identityIds: observed } = pool.settings;
    const missing = distinctIds(options.required).filter((id) => !includesId(observed, id));
    const unwanted = distinctIds(observed).filter((id) => !isAllowed(id, options));
    const isUndecided = missing.length > 0 || (options.allowed !== null && unwanted.length === 0);
    const present: Outcome[] = unwanted.map((id) => ({
      path: `${IDENTITIES}[${nameIn(observed, id)}]`,
      observed: id,
      desired: 'not on the pool',
      why: `The pool has the identity ${id}, which is not among the allowed ones: whatever runs on its nodes can act as it.`,
      fix: manual(howToRemove(id, pool, snapshot)),
    }));
    const unseen = isUndecided ? mayLack(pool, 'identities') : null;
    if (unseen !== null) return [{ path: IDENTITIES, unknown: unseen }, ...present];
    return [...add(pool, missing), ...present];
  },
});

interface Options {
  readonly required: readonly string[];
  readonly allowed: readonly string[] | null;
}

/** What is required is allowed. */
function isAllowed(id: string, { required, allowed }: Options): boolean {
  return allowed === null || includesId(allowed, id) || includesId(required, id);
}

function add(pool: Pool, missing: readonly string[]): Outcome[] {
  if (missing.length === 0) return [];
  const { identityIds: observed } = pool.settings;
  const desired = [...observed, ...missing];
  const why = `The pool lacks ${missing.join(' and ')}, which it is required to have.`;
  return [{ path: IDENTITIES, observed, desired, why, fix: addIdentities(pool, missing) }];
}

function howToRemove(id: string, pool: Pool, snapshot: Snapshot): string {
  const isAlone = distinctIds(pool.settings.identityIds).length === 1;
  const fixed = whatKeepsIt(id, pool);
  const remove =
    fixed.length > 0
      ? [`make a new pool without it, ${fixed.join(', and ')}`, 'move the jobs to it, and delete this pool']
      : [
          'resize the pool to zero nodes: a node keeps the identities that it was made with',
          isAlone ? 'remove it, with None as the type of identity' : 'remove it, sending all other identities',
          'give the pool its nodes back',
        ];
  const steps = inOrder(
    `see that no task refers to ${id} or takes a token with it: no body of a pool shows tasks`,
    ...whatElseNamesIt(id, pool, snapshot),
    ...remove,
  );
  return `${steps} If it is to stay, name it in option allowed.`;
}

function whatElseNamesIt(id: string, { identityReferences }: Pool, { account }: Snapshot): string[] {
  const references = identityReferences.filter(
    ({ identityId, path }) => sameId(identityId, id) && !OF_DISK_KEY.test(path),
  );
  const autoStorage = 'known' in account ? autoStorageOf(account.known) : account;
  const nodeIdentityId = 'known' in autoStorage ? (autoStorage.known?.nodeIdentityId ?? null) : null;
  return [
    ...references.map(({ path }) => `name another identity of the pool, or none, at ${path}`),
    ...('unknown' in autoStorage ? ["see that the account's nodeIdentityReference does not name it"] : []),
    ...(nodeIdentityId !== null && sameId(nodeIdentityId, id)
      ? ["name another identity in the account's nodeIdentityReference, one that every pool that uses auto-storage has"]
      : []),
  ];
}

/** A pool whose disks cannot get at their key loses its nodes, and its disks are encrypted once and for all. */
const OF_DISK_KEY = /\.diskEncryptionConfiguration\.customerManagedKey\./;

/** What another pool has to have otherwise, since this one cannot be without the identity. */
function whatKeepsIt(id: string, pool: Pool): string[] {
  const extensions = extensionsAs(id, pool);
  const encryptsDisks = pool.identityReferences.some(
    ({ identityId, path }) => sameId(identityId, id) && OF_DISK_KEY.test(path),
  );
  return [
    ...(extensions.length > 0 ? [`whose Key Vault extension ${extensions.join(' and ')} uses another identity`] : []),
    ...(encryptsDisks ? ['whose disks are encrypted with another identity that may use the key'] : []),
  ];
}

/** The names of the Key Vault extensions that sign in as the identity. */
function extensionsAs(id: string, { identities, keyVaultExtensions }: Pool): string[] {
  const clientIds = identities.filter((identity) => sameId(identity.id, id)).flatMap(({ clientId }) => clientId ?? []);
  return keyVaultExtensions
    .filter(({ settings }) => settings?.clientId && includesId(clientIds, settings.clientId))
    .map(({ name }) => name);
}
