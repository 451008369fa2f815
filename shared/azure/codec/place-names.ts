import type { z } from 'zod';
import { secretsIn } from '../../core/plain-secrets/secrets-in-text.ts';
import type { BlobMountBody, RegistryBody, ResourceFileBody } from './pool-body.ts';

/** What a path calls a resource file, without the query of a URL: it may hold a signature. */
export function fileName({
  filePath,
  httpUrl,
  storageContainerUrl,
  autoStorageContainerName,
}: z.infer<typeof ResourceFileBody>): string {
  return shown(filePath ?? autoStorageContainerName ?? withoutQuery(httpUrl ?? storageContainerUrl ?? ''));
}

export function blobMountName({
  relativeMountPath,
  accountName,
  containerName,
}: z.infer<typeof BlobMountBody>): string {
  return shown(relativeMountPath ?? `${accountName ?? ''}/${containerName ?? ''}`);
}

export function registryName({ registryServer }: z.infer<typeof RegistryBody>): string {
  return shown(withoutQuery(registryServer ?? 'docker.io'));
}

/** A URL without what may open it: the query, however it is begun, and a user's name and password. */
export function withoutQuery(url: string): string {
  return url.replace(/(?:[?#&;]|%3f|%23|%26|%3b).*$/is, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1');
}

/** A name as it may be told: one that holds a secret itself is left out. */
export function shown(name: string): string {
  return secretsIn(name).length === 0 ? name : '(left out)';
}
