import type { TableClient, TransactionAction } from '@azure/data-tables';
import { batchesOf, isRefusedForGood } from '../http/batches.ts';
import { MOST_ACTIONS } from './storage.ts';

/** A transaction has 4 MiB. https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const MOST_BYTES = 3 * 1024 * 1024;
/** What the client adds to a row, at most: its keys in a URL, types, headers. */
const ENVELOPE = 8 * 1024;

/**
 * Writes rows of one partition. One that the table does not take never stops the others.
 * @returns the actions that it does not take, each tried alone
 */
export async function submitAll(
  table: Pick<TableClient, 'submitTransaction'>,
  actions: readonly TransactionAction[],
  abortSignal: AbortSignal,
): Promise<readonly TransactionAction[]> {
  const refused: TransactionAction[] = [];
  for (const batch of batchesOf(actions, bytesOf, { bytes: MOST_BYTES, items: MOST_ACTIONS }))
    refused.push(...(await submit(batch)));
  return refused;

  async function submit(batch: readonly TransactionAction[]): Promise<readonly TransactionAction[]> {
    try {
      await table.submitTransaction([...batch], { abortSignal });
      return [];
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      if (batch.length === 1) return batch;
      const half = Math.ceil(batch.length / 2);
      return [...(await submit(batch.slice(0, half))), ...(await submit(batch.slice(half)))];
    }
  }
}

function bytesOf(action: TransactionAction): number {
  return Buffer.byteLength(JSON.stringify(action)) + ENVELOPE;
}
