/** As the fields are called in ARM; what is absent may be null. */
interface ResourceFile {
  readonly filePath?: string | null | undefined;
  readonly httpUrl?: string | null | undefined;
  readonly storageContainerUrl?: string | null | undefined;
  readonly autoStorageContainerName?: string | null | undefined;
}

interface BlobMount {
  readonly accountName?: string | null | undefined;
  readonly containerName?: string | null | undefined;
  readonly relativeMountPath?: string | null | undefined;
}

/** What a path calls a resource file, without the query of a URL: it may hold a signature. */
export function fileName({ filePath, httpUrl, storageContainerUrl, autoStorageContainerName }: ResourceFile): string {
  return filePath ?? autoStorageContainerName ?? withoutQuery(httpUrl ?? storageContainerUrl ?? '');
}

export function blobMountName({ relativeMountPath, accountName, containerName }: BlobMount): string {
  return relativeMountPath ?? `${accountName ?? ''}/${containerName ?? ''}`;
}

export function registryName({ registryServer }: { readonly registryServer?: string | null | undefined }): string {
  return withoutQuery(registryServer ?? 'docker.io');
}

/** A URL without what may open it: the query, however it is begun, and a user's name and password. */
export function withoutQuery(url: string): string {
  return url.replace(/(?:[?#&;]|%3f|%23|%26|%3b).*$/is, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1');
}

export const REGISTRIES =
  'properties.deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerRegistries';
