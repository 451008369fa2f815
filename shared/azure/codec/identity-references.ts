import { z } from 'zod';
import type { IdentityReference, Pool } from '../../core/model/pool.ts';
import { blobMountName, fileName, REGISTRIES, registryName } from './place-names.ts';

const Reference = z.looseObject({ resourceId: z.string().nullish() }).nullish();
const Registry = z.looseObject({ registryServer: z.string().nullish(), identityReference: Reference });
const ResourceFile = z.looseObject({
  filePath: z.string().nullish(),
  httpUrl: z.string().nullish(),
  storageContainerUrl: z.string().nullish(),
  autoStorageContainerName: z.string().nullish(),
  identityReference: Reference,
});
const BlobMount = z.looseObject({
  accountName: z.string().nullish(),
  containerName: z.string().nullish(),
  relativeMountPath: z.string().nullish(),
  identityReference: Reference,
});

/** Where a pool's body can name an identity that its nodes are to use. */
const PoolReferences = z.looseObject({
  properties: z.looseObject({
    startTask: z
      .looseObject({
        resourceFiles: z.array(ResourceFile).nullish(),
        containerSettings: z.looseObject({ registry: Registry.nullish() }).nullish(),
      })
      .nullish(),
    deploymentConfiguration: z
      .looseObject({
        virtualMachineConfiguration: z
          .looseObject({
            containerConfiguration: z.looseObject({ containerRegistries: z.array(Registry).nullish() }).nullish(),
          })
          .nullish(),
      })
      .nullish(),
    mountConfiguration: z.array(z.looseObject({ azureBlobFileSystemConfiguration: BlobMount.nullish() })).nullish(),
  }),
});

/**
 * Every `identityReference` of a pool's body, and whether its start task takes files of auto-storage. Paths name files by
 * path, registries by server, mounts by mount path.
 */
export function poolReferences(body: unknown): Pick<Pool, 'identityReferences' | 'usesAutoStorageContainers'> {
  const { startTask, deploymentConfiguration, mountConfiguration } = PoolReferences.parse(body).properties;
  const registries = deploymentConfiguration?.virtualMachineConfiguration?.containerConfiguration?.containerRegistries;
  const files = startTask?.resourceFiles ?? [];
  const identityReferences = [
    ...files.map((file) => at(`properties.startTask.resourceFiles[${fileName(file)}]`, file.identityReference)),
    at('properties.startTask.containerSettings.registry', startTask?.containerSettings?.registry?.identityReference),
    ...(registries ?? []).map((registry) => at(`${REGISTRIES}[${registryName(registry)}]`, registry.identityReference)),
    ...(mountConfiguration ?? []).map(({ azureBlobFileSystemConfiguration: mount }) =>
      at(
        `properties.mountConfiguration[${blobMountName(mount ?? {})}].azureBlobFileSystemConfiguration`,
        mount?.identityReference,
      ),
    ),
  ].flat();
  return {
    identityReferences,
    usesAutoStorageContainers: files.some(({ autoStorageContainerName }) => !!autoStorageContainerName),
  };
}

function at(owner: string, reference: z.infer<typeof Reference>): IdentityReference[] {
  return reference?.resourceId ? [{ path: `${owner}.identityReference`, identityId: reference.resourceId }] : [];
}
