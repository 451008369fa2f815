import type { TokenCredential } from '@azure/core-auth';
import { isRestError } from '@azure/core-rest-pipeline';
import type { TableClient } from '@azure/data-tables';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import { idKey } from '../../core/model/resource-id.ts';

/** Where the program keeps its state; Azure and the local storage alike, by identity, never by key. */
export interface Storage {
  readonly accounts: TableClient;
  readonly findings: TableClient;
  readonly hints: TableClient;
  readonly reconcile: QueueClient;
  readonly sweep: QueueClient;
  /** Event Grid puts events here where it does not call a function. */
  readonly resourceEvents: QueueClient;
  /** Who takes an event needs no blob, and does not load their client. */
  leases(): Promise<ContainerClient>;
  config(): Promise<ContainerClient>;
}

export interface StorageEndpoints {
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
}

export async function openStorage(endpoints: StorageEndpoints, credential: TokenCredential): Promise<Storage> {
  const [{ TableClient }, { QueueServiceClient }] = await Promise.all([
    import('@azure/data-tables'),
    import('@azure/storage-queue'),
  ]);
  const queues = new QueueServiceClient(endpoints.queue, credential);
  const table = (name: string) => new TableClient(endpoints.table, name, credential);
  let opened: Promise<BlobServiceClient> | null = null;
  const container = async (name: string) => (await (opened ??= openBlobs(endpoints.blob, credential))).getContainerClient(name);
  return {
    accounts: table('accounts'),
    findings: table('findings'),
    hints: table('hints'),
    reconcile: queues.getQueueClient('reconcile'),
    sweep: queues.getQueueClient('sweep'),
    resourceEvents: queues.getQueueClient('resource-events'),
    leases: () => container('leases'),
    config: () => container('config'),
  };
}

async function openBlobs(endpoint: string, credential: TokenCredential): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  return new BlobServiceClient(endpoint, credential);
}

/** An ARM id as a table key, where `/` is not allowed. */
export function tableKey(id: string): string {
  return idKey(id).replaceAll('/', '|');
}

/** Of a conditional write: somebody else was first. */
export function isConflict(error: unknown): boolean {
  return isRestError(error) && (error.statusCode === 409 || error.statusCode === 412);
}

export function isNotFound(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 404;
}

/** For `catch`: what is not there is null, every other failure is thrown on. */
export function nullIfMissing(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}
