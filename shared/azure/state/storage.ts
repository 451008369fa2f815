import type { TokenCredential } from '@azure/core-auth';
import { isRestError } from '@azure/core-rest-pipeline';
import { TableClient, type TableEntity } from '@azure/data-tables';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { openedOnce } from '../../core/model/opened-once.ts';
import { idKey } from '../../core/model/resource-id.ts';
import { cut } from '../../core/model/words.ts';
import type { BadRows } from '../../core/plan/log-line.ts';
import { briefClient, patientPolicy } from '../http/patient-client.ts';
import { makingTable } from './making-missing.ts';

/** Characters of a property. https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
export const LONGEST_COLUMN = 32_768;

/** Where the program keeps its state; Azure and the local storage alike, by identity, never by key. */
export interface Storage {
  readonly accounts: TableClient;
  readonly findings: TableClient;
  readonly hints: TableClient;
  readonly requests: TableClient;
  readonly drains: TableClient;
  readonly journal: TableClient;
  readonly budget: TableClient;
  readonly secrets: TableClient;
  readonly reconcile: QueueClient;
  readonly sweep: QueueClient;
  /** Event Grid puts events here where it does not call a function. */
  readonly resourceEvents: QueueClient;
  /** Who takes an event needs no blob, and does not load their client. */
  readonly leases: () => Promise<ContainerClient>;
  readonly config: () => Promise<ContainerClient>;
}

export interface StorageEndpoints {
  readonly blob: string;
  readonly queue: string;
  readonly table: string;
}

/** Clients for all that is kept. Nothing is asked yet: what is missing is made by the first who misses it. */
export async function openStorage(endpoints: StorageEndpoints, credential: TokenCredential): Promise<Storage> {
  const httpClient = briefClient();
  const queues = await openQueues(endpoints.queue, credential);
  const blobs = openedOnce(() => openBlobs(endpoints.blob, credential));
  return {
    accounts: table('accounts'),
    findings: table('findings'),
    hints: table('hints'),
    requests: table('requests'),
    drains: table('drains'),
    journal: table('journal'),
    budget: table('budget'),
    secrets: table('secrets'),
    reconcile: queues.getQueueClient('reconcile'),
    sweep: queues.getQueueClient('sweep'),
    resourceEvents: queues.getQueueClient('resource-events'),
    leases: () => container('leases'),
    config: () => container('config'),
  };

  function table(name: string): TableClient {
    const client = new TableClient(endpoints.table, name, credential, { httpClient });
    client.pipeline.addPolicy(makingTable(name, () => client.createTable()));
    return client;
  }

  async function container(name: string): Promise<ContainerClient> {
    return (await blobs()).getContainerClient(name);
  }
}

/** The queues of an account; loaded when they are first asked for. */
export async function openQueues(endpoint: string, credential: TokenCredential): Promise<QueueServiceClient> {
  const { newPipeline, QueueServiceClient } = await import('@azure/storage-queue');
  const pipeline = newPipeline(credential);
  pipeline.factories.push(patientPolicy);
  return new QueueServiceClient(endpoint, pipeline);
}

/** Its blobs, likewise. */
export async function openBlobs(endpoint: string, credential: TokenCredential): Promise<BlobServiceClient> {
  const { BlobServiceClient, newPipeline } = await import('@azure/storage-blob');
  const pipeline = newPipeline(credential);
  pipeline.factories.push(patientPolicy);
  return new BlobServiceClient(endpoint, pipeline);
}

/** Rows of a transaction. https://learn.microsoft.com/azure/storage/tables/scalability-targets */
export const MOST_ACTIONS = 100;

/** An ARM id as a table key, where `/` is not allowed. */
export function tableKey(id: string): string {
  return idKey(id).replaceAll('/', '|');
}

/** The id that a table key was made of, in lower case. */
export function idOfKey(key: string): string {
  return key.replaceAll('|', '/');
}

/** Is told of rows that were left out. */
export type Report = (bad: BadRows) => void;

/** How the log names a row. */
export function nameOf({ partitionKey, rowKey }: { readonly partitionKey?: string; readonly rowKey?: string }): string {
  return `${partitionKey ?? ''}/${rowKey ?? ''}`;
}

/** The first line of what an error says. */
export function messageOf(error: unknown): string {
  return cut((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '', 500);
}

/** Of a conditional write: somebody else was first. */
export function isConflict(error: unknown): boolean {
  return isRestError(error) && (error.statusCode === 409 || error.statusCode === 412);
}

export function isNotFound(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 404;
}

/**
 * Writes the row where it still is at `etag`, or is not there yet, where that is null.
 * @returns Azure's answer; null when another was first
 */
export async function putAt(
  table: Pick<TableClient, 'createEntity' | 'updateEntity'>,
  row: TableEntity<object>,
  etag: string | null,
  abortSignal?: AbortSignal,
): Promise<{ readonly etag?: string } | null> {
  const options = abortSignal === undefined ? {} : { abortSignal };
  try {
    if (etag === null) return await table.createEntity(row, options);
    return await table.updateEntity(row, 'Replace', { etag, ...options });
  } catch (error) {
    if (isConflict(error) || (etag !== null && isNotFound(error))) return null;
    throw error;
  }
}

/** For `catch`: what is not there is null, every other failure is thrown on. */
export function nullIfMissing(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}
