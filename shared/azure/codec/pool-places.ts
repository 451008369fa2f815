import type { z } from 'zod';
import { blobMountName, fileName, registryName, shown } from './place-names.ts';
import type { MountBody, PoolBody, RegistryBody, ResourceFileBody, StartTaskBody } from './pool-body.ts';

/** A place of a pool's body that can name an identity or hold a secret, by its ARM path; paths name things, never by index. */
export type Place = { readonly path: string } & (
  | { readonly kind: 'text'; readonly text: string | null }
  | { readonly kind: 'resource-file'; readonly file: z.infer<typeof ResourceFileBody> }
  /** An environment setting, a metadata item or a tag. */
  | { readonly kind: 'named-text'; readonly name: string; readonly text: string | null }
  /** Free-form: of an extension. */
  | { readonly kind: 'settings'; readonly settings: unknown }
  | { readonly kind: 'registry'; readonly registry: z.infer<typeof RegistryBody> }
  | {
      readonly kind: 'mount';
      readonly share: 'blob' | 'azure-files' | 'cifs' | 'nfs';
      /** Of the identity that opens it; null where a key or nothing does. */
      readonly identityId: string | null;
    }
  /** The key of a customer that encrypts the disks, fetched by an identity. */
  | { readonly kind: 'disk-key'; readonly identityId: string | null }
);

const MACHINE = 'properties.deploymentConfiguration.virtualMachineConfiguration';

/** Every such place, in the order of the body: the one walk of it. */
export function placesIn({ properties, tags }: PoolBody): Place[] {
  const { startTask, deploymentConfiguration, mountConfiguration, metadata, resourceTags } = properties;
  const machine = deploymentConfiguration?.virtualMachineConfiguration;
  const diskKey = machine?.diskEncryptionConfiguration?.customerManagedKey;
  return [
    ...(startTask ? inStartTask(startTask) : []),
    ...(machine?.containerConfiguration?.containerRegistries ?? []).map((registry): Place => {
      const path = `${MACHINE}.containerConfiguration.containerRegistries[${registryName(registry)}]`;
      return { kind: 'registry', path, registry };
    }),
    ...(machine?.extensions ?? []).map(({ name, settings }): Place => {
      return { kind: 'settings', path: `${MACHINE}.extensions[${shown(name)}].settings`, settings };
    }),
    ...(diskKey ? [inDiskKey(diskKey.identityReference?.resourceId)] : []),
    ...(mountConfiguration ?? []).flatMap(inMount),
    ...(metadata ?? []).map(({ name, value }) => namedText('properties.metadata', name, value)),
    ...inTags('properties.resourceTags', resourceTags),
    ...inTags('tags', tags),
  ];
}

function inDiskKey(identityId: string | null | undefined): Place {
  const path = `${MACHINE}.diskEncryptionConfiguration.customerManagedKey`;
  return { kind: 'disk-key', path, identityId: identityId || null };
}

function inStartTask(startTask: z.infer<typeof StartTaskBody>): Place[] {
  const { commandLine, resourceFiles, environmentSettings, containerSettings } = startTask;
  const at = 'properties.startTask';
  const registry = containerSettings?.registry;
  return [
    text(`${at}.commandLine`, commandLine),
    ...(resourceFiles ?? []).map((file): Place => {
      return { kind: 'resource-file', path: `${at}.resourceFiles[${fileName(file)}]`, file };
    }),
    ...(environmentSettings ?? []).map(({ name, value }) => namedText(`${at}.environmentSettings`, name, value)),
    text(`${at}.containerSettings.containerRunOptions`, containerSettings?.containerRunOptions),
    ...(registry ? [{ kind: 'registry' as const, path: `${at}.containerSettings.registry`, registry }] : []),
  ];
}

function inMount({
  azureBlobFileSystemConfiguration: blob,
  azureFileShareConfiguration: files,
  cifsMountConfiguration: cifs,
  nfsMountConfiguration: nfs,
}: z.infer<typeof MountBody>): Place[] {
  const places: Place[] = [];
  const add = (name: string, field: string, share: (Place & { kind: 'mount' })['share'], identityId: string | null) => {
    const path = `properties.mountConfiguration[${name}].${field}`;
    places.push({ kind: 'mount', path, share, identityId });
    return path;
  };
  if (blob) {
    const identityId = blob.identityReference?.resourceId || null;
    const path = add(blobMountName(blob), 'azureBlobFileSystemConfiguration', 'blob', identityId);
    places.push(text(`${path}.blobfuseOptions`, blob.blobfuseOptions));
  }
  const shares = [
    ['azureFileShareConfiguration', 'azure-files', files],
    ['cifsMountConfiguration', 'cifs', cifs],
    ['nfsMountConfiguration', 'nfs', nfs],
  ] as const;
  for (const [field, share, mount] of shares) {
    if (!mount) continue;
    const path = add(shown(mount.relativeMountPath ?? ''), field, share, null);
    places.push(
      text(`${path}.source`, mount.source),
      text(`${path}.azureFileUrl`, mount.azureFileUrl),
      text(`${path}.mountOptions`, mount.mountOptions),
    );
  }
  return places;
}

function text(path: string, value: string | null | undefined): Place {
  return { kind: 'text', path, text: value ?? null };
}

function inTags(list: string, tags: Readonly<Record<string, unknown>> | null | undefined): Place[] {
  return Object.entries(tags ?? {}).map(([name, value]) =>
    namedText(list, name, typeof value === 'string' ? value : JSON.stringify(value)),
  );
}

function namedText(list: string, name: string, value: string | null | undefined): Place {
  return { kind: 'named-text', path: `${list}[${shown(name)}]`, name, text: value ?? null };
}
