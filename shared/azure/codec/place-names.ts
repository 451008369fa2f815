import type { z } from 'zod';
import { secretsIn } from '../../core/plain-secrets/secrets-in-text.ts';
import { urlAsName, withUrlsAsTold } from '../../core/plain-secrets/url-as-told.ts';
import type { BlobMountBody, RegistryBody, ResourceFileBody } from './pool-body.ts';

/** What a path calls a resource file, without what opens a URL: a signature in its query, a token in its path. */
export function fileName({
  filePath,
  httpUrl,
  storageContainerUrl,
  autoStorageContainerName,
}: z.infer<typeof ResourceFileBody>): string {
  return shown(filePath ?? autoStorageContainerName ?? urlAsName(httpUrl ?? storageContainerUrl ?? ''));
}

export function blobMountName({
  relativeMountPath,
  accountName,
  containerName,
}: z.infer<typeof BlobMountBody>): string {
  return shown(relativeMountPath ?? `${accountName ?? ''}/${containerName ?? ''}`);
}

export function registryName({ registryServer }: z.infer<typeof RegistryBody>): string {
  return shown(urlAsName(registryServer ?? 'docker.io'));
}

/** A name as it may be told: one that holds a secret itself is left out. */
export function shown(name: string): string {
  return secretsIn(name).length === 0 ? withUrlsAsTold(name) : '(left out)';
}
