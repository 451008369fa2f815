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
    return named.some((pattern) => matches(pattern, name)) && !taken.some((pattern) => matches(pattern, name));
  });
}

/** Whether the pattern fits all of `name`: `*` stands for any text, slashes and nothing too; case does not matter. */
export function matches(pattern: string, name: string): boolean {
  const text = name.toLowerCase();
  const [head = '', ...rest] = pattern.toLowerCase().split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  // Each piece where it first fits leaves the most for those after it.
  let at = head.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}
