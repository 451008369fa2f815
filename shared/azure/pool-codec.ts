import { z } from 'zod';
import type { NatPool } from '../core/nat-pool.ts';
import type { Deployment, Pool, PoolNodes, PoolSettings } from '../core/snapshot.ts';
import { decodeEndpoints, EndpointBody, encodeEndpoints } from './endpoint-codec.ts';
import { encodeIdentity, Identity, type JsonObject } from './identity-codec.ts';
import { identityReferences, usesAutoStorageContainers } from './identity-references.ts';

const NetworkBody = z.looseObject({
  subnetId: z.string().nullish(),
  publicIPAddressConfiguration: z.looseObject({ provision: z.string().nullish() }).nullish(),
  endpointConfiguration: EndpointBody.nullish(),
});

const DeploymentBody = z.looseObject({
  cloudServiceConfiguration: z.looseObject({}).nullish(),
  virtualMachineConfiguration: z.looseObject({ nodeAgentSkuId: z.string() }).nullish(),
});

const Targets = z.looseObject({
  targetDedicatedNodes: z.number().int().nullish(),
  targetLowPriorityNodes: z.number().int().nullish(),
});

/** A pool as ARM answers it; only what is judged or written is named. */
const PoolBody = z.looseObject({
  id: z.string(),
  etag: z.string().nullish(),
  identity: Identity.nullish(),
  properties: z.looseObject({
    creationTime: z.string().pipe(z.coerce.date()).nullish(),
    allocationState: z.string().nullish(),
    currentDedicatedNodes: z.number().int().nullish(),
    currentLowPriorityNodes: z.number().int().nullish(),
    scaleSettings: z.looseObject({ fixedScale: Targets.nullish(), autoScale: z.looseObject({}).nullish() }).nullish(),
    interNodeCommunication: z.string().nullish(),
    networkConfiguration: NetworkBody.nullish(),
    deploymentConfiguration: DeploymentBody.nullish(),
    applicationPackages: z.array(z.unknown()).nullish(),
  }),
});
type PoolProperties = z.infer<typeof PoolBody>['properties'];

/** @throws ZodError, which names the path of what does not parse. */
export function decodePool(body: unknown): Pool {
  const { id, etag, identity, properties } = PoolBody.parse(body);
  const network = properties.networkConfiguration;
  const identities = identity?.userAssigned ?? [];
  return {
    id,
    etag: etag ?? null,
    creationTime: properties.creationTime ?? null,
    deployment: decodeDeployment(properties.deploymentConfiguration),
    interNodeCommunication: properties.interNodeCommunication?.toLowerCase() === 'enabled',
    subnetId: network?.subnetId ?? null,
    publicIp: network?.publicIPAddressConfiguration?.provision ?? null,
    usesApplicationPackages: (properties.applicationPackages ?? []).length > 0,
    usesAutoStorageContainers: usesAutoStorageContainers(body),
    identityReferences: identityReferences(body),
    identities,
    nodes: decodeNodes(properties),
    settings: {
      identityIds: identities.map((entry) => entry.id),
      endpoints: decodeEndpoints(network?.endpointConfiguration),
    },
    source: body,
  };
}

function decodeDeployment(body: z.infer<typeof DeploymentBody> | null | undefined): Deployment | null {
  if (!body) return null;
  if (body.cloudServiceConfiguration) return { kind: 'cloud-service', inferred: false };
  const sku = body.virtualMachineConfiguration?.nodeAgentSkuId;
  if (sku === undefined) return { kind: 'cloud-service', inferred: true };
  return { kind: 'virtual-machine', windows: sku.toLowerCase().startsWith('batch.node.windows') };
}

function decodeNodes(properties: PoolProperties): PoolNodes {
  const { fixedScale, autoScale } = properties.scaleSettings ?? {};
  const scale = autoScale
    ? ({ kind: 'autoscale' } as const)
    : fixedScale
      ? ({
          kind: 'fixed',
          dedicated: fixedScale.targetDedicatedNodes ?? 0,
          lowPriority: fixedScale.targetLowPriorityNodes ?? 0,
        } as const)
      : null;
  return {
    dedicated: properties.currentDedicatedNodes ?? null,
    lowPriority: properties.currentLowPriorityNodes ?? null,
    allocationState: properties.allocationState ?? null,
    scale,
  };
}

/** The smallest PATCH that reaches `set` from the body that `pool` was read from. */
export function encodePool(pool: Pool, set: Partial<PoolSettings>): JsonObject {
  const { identity, properties } = PoolBody.parse(pool.source);
  return {
    ...(set.identityIds === undefined ? {} : { identity: encodeIdentity(identity, set.identityIds) }),
    ...(set.endpoints === undefined
      ? {}
      : { properties: { networkConfiguration: encodeNetwork(properties.networkConfiguration, set.endpoints) } }),
  };
}

/** Nested objects are replaced whole: everything but the endpoints is sent back as it was read. */
function encodeNetwork(body: z.infer<typeof NetworkBody> | null | undefined, endpoints: readonly NatPool[] | null) {
  const { endpointConfiguration, ...rest } = body ?? {};
  if (endpoints === null) return rest;
  return {
    ...rest,
    endpointConfiguration: encodeEndpoints(endpointConfiguration, endpoints),
  };
}
