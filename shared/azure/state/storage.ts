import type { TokenCredential } from '@azure/core-auth';
import { isRestError } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
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
  readonly leases: ContainerClient;
  readonly config: ContainerClient;
}

export interface StorageEndpoints {
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
}

/** Clients for all that is kept; whatever is missing is made. */
export async function openStorage(endpoints: StorageEndpoints, credential: TokenCredential): Promise<Storage> {
  const blobs = new BlobServiceClient(endpoints.blob, credential);
  const queues = new QueueServiceClient(endpoints.queue, credential);
  const table = (name: string) => new TableClient(endpoints.table, name, credential);
  const storage = {
    accounts: table('accounts'),
    findings: table('findings'),
    hints: table('hints'),
    reconcile: queues.getQueueClient('reconcile'),
    sweep: queues.getQueueClient('sweep'),
    resourceEvents: queues.getQueueClient('resource-events'),
    leases: blobs.getContainerClient('leases'),
    config: blobs.getContainerClient('config'),
  };
  await Promise.all([
    ...[storage.accounts, storage.findings, storage.hints].map((client) => client.createTable()),
    ...[storage.reconcile, storage.sweep, storage.resourceEvents].map((client) => client.createIfNotExists()),
    ...[storage.leases, storage.config].map((client) => client.createIfNotExists()),
  ]);
  return storage;
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
