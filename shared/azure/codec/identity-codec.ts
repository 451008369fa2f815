import { z } from 'zod';
import type { UserAssignedIdentity } from '../../core/model/identity.ts';
import { type JsonObject, without } from './json-object.ts';

const Entry = z.looseObject({ principalId: z.string().nullish(), clientId: z.string().nullish() });

/** The `identity` of an account or a pool. */
export const IdentityBody = z
  .looseObject({
    type: z.string().nullish(),
    principalId: z.string().nullish(),
    tenantId: z.string().nullish(),
    userAssignedIdentities: z.record(z.string(), Entry.nullable()).nullish(),
  })
  .transform((identity) => ({ ...identity, userAssigned: userAssigned(identity.userAssignedIdentities ?? {}) }));

function userAssigned(map: Readonly<Record<string, z.infer<typeof Entry> | null>>): UserAssignedIdentity[] {
  return Object.entries(map).map(([id, entry]) => ({
    id,
    principalId: entry?.principalId ?? null,
    clientId: entry?.clientId ?? null,
  }));
}

/** The identity that has exactly these user-assigned ones: unknown fields of those that stay are kept, read-only ones not. */
export function encodeIdentity(raw: unknown, ids: readonly string[]): JsonObject {
  if (ids.length === 0) return { type: 'None' };
  const { userAssignedIdentities, ...whole } = IdentityBody.nullish().parse(raw) ?? {};
  const known = Object.entries(userAssignedIdentities ?? {});
  const entries = ids.map((id): [string, JsonObject] => {
    const [name, entry] = known.find(([key]) => key.toLowerCase() === id.toLowerCase()) ?? [id, null];
    return [name, without(entry ?? {}, 'principalId', 'clientId')];
  });
  const rest = without(whole, 'userAssigned', 'principalId', 'tenantId');
  return { ...rest, type: 'UserAssigned', userAssignedIdentities: Object.fromEntries(entries) };
}
