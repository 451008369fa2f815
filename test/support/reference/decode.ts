import { z } from 'zod';
import { AccountBody } from '../../../shared/azure/codec/account-body.ts';
import { ACCOUNT_CODECS } from '../../../shared/azure/codec/account-settings-codec.ts';
import { IdentityBody } from '../../../shared/azure/codec/identity-codec.ts';
import { identityReferences } from '../../../shared/azure/codec/identity-references.ts';
import { PoolBody } from '../../../shared/azure/codec/pool-body.ts';
import {
  decodeDiskEncryption,
  decodeImage,
  decodeKeyVaultExtensions,
  decodeLaunch,
  decodeStartTask,
} from '../../../shared/azure/codec/pool-parts-codec.ts';
import { placesIn } from '../../../shared/azure/codec/pool-places.ts';
import { POOL_CODECS } from '../../../shared/azure/codec/pool-settings-codec.ts';
import { secretPlaces } from '../../../shared/azure/codec/secret-places.ts';
import type { SettingCodecs } from '../../../shared/azure/codec/setting-codec.ts';
import type { Account } from '../../../shared/core/model/account.ts';
import type { Deployment, Pool } from '../../../shared/core/model/pool.ts';
import { keysOf } from '../../../shared/core/model/setting.ts';
import type { Shows } from '../../../shared/core/model/shows.ts';

/* Decoding as it was before there were checks: every body is parsed by its schema, and what is decoded is the copy. */

const Identity = IdentityBody.transform((identity) => ({
  ...identity,
  userAssigned: Object.entries(identity.userAssignedIdentities ?? {}).map(([id, entry]) => ({
    id,
    principalId: entry?.principalId ?? null,
    clientId: entry?.clientId ?? null,
  })),
}));

const ParsedAccount = AccountBody.extend({ identity: Identity.nullish() });

const ParsedPool = PoolBody.extend({
  identity: Identity.nullish(),
  properties: PoolBody.shape.properties.extend({ creationTime: z.string().pipe(z.coerce.date()).nullish() }),
});

function shownType(principalId: string | null | undefined, userAssigned: readonly unknown[]): string | null {
  if (userAssigned.length === 0) return principalId ? 'SystemAssigned' : null;
  return principalId ? 'SystemAssigned, UserAssigned' : 'UserAssigned';
}

export function slowDecodeAccount(source: unknown, shows: Shows): Account {
  const body = ParsedAccount.parse(source);
  const { id, location, tags, identity, properties } = body;
  return {
    id,
    location: location ?? null,
    tags: tags ?? {},
    shows,
    identity: {
      type: identity?.type || shownType(identity?.principalId, identity?.userAssigned ?? []),
      principalId: identity?.principalId ?? null,
      userAssigned: identity?.userAssigned ?? [],
    },
    keySource:
      properties.encryption?.keySource ||
      (properties.encryption?.keyVaultProperties?.keyIdentifier ? 'Microsoft.KeyVault' : null),
    poolAllocationMode: properties.poolAllocationMode ?? null,
    privateEndpointConnections: (properties.privateEndpointConnections ?? []).map((connection) => ({
      name: connection.name ?? '',
      status: connection.properties?.privateLinkServiceConnectionState?.status ?? null,
      provisioningState: connection.properties?.provisioningState ?? null,
      groupIds: connection.properties?.groupIds ?? [],
    })),
    settings: settingsOf(ACCOUNT_CODECS, body),
    source,
  };
}

export function slowDecodePool(source: unknown, shows: Shows): Pool {
  const parsed = ParsedPool.parse(source);
  const { creationTime } = parsed.properties;
  // What follows reads no time.
  const body = { ...parsed, properties: { ...parsed.properties, creationTime: null } };
  const { properties } = body;
  const deployment = properties.deploymentConfiguration;
  const machine = deployment?.virtualMachineConfiguration;
  const places = placesIn(body);
  return {
    id: body.id,
    shows,
    etag: body.etag ?? null,
    isNewer: properties.vmSize?.toLowerCase() === 'mix',
    creationTime: creationTime ?? null,
    deployment: deployment
      ? decodeDeployment(Boolean(deployment.cloudServiceConfiguration), machine?.nodeAgentSkuId)
      : null,
    interNodeCommunication: properties.interNodeCommunication?.toLowerCase() === 'enabled',
    subnetId: properties.networkConfiguration?.subnetId || null,
    hasIpv6: (properties.networkConfiguration?.publicIPAddressConfiguration?.ipFamilies ?? []).some(
      (family) => family.toLowerCase() === 'ipv6',
    ),
    hasIpTags: (properties.networkConfiguration?.publicIPAddressConfiguration?.ipTags ?? []).length > 0,
    usesApplicationPackages: (properties.applicationPackages ?? []).length > 0,
    usesAutoStorageContainers: places.some(
      (place) => place.kind === 'resource-file' && Boolean(place.file.autoStorageContainerName),
    ),
    identityReferences: identityReferences(places),
    identities: body.identity?.userAssigned ?? [],
    nodes: {
      dedicated: properties.currentDedicatedNodes ?? null,
      lowPriority: properties.currentLowPriorityNodes ?? null,
      allocationState: properties.allocationState ?? null,
    },
    startTask: decodeStartTask(properties.startTask),
    diskEncryption: decodeDiskEncryption(machine),
    image: decodeImage(machine),
    launch: decodeLaunch(machine),
    keyVaultExtensions: decodeKeyVaultExtensions(machine),
    secretPlaces: secretPlaces(places),
    settings: settingsOf(POOL_CODECS, body),
    source,
  };
}

function decodeDeployment(isCloudService: boolean, sku: string | undefined): Deployment {
  if (isCloudService || sku === undefined) return { kind: 'cloud-service', inferred: !isCloudService };
  return { kind: 'virtual-machine', windows: sku.toLowerCase().startsWith('batch.node.windows') };
}

function settingsOf<
  Body extends { identity?: { userAssigned: readonly { id: string }[] } | null | undefined },
  Settings extends object,
>(codecs: SettingCodecs<Body, Settings>, body: Body): Settings {
  const settings = Object.fromEntries(keysOf(codecs).map((key) => [key, codecs[key].decode(body)]));
  return { ...settings, identityIds: (body.identity?.userAssigned ?? []).map(({ id }) => id) } as Settings; // every key, by its own codec
}
