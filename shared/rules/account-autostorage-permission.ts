import { z } from 'zod';
import { autoStorageOf, usesManagedIdentity } from '../core/identities/auto-storage.ts';
import { predictionOfThose } from '../core/identities/predict.ts';
import {
  identitiesSeen,
  isStorageGone,
  mayAccess,
  principalOf,
  STORAGE_RIGHTS,
  type StorageRight,
  writersOf,
} from '../core/identities/storage-access.ts';
import type { Account } from '../core/model/account.ts';
import type { AutoStorage } from '../core/model/account-settings.ts';
import { manual } from '../core/model/change.ts';
import { nameIn } from '../core/model/ids.ts';
import { isReadable } from '../core/model/pool.ts';
import { because, type UnknownReason, undecided } from '../core/model/reading.ts';
import { mayLack } from '../core/model/shows.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule, type Outcome } from '../core/policy/rule.ts';

/** Without a role on the storage account an identity opens nothing: uploads fail, and nodes get no packages. */
export const accountAutostoragePermission = defineRule({
  id: 'account-autostorage-permission',
  scope: 'account',
  title: 'The identities that use auto-storage may do so',
  advice: 'give the identity its role on the storage account',
  severity: 'high',
  sources: ['managed-identity-behaviour'],
  reads: [
    'properties.autoStorage',
    'identity',
    'pools[].identity',
    'pools[].properties.applicationPackages',
    'pools[].properties.startTask',
  ],
  sets: [],
  breaks: null,
  permissions: [],
  needs: { verdict: ['roleAssignments'] },
  options: z.strictObject({}),

  check(account, { snapshot }) {
    const facet = autoStorageOf(account);
    if ('unknown' in facet) return [{ path: 'properties.autoStorage', unknown: facet.unknown }];
    const { known: autoStorage } = facet;
    if (autoStorage === null || !usesManagedIdentity(autoStorage)) return [];
    if (isStorageGone(autoStorage.storageAccountId, snapshot.facets.roleAssignments)) return [gone(autoStorage)];
    return [...ofAccount(account, autoStorage, snapshot), ...ofNodes(autoStorage, snapshot)];
  },
});

/** Nobody may do anything there; which roles are missing is of no matter. */
function gone({ storageAccountId: observed }: AutoStorage): Outcome {
  const why = `Azure says that there is no storage account ${observed}: application packages cannot be uploaded, and nodes get none.`;
  return {
    path: 'properties.autoStorage.storageAccountId',
    observed,
    desired: 'a storage account',
    why,
    fix: manual(GONE),
  };
}

const GONE = inOrder(
  'see what became of the storage account: one that was deleted can be restored for 14 days, if no other has its name',
  "restore it, or set the account's autoStorage whole, with the id of another storage account, its authenticationMode and its nodeIdentityReference",
  'give the identity of the account the role Storage Blob Data Contributor there, and the node identity Storage Blob Data Reader',
  'upload again the application packages that the pools name',
);

interface Demand {
  readonly path: string;
  readonly principalId: string | null;
  /** Of the identity, for a person. */
  readonly name: string;
  readonly right: StorageRight;
  /** Sentences: what comes of it when no role grants the right. */
  readonly otherwise: readonly string[];
}

function ofAccount(account: Account, autoStorage: AutoStorage, snapshot: Snapshot): Outcome[] {
  const writers = writersOf(account.identity);
  if (writers.length === 0) {
    const unknown = whyNoneIsSeen(account);
    return unknown === null ? [] : [{ path: 'identity', unknown }];
  }
  const several = writers.length > 1 ? ['Batch may use any of its identities, so each needs the role.'] : [];
  const otherwise = ['Uploads of application packages will fail with AutoStorageNoPermission.', ...several];
  const ids = writers.flatMap(({ identityId }) => identityId ?? []);
  return writers.flatMap(({ name, identityId, principalId }) => {
    const path = identityId === null ? 'identity' : `identity.userAssignedIdentities[${nameIn(ids, identityId)}]`;
    return judge({ path, principalId, name, right: 'writeBlobs', otherwise }, autoStorage, snapshot);
  });
}

/** Why the account may have an identity though its body shows none; null when it has none: that is for another rule. */
function whyNoneIsSeen(account: Account): UnknownReason | null {
  const { type } = account.identity;
  if (type === null) return mayLack(account, 'the identity');
  return type.toLowerCase() === 'none' ? null : undecided(`which identities its type ${type} means is not known`);
}

function ofNodes(autoStorage: AutoStorage, snapshot: Snapshot): Outcome[] {
  const { nodeIdentityId } = autoStorage;
  if (nodeIdentityId === null) return [];
  const path = 'properties.autoStorage.nodeIdentityReference';
  const principalId = principalOf(nodeIdentityId, identitiesSeen(snapshot));
  const name = `the node identity ${nodeIdentityId}`;
  const otherwise = predictionOfThose(snapshot.pools.filter(isReadable), 2, snapshot);
  return judge({ path, principalId, name, right: 'readBlobs', otherwise }, autoStorage, snapshot);
}

function judge(
  { path, principalId, name, right, otherwise }: Demand,
  { storageAccountId }: AutoStorage,
  { facets }: Snapshot,
): Outcome[] {
  const { verb, role } = STORAGE_RIGHTS[right];
  const answer = mayAccess(right, principalId, storageAccountId, facets.roleAssignments);
  if ('unknown' in answer)
    return [
      { path, unknown: because(`whether ${name} may ${verb} in ${storageAccountId} is not known`, answer.unknown) },
    ];
  if (answer.known) return [];
  const fix = manual(
    inOrder(
      `open Access control (IAM) of the storage account ${storageAccountId}`,
      `assign the role ${role} there to ${name} (principal ${principalId})`,
    ),
  );
  const why = [`No role lets ${name} ${verb} in ${storageAccountId}.`, ...otherwise].join(' ');
  return [{ path, observed: `may not ${verb}`, desired: `may ${verb}`, why, fix }];
}
