import { z } from 'zod';
import { reachOf } from '../../core/model/storage-account-id.ts';

const Strings = z.array(z.string()).nullish();

export const Permission = z
  .looseObject({ actions: Strings, notActions: Strings, dataActions: Strings, notDataActions: Strings })
  .transform(({ actions, notActions, dataActions, notDataActions }) => ({
    actions: actions ?? [],
    notActions: notActions ?? [],
    dataActions: dataActions ?? [],
    notDataActions: notDataActions ?? [],
  }));

/** A role assignment as Microsoft.Authorization answers it at 2022-04-01. */
export const RoleAssignmentBody = z.looseObject({
  properties: z.looseObject({
    roleDefinitionId: z.string(),
    scope: z.string(),
    condition: z.string().nullish(),
  }),
});
export type RoleAssignmentBody = z.infer<typeof RoleAssignmentBody>;

export const RoleDefinitionBody = z.looseObject({
  properties: z.looseObject({ roleName: z.string().nullish(), permissions: z.array(Permission) }),
});

const Principal = z.looseObject({ id: z.string().nullish(), type: z.string().nullish() });

export const DenyAssignmentBody = z.looseObject({
  name: z.string().nullish(),
  properties: z.looseObject({
    denyAssignmentName: z.string().nullish(),
    permissions: z.array(Permission),
    scope: z.string().nullish(),
    doNotApplyToChildScopes: z.boolean().nullish(),
    principals: z.array(Principal),
    excludePrincipals: z.array(Principal).nullish(),
  }),
});
export type DenyAssignmentBody = z.infer<typeof DenyAssignmentBody>;

const ASSIGNMENT = /\/providers\/Microsoft\.Authorization\/(?:roleAssignments|denyAssignments)\/[^/]+$/i;

/** Whether the id is that of an assignment at, above or below a storage account. */
export function bearsOn(storageAccountId: string): (id: string) => boolean {
  return (id) => {
    const scope = id.search(ASSIGNMENT);
    return scope !== -1 && reachOf(id.slice(0, scope), storageAccountId) !== 'elsewhere';
  };
}
