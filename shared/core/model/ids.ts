import { z } from 'zod';
import { parseSubscription } from './arm-id.ts';
import { found } from './found.ts';
import { idKey, isIdentityId, sameId } from './resource-id.ts';

/** The id of a subscription. */
export const SubscriptionId = z
  .string()
  .refine((text) => parseSubscription(text) !== null, 'a subscription id has letters, digits and hyphens only');

const IDENTITY =
  'must be the ARM id of a user-assigned identity, such as /subscriptions/.../userAssignedIdentities/NAME';

/** An option that names a user-assigned identity. */
export const IdentityId = z.string().refine(isIdentityId, { error: ({ input }) => `${IDENTITY}; ${found(input)}` });

/** What an ARM id ends with: the resource's own name, for people. */
export function nameOf(id: string): string {
  return (id.startsWith('/') && id.slice(id.lastIndexOf('/') + 1)) || id;
}

/** Of ids that differ only in case, the first. */
export function distinctIds(ids: readonly string[]): string[] {
  if (ids.length < 2) return [...ids];
  const first = new Map<string, string>();
  for (const id of ids) {
    const key = idKey(id);
    if (!first.has(key)) first.set(key, id);
  }
  return [...first.values()];
}

export function includesId(ids: readonly string[], id: string): boolean {
  return ids.some((other) => sameId(other, id));
}

/** The name of the resource, or its whole id where another of them has the same name. */
export function nameIn(ids: readonly string[], id: string): string {
  const same = distinctIds(ids).filter((other) => sameId(nameOf(other), nameOf(id)));
  return same.length > 1 ? id : nameOf(id);
}
