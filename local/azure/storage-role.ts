import { glob } from '../../shared/core/model/glob.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import type { Json } from './json.ts';
import { part, parts, text } from './json.ts';
import { principalOf } from './normalise.ts';
import type { Store } from './store.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** Whether a role that is in effect lets the principal do that to blobs of the storage account. */
export function mayDo(
  operation: 'read' | 'write',
  principalId: string,
  storageAccountId: string,
  { effects, resources }: Pick<Store, 'effects' | 'resources'>,
): boolean {
  const assignees = resources.assigneesOf(principalId);
  return effects.assignments().some((assignment) => {
    const { scope, principalId: assignee, roleDefinitionId } = part(assignment, 'properties');
    if (!assignees.has(idKey(text(assignee)))) return false;
    if (!`${idKey(storageAccountId)}/`.startsWith(`${idKey(text(scope)).replace(/\/+$/, '')}/`)) return false;
    return grants(roleOf(text(roleDefinitionId), resources), `${BLOBS}/${operation}`);
  });
}

/** A built-in role is at every scope, and stored at none. */
function roleOf(id: string, resources: Store['resources']): Json | null {
  return resources.get(id) ?? resources.get(id.slice(id.toLowerCase().lastIndexOf('/providers/')));
}

function grants(role: Json | null, operation: string): boolean {
  return parts(part(role, 'properties'), 'permissions').some(({ dataActions, notDataActions }) => {
    const has = (patterns: unknown) =>
      Array.isArray(patterns) && patterns.some((pattern) => glob(text(pattern))(operation));
    return has(dataActions) && !has(notDataActions);
  });
}

/** The principals of an identity as a body has it. */
export function principalsOf(identity: Json): string[] {
  const own = text(identity['principalId']);
  const assigned = Object.keys(part(identity, 'userAssignedIdentities')).map((id) => principalOf(id).principalId);
  return own === '' ? assigned : [own, ...assigned];
}
