import type { Denial } from '../../core/identities/storage-rights.ts';
import { type ArmId, below } from '../../core/model/arm-id.ts';
import type { Reading } from '../../core/model/reading.ts';
import { sameId } from '../../core/model/resource-id.ts';
import { reachOf } from '../../core/model/storage-account-id.ts';
import { type ProviderReads, tryReading } from './provider-reads.ts';
import { bearsOn, DenyAssignmentBody } from './role-bodies.ts';

/** https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope */
const API = '2022-04-01';
/** https://learn.microsoft.com/azure/role-based-access-control/deny-assignments */
const EVERYONE = '00000000-0000-0000-0000-000000000000';

/**
 * The deny assignments at or above a storage account that may be meant for a principal. All are read, for every
 * principal the same: no filter by principal is documented to show those for everyone.
 */
export function readDenials(
  reads: ProviderReads,
  principalId: string,
  storageAccountId: ArmId,
): Promise<Reading<readonly Denial[]>> {
  return tryReading('deny assignments on the storage account', async () => {
    const path = below(storageAccountId, 'providers/Microsoft.Authorization/denyAssignments');
    const ofScopes = { filter: 'atScope()', mayHold: bearsOn(storageAccountId) };
    return (await reads.items(path, API, ofScopes))
      .map((body) => DenyAssignmentBody.parse(body))
      .filter((body) => reaches(body, storageAccountId) && mayMean(body, principalId))
      .map(({ name, properties: { denyAssignmentName, permissions } }) => ({
        name: denyAssignmentName ?? name ?? 'without a name',
        permissions,
      }));
  });
}

function reaches({ properties }: DenyAssignmentBody, storageAccountId: string): boolean {
  const { doNotApplyToChildScopes, scope } = properties;
  const isAbove = typeof scope === 'string' && reachOf(scope, storageAccountId) === 'above';
  return !(isAbove && doNotApplyToChildScopes === true);
}

/** The members of groups are not read: one may hold the principal. */
function mayMean({ properties: { principals, excludePrincipals } }: DenyAssignmentBody, principalId: string): boolean {
  const isPrincipal = (id: string | null | undefined) => typeof id === 'string' && sameId(id, principalId);
  if ((excludePrincipals ?? []).some(({ id }) => isPrincipal(id))) return false;
  return principals.some(({ id, type }) => {
    if (isPrincipal(id) || id === EVERYONE) return true;
    return !['user', 'serviceprincipal'].includes(type?.toLowerCase() ?? '');
  });
}
