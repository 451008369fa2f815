import { z } from 'zod';
import type { Account, AccountSettings, AutoStorage, PrivateEndpointConnection } from '../../core/model/account.ts';
import type { Shows } from '../../core/model/shows.ts';
import { encodeIdentity, Identity, type JsonObject } from './identity-codec.ts';
import { decodeNetworkProfile, encodeNetworkProfile, NetworkProfileBody } from './network-profile-codec.ts';

const AutoStorageBody = z.looseObject({
  storageAccountId: z.string(),
  authenticationMode: z.string().nullish(),
  nodeIdentityReference: z.looseObject({ resourceId: z.string().nullish() }).nullish(),
});

const ConnectionBody = z.looseObject({
  name: z.string().nullish(),
  properties: z
    .looseObject({
      provisioningState: z.string().nullish(),
      groupIds: z.array(z.string()).nullish(),
      privateLinkServiceConnectionState: z.looseObject({ status: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

/** A Batch account as ARM answers it; only what is judged or written is named. */
const AccountBody = z.looseObject({
  id: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  identity: Identity.nullish(),
  properties: z.looseObject({
    allowedAuthenticationModes: z.array(z.string()).nullish(),
    autoStorage: AutoStorageBody.nullish(),
    publicNetworkAccess: z.string().nullish(),
    networkProfile: NetworkProfileBody.nullish(),
    privateEndpointConnections: z.array(ConnectionBody).nullish(),
    encryption: z.looseObject({ keySource: z.string().nullish() }).nullish(),
    poolAllocationMode: z.string().nullish(),
  }),
});

/** @throws ZodError, which names the path of what does not parse. */
export function decodeAccount(body: unknown, shows: Shows): Account {
  const { id, tags, identity, properties } = AccountBody.parse(body);
  return {
    id,
    tags: tags ?? {},
    shows,
    identity: {
      type: identity?.type ?? null,
      principalId: identity?.principalId ?? null,
      userAssigned: identity?.userAssigned ?? [],
    },
    keySource: properties.encryption?.keySource ?? null,
    poolAllocationMode: properties.poolAllocationMode ?? null,
    privateEndpointConnections: (properties.privateEndpointConnections ?? []).map(decodeConnection),
    settings: {
      authenticationModes: properties.allowedAuthenticationModes ?? null,
      autoStorage: decodeAutoStorage(properties.autoStorage ?? null),
      identityIds: (identity?.userAssigned ?? []).map((entry) => entry.id),
      publicNetworkAccess: properties.publicNetworkAccess ?? null,
      networkProfile: decodeNetworkProfile(properties.networkProfile ?? null),
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

function decodeConnection({ name, properties }: z.infer<typeof ConnectionBody>): PrivateEndpointConnection {
  return {
    name: name ?? '',
    status: properties?.privateLinkServiceConnectionState?.status ?? null,
    provisioningState: properties?.provisioningState ?? null,
    groupIds: properties?.groupIds ?? [],
  };
}

/** The smallest PATCH that reaches `set` from the body that `account` was read from. */
export function encodeAccount(account: Account, set: Partial<AccountSettings>): JsonObject {
  const { identity, properties } = AccountBody.parse(account.source);
  const { authenticationModes, autoStorage, identityIds, publicNetworkAccess, networkProfile } = set;
  const changed = {
    ...(authenticationModes === undefined ? {} : { allowedAuthenticationModes: authenticationModes }),
    ...(autoStorage === undefined ? {} : { autoStorage: encodeAutoStorage(properties.autoStorage, autoStorage) }),
    ...(publicNetworkAccess === undefined ? {} : { publicNetworkAccess: publicNetworkAccess ?? 'Enabled' }),
    ...(networkProfile === undefined ? {} : { networkProfile: encodeNetworkProfile(networkProfile) }),
  };
  return {
    ...(identityIds === undefined ? {} : { identity: encodeIdentity(identity, identityIds) }),
    ...(Object.keys(changed).length === 0 ? {} : { properties: changed }),
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
