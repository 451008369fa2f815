import { odata } from '@azure/data-tables';
import { drainOf, isEnd } from './drain-rows.ts';
import { type Storage, tableKey } from './storage.ts';

/** Whether a size may still be to be given back. */
export async function hasOpenDrain(drains: Storage['drains'], accountId: string): Promise<boolean> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  const select = ['PartitionKey', 'RowKey'];
  const rows = await Array.fromAsync(drains.listEntities({ queryOptions: { filter, select } }));
  const ended = new Set(rows.filter(isEnd).map(drainOf));
  return rows.some((row) => !isEnd(row) && !ended.has(drainOf(row)));
}
