import { z } from 'zod';
import type { UserAssignedIdentity } from '../../core/model/identity.ts';
import { sameId } from '../../core/model/resource-id.ts';
import { type JsonObject, without } from './json-object.ts';

const Entry = z.looseObject({ principalId: z.string().nullish(), clientId: z.string().nullish() });

/** The `identity` of an account or a pool. */
export const IdentityBody = z.looseObject({
  type: z.string().nullish(),
  principalId: z.string().nullish(),
  tenantId: z.string().nullish(),
  userAssignedIdentities: z.record(z.string(), Entry.nullable()).nullish(),
});
type IdentityBody = z.infer<typeof IdentityBody> | null | undefined;

/** As it says; an identity that only the body's other fields show is one. */
export function decodeIdentityType(body: IdentityBody): string | null {
  if (body?.type) return body.type;
  const shown = [
    ...(body?.principalId ? ['SystemAssigned'] : []),
    ...(decodeIdentityIds(body).length > 0 ? ['UserAssigned'] : []),
  ];
  return shown.join(', ') || null;
}

export function decodeUserAssigned(body: IdentityBody): UserAssignedIdentity[] {
  return Object.entries(body?.userAssignedIdentities ?? {}).map(([id, entry]) => ({
    id,
    principalId: entry?.principalId ?? null,
    clientId: entry?.clientId ?? null,
  }));
}

export function decodeIdentityIds(body: IdentityBody): string[] {
  return Object.keys(body?.userAssignedIdentities ?? {});
}

/** The identity that has exactly these user-assigned ones: unknown fields of those that stay are kept, read-only ones not. */
export function encodeIdentity(raw: unknown, ids: readonly string[]): JsonObject {
  if (ids.length === 0) return { type: 'None' };
  const { userAssignedIdentities, ...whole } = IdentityBody.nullish().parse(raw) ?? {};
  const known = Object.entries(userAssignedIdentities ?? {});
  const entries = ids.map((id): [string, JsonObject] => {
    const [name, entry] = known.find(([key]) => sameId(key, id)) ?? [id, null];
    return [name, without(entry ?? {}, 'principalId', 'clientId')];
  });
  const rest = without(whole, 'principalId', 'tenantId');
  return { ...rest, type: 'UserAssigned', userAssignedIdentities: Object.fromEntries(entries) };
}
