import { z } from 'zod';
import { autoStorageOf, usesAutoStorage, usesManagedIdentity } from '../core/identities/auto-storage.ts';
import { predictionOfThose } from '../core/identities/predict.ts';
import { rightAndRole } from '../core/identities/storage-access.ts';
import type { AutoStorage } from '../core/model/account-settings.ts';
import { manual, setAccount } from '../core/model/change.ts';
import { distinctIds, IdentityId, includesId } from '../core/model/ids.ts';
import { isReadable, type Pool } from '../core/model/pool.ts';
import { because, notShown, together, type UnknownReason, unreadable } from '../core/model/reading.ts';
import { poolName } from '../core/model/resource-id.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** Nodes read auto-storage with the identity that the account names; where it names none they have none. */
export const accountNodeIdentity = defineRule({
  id: 'account-node-identity',
  scope: 'account',
  title: 'The account names the identity with which nodes read auto-storage',
  advice: 'name the identity with which nodes read auto-storage',
  severity: 'high',
  sources: ['managed-identity-behaviour', 'pool-identities'],
  reads: [
    'properties.autoStorage',
    'identity.type',
    'pools[].properties.applicationPackages',
    'pools[].properties.startTask',
    'pools[].identity',
  ],
  sets: ['autoStorage'],
  breaks: 'application packages on nodes that lack the identity, or whose identity lacks a role',
  permissions: ['Microsoft.Batch/batchAccounts/write'],
  options: z.strictObject({
    identityId: IdentityId.optional(),
  }),

  check(account, { options, snapshot }) {
    const path = 'properties.autoStorage.nodeIdentityReference';
    const facet = autoStorageOf(account);
    if ('unknown' in facet) return [{ path: 'properties.autoStorage', unknown: facet.unknown }];
    const { known: autoStorage } = facet;
    if (autoStorage === null || !usesManagedIdentity(autoStorage) || autoStorage.nodeIdentityId !== null) return [];

    const users = snapshot.pools.filter(isReadable).filter(usesAutoStorage);
    const unseen = together(whatWasNotSeen(snapshot));
    if (users.length === 0)
      return unseen === null
        ? []
        : [{ path, unknown: because('whether a pool uses auto-storage is not known', unseen) }];

    const { identityId } = options;
    const fix =
      identityId === undefined
        ? manual(whatToDo(autoStorage, users, unseen))
        : setAccount(account, { autoStorage: { ...autoStorage, nodeIdentityId: identityId } });
    const desired = identityId ?? 'a user-assigned identity that these pools have';
    const systemAssigned = account.identity.type?.toLowerCase() === 'systemassigned';
    return [{ path, observed: null, desired, why: whatIsWrong(users, systemAssigned, snapshot), fix }];
  },
});

function whatWasNotSeen({ complete, problems, pools }: Snapshot): UnknownReason[] {
  return [
    ...(complete ? [] : [notShown('the account could not be read whole'), ...problems]),
    ...pools.flatMap((pool) => {
      if (!isReadable(pool)) return [unreadable(`pool ${poolName(pool)}: ${pool.unreadable}`)];
      return pool.shows === 'all' ? [] : [notShown(`the body of pool ${poolName(pool)} is partial`)];
    }),
  ];
}

function commonIdentities(pools: readonly Pool[]): string[] {
  const [first = [], ...others] = pools.map(({ settings }) => settings.identityIds);
  return distinctIds(first).filter((id) => others.every((ids) => includesId(ids, id)));
}

function whatIsWrong(users: readonly Pool[], systemAssigned: boolean, snapshot: Snapshot): string {
  return [
    `The account names no node identity, and its auto-storage is read by ${names(users)}.`,
    ...(systemAssigned
      ? ["The account's own identity is system-assigned and cannot serve pools: they need a user-assigned one."]
      : []),
    ...predictionOfThose(users, 3, snapshot),
  ].join(' ');
}

function whatToDo({ storageAccountId }: AutoStorage, users: readonly Pool[], unseen: UnknownReason | null): string {
  const last = "name it in the account's nodeIdentityReference, or as option identityId of this rule";
  const role = rightAndRole('readBlobs', storageAccountId);
  const common = unseen === null ? commonIdentities(users) : [];
  if (common.length > 0) {
    const which = `${common.length === 1 ? '' : 'one of '}${common.join(', ')}`;
    return inOrder(`choose ${which}, if it is yours (who writes pools chose it), and let it ${role}`, last);
  }
  const reason =
    unseen === null
      ? `No identity is common to ${names(users)}.`
      : `Which identity all pools have is not known: ${unseen.message}.`;
  const choose = `choose a user-assigned identity and let it ${role}`;
  return `${reason} ${inOrder(choose, `add it to ${names(users)}, at zero nodes`, last)}`;
}

function names(pools: readonly Pool[]): string {
  return `${pools.length === 1 ? 'pool' : 'pools'} ${listed(pools.map(poolName))}`;
}
