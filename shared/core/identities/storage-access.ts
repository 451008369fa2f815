import type { StorageAccess } from '../model/facet.ts';
import type { AccountIdentity, UserAssignedIdentity } from '../model/identity.ts';
import { isReadable } from '../model/pool.ts';
import { notShown, type Reading, together } from '../model/reading.ts';
import { idKey, sameId } from '../model/resource-id.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** The account and its pools, as far as they were read. */
type Seen = Pick<Snapshot, 'account' | 'pools'>;

export type StorageRight = 'readBlobs' | 'writeBlobs';

/** How a person calls each right, and the built-in role for it. */
export const STORAGE_RIGHTS: { readonly [Right in StorageRight]: { readonly verb: string; readonly role: string } } = {
  readBlobs: { verb: 'read blobs', role: 'Storage Blob Data Reader' },
  writeBlobs: { verb: 'write blobs', role: 'Storage Blob Data Contributor' },
};

/** One identity of an account. */
interface Writer {
  /** For a person. */
  readonly name: string;
  /** Null for the system-assigned one. */
  readonly identityId: string | null;
  /** Null where the body does not show it. */
  readonly principalId: string | null;
}

/** The identities that the account may use to write to auto-storage: Batch does not say which of several it uses. */
export function writersOf({ type, principalId, userAssigned }: AccountIdentity): readonly Writer[] {
  const kinds = (type ?? '').toLowerCase().split(/, */);
  const system = { name: "the account's system-assigned identity", identityId: null, principalId };
  const users = userAssigned.map(({ id, principalId }) => ({
    name: `the account's identity ${id}`,
    identityId: id,
    principalId,
  }));
  return [...(kinds.includes('systemassigned') ? [system] : []), ...(kinds.includes('userassigned') ? users : [])];
}

/** "read blobs in … (role …)". */
export function rightAndRole(right: StorageRight, storageAccountId: string): string {
  const { verb, role } = STORAGE_RIGHTS[right];
  return `${verb} in ${storageAccountId} (role ${role})`;
}

/** The principal of that user-assigned identity: of those that show it, the first says. Null where none does. */
export function principalOf(identityId: string, identities: readonly UserAssignedIdentity[]): string | null {
  return principalsOf(identityId, identities)[0] ?? null;
}

/** The user-assigned identities that the account and its pools show, the account's first. */
export function identitiesSeen({ account, pools }: Seen): readonly UserAssignedIdentity[] {
  return [
    ...('known' in account ? account.known.identity.userAssigned : []),
    ...pools.filter(isReadable).flatMap(({ identities }) => identities),
  ];
}

/**
 * Whether that principal may do it on that storage account.
 * @param readings hold every pair of `accessNeeded`: a pair that they lack has no role
 */
export function mayAccess(
  right: StorageRight,
  principalId: string | null,
  storageAccountId: string,
  readings: Reading<readonly StorageAccess[]>,
): Reading<boolean> {
  if ('unknown' in readings) return readings;
  if (principalId === null) return { unknown: notShown('its principal was not read') };
  const answers = readings.known
    .filter((access) => sameId(access.principalId, principalId) && sameId(access.storageAccountId, storageAccountId))
    .map((access) => access[right]);
  if (answers.some((answer) => 'known' in answer && answer.known)) return { known: true };
  const unknown = together(answers.flatMap((answer) => ('unknown' in answer ? [answer.unknown] : [])));
  return unknown === null ? { known: false } : { unknown };
}

/** Whether Azure said that the storage account is not there. */
export function isStorageGone(storageAccountId: string, readings: Reading<readonly StorageAccess[]>): boolean {
  return (
    'known' in readings &&
    readings.known.some((access) => access.isGone && sameId(access.storageAccountId, storageAccountId))
  );
}

/**
 * Which principals' access to which storage account rules and predictions ask about: of every identity of the account
 * and of the node identity, on the auto-storage account, whatever its mode. Distinct pairs.
 */
export function accessNeeded(
  seen: Seen,
): readonly { readonly principalId: string; readonly storageAccountId: string }[] {
  if ('unknown' in seen.account) return [];
  const { identity, settings } = seen.account.known;
  if (settings.autoStorage === null) return [];
  const { storageAccountId, nodeIdentityId } = settings.autoStorage;
  const principals = [
    ...writersOf(identity).flatMap(({ principalId }) => principalId ?? []),
    ...(nodeIdentityId === null ? [] : principalsOf(nodeIdentityId, identitiesSeen(seen))),
  ];
  const distinct = new Map(principals.map((principalId) => [idKey(principalId), principalId]));
  return [...distinct.values()].map((principalId) => ({ principalId, storageAccountId }));
}

function principalsOf(identityId: string, identities: readonly UserAssignedIdentity[]): string[] {
  return identities.flatMap(({ id, principalId }) => (sameId(id, identityId) && principalId) || []);
}
