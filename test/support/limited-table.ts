import { RestError } from '@azure/core-rest-pipeline';
import type { TableClient, TransactionAction } from '@azure/data-tables';

const KEY_BYTES = 1024;
const PROPERTY = 32 * 1024;
const ENTITY_BYTES = 1024 * 1024;
const TRANSACTION_BYTES = 4 * 1024 * 1024;
const ACTIONS = 100;

interface LimitedTable extends Pick<TableClient, 'submitTransaction'> {
  /** What was put, by row key. */
  readonly rows: Map<string, object>;
  transactions: number;
  refused: number;
}

/**
 * A table that takes transactions as Azure does, and refuses what is too large, or twice in one.
 * https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
export function limitedTable(isTaken: (row: object) => boolean = () => true): LimitedTable {
  const rows = new Map<string, object>();
  return {
    rows,
    transactions: 0,
    refused: 0,
    async submitTransaction(actions) {
      this.transactions += 1;
      const why = whyNotTaken(actions) ?? (actions.every(([, row]) => isTaken(row)) ? null : 'InvalidInput');
      if (why !== null) {
        this.refused += 1;
        throw new RestError(why, { statusCode: 400, code: why });
      }
      for (const [kind, row] of actions) {
        if (kind === 'delete') rows.delete(row.rowKey);
        else rows.set(row.rowKey, row);
      }
      const subResponses = actions.map(() => ({ status: 204 }));
      return { status: 202, subResponses, getResponseForEntity: () => undefined };
    },
  };
}

function whyNotTaken(actions: readonly TransactionAction[]): string | null {
  if (actions.length > ACTIONS || actions.length === 0) return 'InvalidInput';
  if (new Set(actions.map(([, row]) => row.rowKey)).size < actions.length) return 'InvalidDuplicateRow';
  if (Buffer.byteLength(JSON.stringify(actions)) > TRANSACTION_BYTES) return 'RequestBodyTooLarge';
  for (const [, row] of actions) {
    const texts = Object.entries(row).map(([, value]) => (typeof value === 'string' ? value : ''));
    if ([row.partitionKey, row.rowKey].some((key) => Buffer.byteLength(key) > KEY_BYTES)) return 'KeyValueTooLarge';
    if (texts.some((text) => text.length > PROPERTY)) return 'PropertyValueTooLarge';
    if (texts.some((text) => !text.isWellFormed())) return 'InvalidInput';
    if (texts.reduce((bytes, text) => bytes + 2 * text.length, 0) > ENTITY_BYTES) return 'EntityTooLarge';
  }
  return null;
}
