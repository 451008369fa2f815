import type { z } from 'zod';
import type { Deployment, Pool } from '../../core/model/pool.ts';
import { POOL_SETTINGS, type PoolSettings } from '../../core/model/pool-settings.ts';
import type { Shows } from '../../core/model/shows.ts';
import { isPoolBody } from './body-checks.ts';
import { decodeUserAssigned } from './identity-codec.ts';
import { identityReferences } from './identity-references.ts';
import type { JsonObject } from './json-object.ts';
import { type MachineBody, PoolBody } from './pool-body.ts';
import {
  decodeDiskEncryption,
  decodeImage,
  decodeKeyVaultExtensions,
  decodeLaunch,
  decodeStartTask,
} from './pool-parts-codec.ts';
import { placesIn } from './pool-places.ts';
import { POOL_CODECS } from './pool-settings-codec.ts';
import { secretPlaces } from './secret-places.ts';
import { decodeSettings, encodeSettings } from './setting-codec.ts';

/**
 * Instead of a size: which ones is shown only from 2026-08-01 on.
 * https://github.com/Azure/azure-rest-api-specs/pull/44528
 */
const SEVERAL_SIZES = 'mix';

/** @throws ZodError, which names the path of what does not parse. */
export function decodePool(source: unknown, shows: Shows): Pool {
  const body = isPoolBody(source) ? source : PoolBody.parse(source);
  const { properties } = body;
  const deployment = properties.deploymentConfiguration;
  const machine = deployment?.virtualMachineConfiguration;
  const places = placesIn(body);
  return {
    id: body.id,
    shows,
    etag: body.etag ?? null,
    isNewer: properties.vmSize?.toLowerCase() === SEVERAL_SIZES,
    creationTime: properties.creationTime ? new Date(properties.creationTime) : null,
    deployment: deployment ? decodeDeployment(Boolean(deployment.cloudServiceConfiguration), machine) : null,
    interNodeCommunication: properties.interNodeCommunication?.toLowerCase() === 'enabled',
    subnetId: properties.networkConfiguration?.subnetId || null,
    hasIpv6: hasIpv6(properties.networkConfiguration?.publicIPAddressConfiguration?.ipFamilies),
    hasIpTags: (properties.networkConfiguration?.publicIPAddressConfiguration?.ipTags ?? []).length > 0,
    usesApplicationPackages: (properties.applicationPackages ?? []).length > 0,
    usesAutoStorageContainers: places.some(
      (place) => place.kind === 'resource-file' && Boolean(place.file.autoStorageContainerName),
    ),
    identityReferences: identityReferences(places),
    identities: decodeUserAssigned(body.identity),
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
    settings: decodeSettings(POOL_CODECS, body),
    source,
  };
}

function decodeDeployment(
  isCloudService: boolean,
  machine: z.infer<typeof MachineBody> | null | undefined,
): Deployment {
  if (isCloudService || !machine) return { kind: 'cloud-service', inferred: !isCloudService };
  return { kind: 'virtual-machine', windows: machine.nodeAgentSkuId.toLowerCase().startsWith('batch.node.windows') };
}

/** A pool without the list has addresses of IPv4 alone. */
function hasIpv6(families: readonly string[] | null | undefined): boolean {
  return (families ?? []).some((family) => family.toLowerCase() === 'ipv6');
}

/** The smallest PATCH that reaches `set` from the body that `pool` was read from. @throws TypeError for users */
export function encodePool(pool: Pool, set: Partial<PoolSettings>): JsonObject {
  return encodeSettings(POOL_CODECS, POOL_SETTINGS, pool.source, set);
}
