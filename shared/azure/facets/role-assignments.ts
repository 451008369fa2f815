import { accessNeeded } from '../../core/identities/storage-access.ts';
import { type Grant, mayDo, READING, WRITING } from '../../core/identities/storage-rights.ts';
import { type ArmId, below, parseArmId } from '../../core/model/arm-id.ts';
import type { StorageAccess } from '../../core/model/facet.ts';
import { nameOf } from '../../core/model/ids.ts';
import { type Reading, unreadable } from '../../core/model/reading.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import { isStorageAccountId, reachOf } from '../../core/model/storage-account-id.ts';
import { ArmError, saysResourceGone } from '../arm/arm-error.ts';
import { readDenials } from './deny-assignments.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';
import { bearsOn, RoleAssignmentBody, RoleDefinitionBody } from './role-bodies.ts';

/**
 * The first that shows conditions.
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
const API = '2022-04-01';
const PRINCIPAL_ID = /^[0-9a-z-]+$/i;
/** At the end of an ARM id of any scope. */
const ROLE_DEFINITION = /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-z-]+$/i;

/** What the account's and the node identity may do on the auto-storage account. */
export async function readStorageAccess(
  reads: ProviderReads,
  seen: Snapshot,
): Promise<Reading<readonly StorageAccess[]>> {
  return { known: await Promise.all(accessNeeded(seen).map((pair) => readAccess(reads, pair))) };
}

type Pair = Pick<StorageAccess, 'principalId' | 'storageAccountId'>;

async function readAccess(reads: ProviderReads, { principalId, storageAccountId }: Pair): Promise<StorageAccess> {
  const pair = { principalId, storageAccountId };
  if (!isStorageAccountId(storageAccountId) || !PRINCIPAL_ID.test(principalId)) {
    const unknown = { unknown: unreadable('the id of the storage account or of the principal is not as expected') };
    return { ...pair, isGone: false, readBlobs: unknown, writeBlobs: unknown };
  }
  const [grants, denials] = await Promise.all([
    tryReading('role assignments on the storage account', () =>
      unlessGone(readGrants(reads, principalId, storageAccountId)),
    ),
    readDenials(reads, principalId, storageAccountId),
  ]);
  if ('unknown' in grants) return { ...pair, isGone: false, readBlobs: grants, writeBlobs: grants };
  if (grants.known === null)
    return { ...pair, isGone: true, readBlobs: { known: false }, writeBlobs: { known: false } };
  return {
    ...pair,
    isGone: false,
    readBlobs: mayDo(READING, grants.known, denials),
    writeBlobs: mayDo(WRITING, grants.known, denials),
  };
}

/** Null when Azure says that there is no such storage account: nobody may do anything there, at this look or another. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ArmError && saysResourceGone(error)) return null;
    throw error;
  }
}

/** Of the principal's assignments at, above and below the storage account, those of its groups too. */
async function readGrants(
  reads: ProviderReads,
  principalId: string,
  storageAccountId: ArmId,
): Promise<Reading<Grant>[]> {
  const path = below(storageAccountId, 'providers/Microsoft.Authorization/roleAssignments');
  const filter = `assignedTo('${principalId}')`;
  const bodies = await reads.items(path, API, { filter, mayHold: bearsOn(storageAccountId) });
  const assignments = bodies.map((body) => RoleAssignmentBody.parse(body));
  return Promise.all(assignments.map((assignment) => readGrant(reads, assignment, storageAccountId)));
}

async function readGrant(
  reads: ProviderReads,
  { properties: { roleDefinitionId, scope, condition } }: RoleAssignmentBody,
  storageAccountId: string,
): Promise<Reading<Grant>> {
  const path = parseArmId(roleDefinitionId);
  if (path === null || !ROLE_DEFINITION.test(path))
    return { unknown: unreadable('the id of an assigned role is not as expected') };
  const id = nameOf(path);
  return tryReading(`the role ${id}`, async () => {
    const { permissions, roleName } = RoleDefinitionBody.parse(await reads.body(path, API)).properties;
    return { permissions, doubt: doubtOf(`the role ${roleName ?? id}`, scope, condition ?? '', storageAccountId) };
  });
}

function doubtOf(role: string, scope: string, condition: string, storageAccountId: string): string | null {
  const reach = reachOf(scope, storageAccountId);
  if (reach === 'below') return `${role} holds only for a part of the storage account`;
  if (reach === 'elsewhere') return `${role} holds for ${scope}, and what that means here is not known`;
  return condition === '' ? null : `${role} is assigned with a condition, which is not evaluated`;
}
