import { z } from 'zod';
import type { Deployment, Pool, PoolNodes, PoolSettings } from '../../core/model/pool.ts';
import type { Shows } from '../../core/model/shows.ts';
import { decodeEndpoints, EndpointBody, encodeEndpoints } from './endpoint-codec.ts';
import { encodeIdentity, Identity, type JsonObject } from './identity-codec.ts';
import { poolReferences } from './identity-references.ts';
import {
  decodeDiskEncryption,
  decodeKeyVaultExtensions,
  decodeStartTask,
  decodeUser,
  MachineBody,
  StartTaskBody,
  UserBody,
} from './pool-parts-codec.ts';
import { secretPlaces } from './secret-places.ts';

const NetworkBody = z.looseObject({
  subnetId: z.string().nullish(),
  publicIPAddressConfiguration: z.looseObject({ provision: z.string().nullish() }).nullish(),
  endpointConfiguration: EndpointBody.nullish(),
});

const DeploymentBody = z.looseObject({
  cloudServiceConfiguration: z.looseObject({}).nullish(),
  virtualMachineConfiguration: MachineBody.nullish(),
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
    startTask: StartTaskBody.nullish(),
    userAccounts: z.array(UserBody).nullish(),
    certificates: z.array(z.looseObject({ id: z.string() })).nullish(),
    targetNodeCommunicationMode: z.string().nullish(),
    currentNodeCommunicationMode: z.string().nullish(),
  }),
});
type PoolProperties = z.infer<typeof PoolBody>['properties'];

/** @throws ZodError, which names the path of what does not parse. */
export function decodePool(body: unknown, shows: Shows): Pool {
  const { id, etag, identity, properties } = PoolBody.parse(body);
  const network = properties.networkConfiguration;
  const identities = identity?.userAssigned ?? [];
  const machine = properties.deploymentConfiguration?.virtualMachineConfiguration;
  return {
    id,
    shows,
    etag: etag ?? null,
    creationTime: properties.creationTime ?? null,
    deployment: decodeDeployment(properties.deploymentConfiguration),
    interNodeCommunication: properties.interNodeCommunication?.toLowerCase() === 'enabled',
    subnetId: network?.subnetId ?? null,
    usesApplicationPackages: (properties.applicationPackages ?? []).length > 0,
    ...poolReferences(body),
    identities,
    nodes: decodeNodes(properties),
    currentCommunicationMode: properties.currentNodeCommunicationMode ?? null,
    startTask: decodeStartTask(properties.startTask),
    diskEncryption: decodeDiskEncryption(machine),
    certificateIds: (properties.certificates ?? []).map((certificate) => certificate.id),
    keyVaultExtensions: decodeKeyVaultExtensions(machine),
    secretPlaces: secretPlaces(body),
    settings: {
      identityIds: identities.map((entry) => entry.id),
      endpoints: decodeEndpoints(network?.endpointConfiguration),
      publicIp: network?.publicIPAddressConfiguration?.provision ?? null,
      targetCommunicationMode: properties.targetNodeCommunicationMode ?? null,
      users: (properties.userAccounts ?? []).map(decodeUser),
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

/** The smallest PATCH that reaches `set` from the body that `pool` was read from. @throws TypeError for users */
export function encodePool(pool: Pool, set: Partial<PoolSettings>): JsonObject {
  const { identityIds, endpoints, publicIp, targetCommunicationMode, users } = set;
  if (users !== undefined) throw new TypeError('the list of users is written only with the secret of each');
  const { identity, properties } = PoolBody.parse(pool.source);
  const changed = {
    ...(endpoints === undefined && publicIp === undefined
      ? {}
      : { networkConfiguration: encodeNetwork(properties.networkConfiguration, { ...pool.settings, ...set }) }),
    ...(targetCommunicationMode === undefined
      ? {}
      : { targetNodeCommunicationMode: targetCommunicationMode ?? 'Default' }),
  };
  return {
    ...(identityIds === undefined ? {} : { identity: encodeIdentity(identity, identityIds) }),
    ...(Object.keys(changed).length === 0 ? {} : { properties: changed }),
  };
}

/** Nested objects are replaced whole: everything else is sent back as it was read. */
function encodeNetwork(
  body: z.infer<typeof NetworkBody> | null | undefined,
  { endpoints, publicIp }: Pick<PoolSettings, 'endpoints' | 'publicIp'>,
) {
  const { endpointConfiguration, publicIPAddressConfiguration, ...rest } = body ?? {};
  return {
    ...rest,
    ...encodePublicIp(publicIPAddressConfiguration, publicIp),
    ...(endpoints === null ? {} : { endpointConfiguration: encodeEndpoints(endpointConfiguration, endpoints) }),
  };
}

/** Addresses are named only where they are used. */
function encodePublicIp(body: z.infer<typeof NetworkBody>['publicIPAddressConfiguration'], provision: string | null) {
  const { ipAddressIds, provision: _, ...rest } = body ?? {};
  const unnamed = { ...rest, ...(provision === null ? {} : { provision }) };
  const isPrivate = provision?.toLowerCase() === 'nopublicipaddresses';
  const isNamed = Array.isArray(ipAddressIds) && ipAddressIds.length > 0;
  const whole = isNamed && !isPrivate ? { ...unnamed, ipAddressIds } : unnamed;
  return Object.keys(whole).length === 0 && !body ? {} : { publicIPAddressConfiguration: whole };
}
