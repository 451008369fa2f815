import type { TableClient, TransactionAction } from '@azure/data-tables';
import { batchesOf, sendHalving } from '../http/batches.ts';
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
    refused.push(...(await sendHalving(batch, submit, (action) => action)));
  return refused;

  async function submit(batch: readonly TransactionAction[]): Promise<readonly TransactionAction[]> {
    await table.submitTransaction([...batch], { abortSignal });
    return [];
  }
}

function bytesOf(action: TransactionAction): number {
  return Buffer.byteLength(JSON.stringify(action)) + ENVELOPE;
}
