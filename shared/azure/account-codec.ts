import { z } from 'zod';
import type { Account, AccountSettings, AutoStorage } from '../core/snapshot.ts';
import { Identity, type JsonObject } from './identity-codec.ts';

const AutoStorageBody = z.looseObject({
  storageAccountId: z.string(),
  authenticationMode: z.string().nullish(),
  nodeIdentityReference: z.looseObject({ resourceId: z.string().nullish() }).nullish(),
});

/** A Batch account as ARM answers it; only what is judged or written is named. */
const AccountBody = z.looseObject({
  id: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  identity: Identity.nullish(),
  properties: z.looseObject({
    provisioningState: z.string().nullish(),
    allowedAuthenticationModes: z.array(z.string()).nullish(),
    autoStorage: AutoStorageBody.nullish(),
  }),
});

/** @throws ZodError, which names the path of what does not parse. */
export function decodeAccount(body: unknown): Account {
  const { id, tags, identity, properties } = AccountBody.parse(body);
  return {
    id,
    tags: tags ?? {},
    provisioningState: properties.provisioningState ?? null,
    identity: {
      type: identity?.type ?? null,
      principalId: identity?.principalId ?? null,
      userAssigned: identity?.userAssigned ?? [],
    },
    settings: {
      authenticationModes: properties.allowedAuthenticationModes ?? null,
      autoStorage: decodeAutoStorage(properties.autoStorage ?? null),
    },
    source: body,
  };
}

function decodeAutoStorage(body: z.infer<typeof AutoStorageBody> | null): AutoStorage | null {
  if (body === null) return null;
  const { storageAccountId, authenticationMode, nodeIdentityReference } = body;
  return {
    storageAccountId,
    authenticationMode: authenticationMode ?? null,
    nodeIdentityId: nodeIdentityReference?.resourceId ?? null,
  };
}

/** The smallest PATCH that reaches `set` from the body that `account` was read from. */
export function encodeAccount(account: Account, set: Partial<AccountSettings>): JsonObject {
  const { properties } = AccountBody.parse(account.source);
  return {
    properties: {
      ...(set.authenticationModes === undefined ? {} : { allowedAuthenticationModes: set.authenticationModes }),
      ...(set.autoStorage === undefined
        ? {}
        : { autoStorage: encodeAutoStorage(properties.autoStorage, set.autoStorage) }),
    },
  };
}

/** Nested objects are replaced whole, so all of it is sent, without `lastKeySync`, which is only ever answered. */
function encodeAutoStorage(body: z.infer<typeof AutoStorageBody> | null | undefined, wanted: AutoStorage | null) {
  if (wanted === null) return null;
  const {
    lastKeySync: _,
    authenticationMode: __,
    nodeIdentityReference,
    ...rest
  }: Partial<z.infer<typeof AutoStorageBody>> = body ?? {};
  return {
    ...rest,
    storageAccountId: wanted.storageAccountId,
    ...(wanted.authenticationMode === null ? {} : { authenticationMode: wanted.authenticationMode }),
    ...(wanted.nodeIdentityId === null
      ? {}
      : { nodeIdentityReference: { ...nodeIdentityReference, resourceId: wanted.nodeIdentityId } }),
  };
}
