import { z } from 'zod';
import type { SecretPlace } from '../../core/model/pool-parts.ts';
import { blobMountName, fileName, REGISTRIES, registryName } from './place-names.ts';

const Text = z.string().nullish();
const Registry = z.looseObject({
  username: Text,
  registryServer: Text,
  identityReference: z.looseObject({ resourceId: Text }).nullish(),
});
const Extension = z.looseObject({ name: z.string(), settings: z.unknown().optional() });
const Mount = z.looseObject({
  azureBlobFileSystemConfiguration: z
    .looseObject({
      accountName: Text,
      containerName: Text,
      relativeMountPath: Text,
      blobfuseOptions: Text,
      identityReference: z.looseObject({ resourceId: Text }).nullish(),
    })
    .nullish(),
  azureFileShareConfiguration: z.looseObject({ relativeMountPath: Text, mountOptions: Text }).nullish(),
  cifsMountConfiguration: z.looseObject({ relativeMountPath: Text, mountOptions: Text }).nullish(),
  nfsMountConfiguration: z.looseObject({ relativeMountPath: Text, mountOptions: Text }).nullish(),
});

/** Where a pool's body can show a secret. */
const PoolSecrets = z.looseObject({
  properties: z.looseObject({
    startTask: z
      .looseObject({
        commandLine: Text,
        resourceFiles: z
          .array(
            z.looseObject({ filePath: Text, httpUrl: Text, storageContainerUrl: Text, autoStorageContainerName: Text }),
          )
          .nullish(),
        environmentSettings: z.array(z.looseObject({ name: z.string(), value: Text })).nullish(),
        containerSettings: z.looseObject({ containerRunOptions: Text, registry: Registry.nullish() }).nullish(),
      })
      .nullish(),
    deploymentConfiguration: z
      .looseObject({
        virtualMachineConfiguration: z
          .looseObject({
            containerConfiguration: z.looseObject({ containerRegistries: z.array(Registry).nullish() }).nullish(),
            extensions: z.array(Extension).nullish(),
          })
          .nullish(),
      })
      .nullish(),
    mountConfiguration: z.array(Mount).nullish(),
  }),
});
type PoolProperties = z.infer<typeof PoolSecrets>['properties'];

/** Every place of a pool's body that holds a secret in the open, or is opened by one. Nothing of a value is kept. */
export function secretPlaces(body: unknown): SecretPlace[] {
  const { startTask, deploymentConfiguration, mountConfiguration } = PoolSecrets.parse(body).properties;
  const machine = deploymentConfiguration?.virtualMachineConfiguration;
  return [
    ...inStartTask(startTask),
    ...(machine?.containerConfiguration?.containerRegistries ?? []).flatMap((registry) =>
      inRegistry(`${REGISTRIES}[${registryName(registry)}]`, registry),
    ),
    ...(machine?.extensions ?? []).flatMap(({ name, settings }) =>
      inText(
        `properties.deploymentConfiguration.virtualMachineConfiguration.extensions[${name}].settings`,
        JSON.stringify(settings),
      ),
    ),
    ...(mountConfiguration ?? []).flatMap(inMount),
  ];
}

function inStartTask(startTask: PoolProperties['startTask']): SecretPlace[] {
  const { commandLine, resourceFiles, environmentSettings, containerSettings } = startTask ?? {};
  return [
    ...inText('properties.startTask.commandLine', commandLine),
    ...(resourceFiles ?? []).flatMap((file) => {
      const path = `properties.startTask.resourceFiles[${fileName(file)}]`;
      return [
        ...signatureIn(`${path}.httpUrl`, file.httpUrl),
        ...signatureIn(`${path}.storageContainerUrl`, file.storageContainerUrl),
      ];
    }),
    ...(environmentSettings ?? []).flatMap(({ name, value }): SecretPlace[] =>
      value
        ? [
            {
              path: `properties.startTask.environmentSettings[${name}]`,
              holds: { kind: 'environment-setting', name },
            },
          ]
        : [],
    ),
    ...inText('properties.startTask.containerSettings.containerRunOptions', containerSettings?.containerRunOptions),
    ...inRegistry('properties.startTask.containerSettings.registry', containerSettings?.registry),
  ];
}

function inMount({
  azureBlobFileSystemConfiguration: blob,
  azureFileShareConfiguration: files,
  cifsMountConfiguration: cifs,
  nfsMountConfiguration: nfs,
}: z.infer<typeof Mount>): SecretPlace[] {
  const at = (name: string, kind: string) => `properties.mountConfiguration[${name}].${kind}`;
  const named = (mount: { relativeMountPath?: string | null | undefined }) => mount.relativeMountPath ?? '';
  const byKey = (path: string, share: 'blob' | 'azure-files' | 'cifs'): SecretPlace => ({
    path,
    holds: { kind: 'mount-key', share },
  });
  const blobPath = blob ? at(blobMountName(blob), 'azureBlobFileSystemConfiguration') : '';
  const filesPath = files ? at(named(files), 'azureFileShareConfiguration') : '';
  const cifsPath = cifs ? at(named(cifs), 'cifsMountConfiguration') : '';
  return [
    ...(blob && !blob.identityReference?.resourceId ? [byKey(blobPath, 'blob')] : []),
    ...inText(`${blobPath}.blobfuseOptions`, blob?.blobfuseOptions),
    ...(files ? [byKey(filesPath, 'azure-files')] : []),
    ...inText(`${filesPath}.mountOptions`, files?.mountOptions),
    ...(cifs ? [byKey(cifsPath, 'cifs')] : []),
    ...inText(`${cifsPath}.mountOptions`, cifs?.mountOptions),
    ...(nfs ? inText(`${at(named(nfs), 'nfsMountConfiguration')}.mountOptions`, nfs.mountOptions) : []),
  ];
}

function inRegistry(path: string, registry: z.infer<typeof Registry> | null | undefined): SecretPlace[] {
  const byPassword = registry?.username && !registry.identityReference?.resourceId;
  return byPassword ? [{ path, holds: { kind: 'registry-password' } }] : [];
}

function inText(path: string, text: string | null | undefined): SecretPlace[] {
  const hasKey = text ? /AccountKey\s*(?:=|%3D)/i.test(text) : false;
  return [...signatureIn(path, text), ...(hasKey ? [{ path, holds: { kind: 'account-key' } as const }] : [])];
}

/** `sig` is the parameter of a shared access signature, after `?` or `&`: also where those are written `\u0026` or `%26`. */
function signatureIn(path: string, text: string | null | undefined): SecretPlace[] {
  return text && /(?<![a-z_-])sig(?:=|%3D)/i.test(text) ? [{ path, holds: { kind: 'signature' } }] : [];
}
