import type { z } from 'zod';
import type { Account, PrivateEndpointConnection } from '../../core/model/account.ts';
import { ACCOUNT_SETTINGS, type AccountSettings } from '../../core/model/account-settings.ts';
import type { Shows } from '../../core/model/shows.ts';
import { AccountBody, type ConnectionBody } from './account-body.ts';
import { ACCOUNT_CODECS } from './account-settings-codec.ts';
import { isAccountBody } from './body-checks.ts';
import { decodeIdentityType, decodeUserAssigned } from './identity-codec.ts';
import type { JsonObject } from './json-object.ts';
import { decodeSettings, encodeSettings } from './setting-codec.ts';

/** @throws ZodError, which names the path of what does not parse. */
export function decodeAccount(source: unknown, shows: Shows): Account {
  const body = isAccountBody(source) ? source : AccountBody.parse(source);
  const { id, location, tags, identity, properties } = body;
  return {
    id,
    location: location ?? null,
    tags: tags ?? {},
    shows,
    identity: {
      type: decodeIdentityType(identity),
      principalId: identity?.principalId ?? null,
      userAssigned: decodeUserAssigned(identity),
    },
    keySource: decodeKeySource(properties.encryption),
    poolAllocationMode: properties.poolAllocationMode ?? null,
    privateEndpointConnections: (properties.privateEndpointConnections ?? []).map(decodeConnection),
    settings: decodeSettings(ACCOUNT_CODECS, body),
    source,
  };
}

/** A key that is named is used, also where the source is not said. */
function decodeKeySource(body: AccountBody['properties']['encryption']): string | null {
  return body?.keySource || (body?.keyVaultProperties?.keyIdentifier ? 'Microsoft.KeyVault' : null);
}

export function decodeConnection({ name, properties }: z.infer<typeof ConnectionBody>): PrivateEndpointConnection {
  return {
    name: name ?? '',
    status: properties?.privateLinkServiceConnectionState?.status ?? null,
    provisioningState: properties?.provisioningState ?? null,
    groupIds: properties?.groupIds ?? [],
  };
}

/** The smallest PATCH that reaches `set` from the body that `account` was read from. */
export function encodeAccount(account: Account, set: Partial<AccountSettings>): JsonObject {
  return encodeSettings(ACCOUNT_CODECS, ACCOUNT_SETTINGS, account.source, set);
}
