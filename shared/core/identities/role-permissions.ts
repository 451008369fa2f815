import { glob } from '../model/glob.ts';

/** One of the `permissions` of a role definition or a deny assignment; its entries may hold the wildcard `*`. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** Something that Azure grants or denies: on the control plane (an action) or on data (a data action). */
export interface Operation {
  readonly kind: 'action' | 'data action';
  /** `Microsoft.Storage/storageAccounts/blobServices/containers/read`. */
  readonly name: string;
}

/** Whether one of the permissions names the operation and does not take it out again. */
export function names(permissions: readonly Permission[], { kind, name }: Operation): boolean {
  return permissions.some(({ actions, notActions, dataActions, notDataActions }) => {
    const [named, taken] = kind === 'action' ? [actions, notActions] : [dataActions, notDataActions];
    return named.some((pattern) => glob(pattern)(name)) && !taken.some((pattern) => glob(pattern)(name));
  });
}
