import type { z } from 'zod';
import { type AccountSettings, ALL_MODES, type AutoStorage } from '../../core/model/account-settings.ts';
import { type AccountBody, AutoStorageBody } from './account-body.ts';
import { decodeIdentityIds, encodeIdentity } from './identity-codec.ts';
import { type JsonObject, without } from './json-object.ts';
import { decodeNetworkProfile, encodeNetworkProfile } from './network-profile-codec.ts';
import type { SettingCodecs } from './setting-codec.ts';

export const ACCOUNT_CODECS: SettingCodecs<AccountBody, AccountSettings> = {
  authenticationModes: {
    decode: ({ properties }) => properties.allowedAuthenticationModes ?? null,
    encode: (_raw, modes) => modes ?? ALL_MODES,
  },
  autoStorage: {
    decode: ({ properties }) => decodeAutoStorage(properties.autoStorage),
    encode: encodeAutoStorage,
  },
  identityIds: {
    decode: ({ identity }) => decodeIdentityIds(identity),
    encode: encodeIdentity,
  },
  publicNetworkAccess: {
    decode: ({ properties }) => properties.publicNetworkAccess || null,
    encode: (_raw, access) => access ?? 'Enabled',
  },
  networkProfile: {
    decode: ({ properties }) => decodeNetworkProfile(properties.networkProfile ?? null),
    encode: (_raw, profile) => encodeNetworkProfile(profile),
  },
};

function decodeAutoStorage(body: z.infer<typeof AutoStorageBody> | null | undefined): AutoStorage | null {
  if (!body) return null;
  const { storageAccountId, authenticationMode, nodeIdentityReference } = body;
  return {
    storageAccountId,
    authenticationMode: authenticationMode || null,
    nodeIdentityId: nodeIdentityReference?.resourceId || null,
  };
}

/** Without `lastKeySync`, which is only ever answered. */
function encodeAutoStorage(raw: unknown, wanted: AutoStorage | null): JsonObject | null {
  if (wanted === null) return null;
  const { nodeIdentityReference, ...whole } = AutoStorageBody.partial().nullish().parse(raw) ?? {};
  return {
    ...without(whole, 'lastKeySync', 'authenticationMode'),
    storageAccountId: wanted.storageAccountId,
    ...(wanted.authenticationMode === null ? {} : { authenticationMode: wanted.authenticationMode }),
    ...(wanted.nodeIdentityId === null
      ? {}
      : { nodeIdentityReference: { ...nodeIdentityReference, resourceId: wanted.nodeIdentityId } }),
  };
}
