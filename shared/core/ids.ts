import { idKey, sameId } from './resource-id.ts';

/** What an ARM id ends with: the resource's own name, for people. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1) || id;
}

/** Of ids that differ only in case, the first. */
export function distinctIds(ids: readonly string[]): string[] {
  return [...Map.groupBy(ids, idKey).values()].flatMap(([first]) => first ?? []);
}

export function includesId(ids: readonly string[], id: string): boolean {
  return ids.some((other) => sameId(other, id));
}
