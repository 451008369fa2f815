import { idKey } from '../../shared/core/model/resource-id.ts';
import { BUILT_IN_ROLES } from './built-in-roles.ts';
import type { Json } from './json.ts';
import { copied, text } from './json.ts';

/** Who is in a group: the principal ids of its members, groups among them, by its own. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/** What there is beside Batch: the bodies of other providers, by id. */
export class Resources {
  readonly #bodies = new Map<string, Json>();
  readonly #groups: Groups;

  constructor(groups: Groups = {}) {
    this.#groups = groups;
    for (const role of BUILT_IN_ROLES) this.put(role);
  }

  /** Adds or replaces. */
  put(body: Json): void {
    const id = text(body['id']);
    if (!id.startsWith('/') || !/\/providers\//i.test(id)) throw new Error(`Not the id of a resource: ${id}`);
    this.#bodies.set(idKey(id), copied(body));
  }

  delete(id: string): void {
    if (!this.#bodies.delete(idKey(id))) throw new Error(`There is no ${id}`);
  }

  get(id: string): Json | null {
    return this.#bodies.get(idKey(id)) ?? null;
  }

  /** All of a type such as `Microsoft.Authorization/roleAssignments`, in the order of their ids. */
  ofType(type: string): Json[] {
    const kind = new RegExp(`/providers/${type.replaceAll('.', '\\.')}/[^/]+$`, 'i');
    return [...this.#bodies]
      .filter(([key]) => kind.test(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, body]) => body);
  }

  /** Those whose ids are this path and a name, in the order of their ids. */
  below(path: string): Json[] {
    const prefix = `${idKey(path)}/`;
    return [...this.#bodies]
      .filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes('/'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, body]) => body);
  }

  /** The principal and every group that holds it, straight or through other groups; in lower case. */
  assigneesOf(principalId: string): ReadonlySet<string> {
    const found = new Set([idKey(principalId)]);
    // A set that grows while it is walked is walked to its end.
    for (const member of found)
      for (const [group, members] of Object.entries(this.#groups))
        if (members.some((id) => idKey(id) === member)) found.add(idKey(group));
    return found;
  }
}
