import { type Reading, together, type UnknownReason, undecided } from '../model/reading.ts';
import { names, type Operation, type Permission } from './role-permissions.ts';

/** What one role assignment grants a principal. */
export interface Grant {
  readonly permissions: readonly Permission[];
  /** Why it may not hold for all of the storage account; null when it does. */
  readonly doubt: string | null;
}

/** A deny assignment that may be meant for a principal. */
export interface Denial {
  readonly name: string;
  readonly permissions: readonly Permission[];
}

const SERVICE = 'Microsoft.Storage/storageAccounts/blobServices';
const onData = (verb: string): Operation => ({ kind: 'data action', name: `${SERVICE}/containers/blobs/${verb}` });
const onService = (name: string): Operation => ({ kind: 'action', name: `${SERVICE}/${name}` });

/**
 * What Storage Blob Data Reader grants, as far as reading takes it.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
 */
export const READING: readonly Operation[] = [onData('read'), onService('containers/read')];

/** What Storage Blob Data Contributor grants, as far as Batch takes it. */
export const WRITING: readonly Operation[] = [
  onData('read'),
  onData('write'),
  onData('delete'),
  onService('containers/read'),
  onService('containers/write'),
  onService('generateUserDelegationKey/action'),
];

/**
 * Whether a principal may do all of `needed`. False when no role grants one of the data actions; what a role may grant,
 * an action that no role grants, and what may be denied are unknown.
 * @param grants of all role assignments of the principal; unknown where the role could not be read
 */
export function mayDo(
  needed: readonly Operation[],
  grants: readonly Reading<Grant>[],
  denials: Reading<readonly Denial[]>,
): Reading<boolean> {
  const open = needed
    .filter((operation) => !grants.some((grant) => isSure(grant) && names(grant.known.permissions, operation)))
    .map((operation) => ({ operation, doubts: doubtsOf(operation, grants) }));
  if (open.some(({ operation, doubts }) => operation.kind === 'data action' && doubts.length === 0))
    return { known: false };
  const unsure = inAnyOrder(
    open.flatMap(({ operation, doubts }) =>
      doubts.length > 0 ? doubts : [undecided(`no role grants the action ${operation.name}, which may be needed`)],
    ),
  );
  if (unsure !== null) return { unknown: unsure };
  if ('unknown' in denials) return denials;
  const denying = denials.known.filter(({ permissions }) => needed.some((operation) => names(permissions, operation)));
  const denied = inAnyOrder(denying.map(({ name }) => undecided(`the deny assignment ${name} may forbid it`)));
  return denied === null ? { known: true } : { unknown: denied };
}

function isSure(grant: Reading<Grant>): grant is { known: Grant } {
  return 'known' in grant && grant.known.doubt === null;
}

/** Why it is not known whether the operation is granted; none when nothing would grant it. */
function doubtsOf(operation: Operation, grants: readonly Reading<Grant>[]): UnknownReason[] {
  return grants.flatMap((grant) => {
    if ('unknown' in grant) return [grant.unknown];
    const { permissions, doubt } = grant.known;
    return doubt !== null && names(permissions, operation) ? [undecided(doubt)] : [];
  });
}

/** The same words whatever the order in which Azure lists what they are about. */
function inAnyOrder(reasons: readonly UnknownReason[]): UnknownReason | null {
  return together(reasons.toSorted((a, b) => (a.message < b.message ? -1 : 1)));
}
