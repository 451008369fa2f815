import { z } from 'zod';
import { autoStorageOf, usesManagedIdentity } from '../core/identities/auto-storage.ts';
import {
  identitiesSeen,
  isStorageGone,
  mayAccess,
  principalOf,
  rightAndRole,
  type StorageRight,
  writersOf,
} from '../core/identities/storage-access.ts';
import type { Account } from '../core/model/account.ts';
import type { AutoStorage } from '../core/model/account-settings.ts';
import { manual, setAccount } from '../core/model/change.ts';
import { includesId } from '../core/model/ids.ts';
import { isReadable } from '../core/model/pool.ts';
import { undecided } from '../core/model/reading.ts';
import { poolName } from '../core/model/resource-id.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { whyNotAtZero } from '../core/model/zero-nodes.ts';
import { defineRule } from '../core/policy/rule.ts';

/** With storage keys, Batch holds a secret that opens the whole storage account; with an identity it holds none. */
export const accountAutostorageIdentity = defineRule({
  id: 'account-autostorage-identity',
  scope: 'account',
  title: 'Auto-storage is used with managed identities, not with keys',
  advice: 'open auto-storage with managed identities, not with keys',
  severity: 'high',
  sources: ['managed-identity-behaviour'],
  reads: ['properties.autoStorage', 'identity', 'pools[].identity'],
  sets: ['autoStorage'],
  breaks: 'application packages and task files, where an identity loses its role on the storage account',
  permissions: ['Microsoft.Batch/batchAccounts/write'],
  needs: { fix: ['roleAssignments'] },
  options: z.strictObject({}),

  check(account, { snapshot }) {
    const facet = autoStorageOf(account);
    if ('unknown' in facet) return [{ path: 'properties.autoStorage', unknown: facet.unknown }];
    const { known: autoStorage } = facet;
    if (autoStorage === null || usesManagedIdentity(autoStorage)) return [];
    const path = 'properties.autoStorage.authenticationMode';
    const { authenticationMode: observed } = autoStorage;
    const mode = observed?.toLowerCase() ?? 'storagekeys';
    const desired = 'BatchAccountManagedIdentity';
    if (mode !== 'storagekeys') return [{ path, unknown: undecided(`what the mode ${observed} means is not known`) }];
    const why = 'Batch opens auto-storage with its keys: whoever holds one has full rights.';
    const isGone = isStorageGone(autoStorage.storageAccountId, snapshot.facets.roleAssignments);
    const first = isGone
      ? [`link a storage account that is there: Azure says that there is no ${autoStorage.storageAccountId}`]
      : [];
    const missing = [
      ...first,
      ...missingOfAccount(account, autoStorage, snapshot),
      ...missingOfNodes(autoStorage, snapshot),
    ];
    const fix =
      missing.length === 0
        ? setAccount(account, { autoStorage: { ...autoStorage, authenticationMode: desired } })
        : manual(inOrder(...missing, lastStep(autoStorage, snapshot)));
    return [{ path, observed, desired, why, fix }];
  },
});

/** Batch does not say which of several identities it uses: each must be able to write. */
function missingOfAccount({ identity }: Account, { storageAccountId }: AutoStorage, snapshot: Snapshot): string[] {
  const writers = writersOf(identity);
  const role = rightAndRole('writeBlobs', storageAccountId);
  if (writers.length === 0) return [`give the account a managed identity and let it ${role}`];
  return writers.flatMap(({ name, principalId }) => {
    const reason = whyNotShown('writeBlobs', principalId, storageAccountId, snapshot);
    const all = writers.length > 1 ? '; Batch may use any of its identities, so each needs the role' : '';
    return reason === null ? [] : [`let ${name} ${role}: ${reason}${all}`];
  });
}

function missingOfNodes({ storageAccountId, nodeIdentityId }: AutoStorage, snapshot: Snapshot): string[] {
  if (hasNoPools(snapshot)) return [];
  const pools = snapshot.pools.filter(isReadable);
  const unread = snapshot.pools.flatMap((pool) => (isReadable(pool) ? [] : [pool.unreadable]));
  const reasons = snapshot.problems.length > 0 ? snapshot.problems.map(({ message }) => message) : unread;
  const whole =
    snapshot.complete && unread.length === 0
      ? []
      : [`see that the account can be read whole: ${listed(reasons, '; ')}`];
  const role = rightAndRole('readBlobs', storageAccountId);
  if (nodeIdentityId === null)
    return [
      `choose a user-assigned identity for the nodes and let it ${role}`,
      ...whole,
      `add that identity to every pool${named(pools)}`,
    ];
  const principalId = principalOf(nodeIdentityId, identitiesSeen(snapshot));
  const reason = whyNotShown('readBlobs', principalId, storageAccountId, snapshot);
  const without = pools.filter(({ settings }) => !includesId(settings.identityIds, nodeIdentityId));
  const atWork = pools.filter((pool) => !without.includes(pool) && whyNotAtZero(pool) !== null);
  return [
    ...(reason === null ? [] : [`let the node identity ${nodeIdentityId} ${role}: ${reason}`]),
    ...whole,
    ...(without.length === 0 ? [] : [`add ${nodeIdentityId} to every pool that lacks it${named(without)}`]),
    ...(atWork.length === 0
      ? []
      : [`see that all nodes of ${listed(atWork.map(poolName))} were made since: nodes keep the identities they had`]),
  ];
}

function lastStep({ nodeIdentityId }: AutoStorage, snapshot: Snapshot): string {
  const mode = 'authenticationMode of the auto-storage to BatchAccountManagedIdentity';
  if (nodeIdentityId !== null || hasNoPools(snapshot)) return `set ${mode}`;
  return `set, in one write, ${mode} and its nodeIdentityReference to the identity of the nodes`;
}

/** Why it is not shown that the principal may do it; null when it is shown. */
function whyNotShown(
  right: StorageRight,
  principalId: string | null,
  storageAccountId: string,
  { facets }: Snapshot,
): string | null {
  const answer = mayAccess(right, principalId, storageAccountId, facets.roleAssignments);
  if ('unknown' in answer) return `whether it may is not known (${answer.unknown.message})`;
  return answer.known ? null : 'no role allows it yet';
}

function hasNoPools({ complete, pools }: Snapshot): boolean {
  return complete && pools.length === 0;
}

function named(pools: readonly { readonly id: string }[]): string {
  return pools.length === 0 ? '' : ` (${listed(pools.map(poolName))}), each at zero nodes`;
}
