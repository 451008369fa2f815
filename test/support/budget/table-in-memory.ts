import { RestError } from '@azure/core-rest-pipeline';
import type { BudgetTable } from '../../../shared/azure/state/breaker.ts';

interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly [column: string]: unknown;
}

/** Rows with ETags, as a table keeps them: each call happens whole or not at all, and other calls may come before it. */
export class TableInMemory {
  readonly rows = new Map<string, Row>();
  #writes = 0;

  /** As one instance sees it. @param through each of its calls passes it @param now the clock of the service */
  client(through: <T>(call: () => T) => Promise<T>, now: () => Date): BudgetTable {
    const put = (entity: { partitionKey: string; rowKey: string }) => {
      this.#writes += 1;
      // The columns as they come back: times are text.
      const columns = JSON.parse(JSON.stringify(entity));
      this.rows.set(keyOf(entity), { ...columns, etag: `e${this.#writes}`, timestamp: now().toISOString() });
      return { date: now() };
    };
    const client = {
      getEntity: (partitionKey: string, rowKey: string) =>
        through(() => this.rows.get(keyOf({ partitionKey, rowKey })) ?? refused(404)),
      createEntity: (entity: Row) => through(() => (this.rows.has(keyOf(entity)) ? refused(409) : put(entity))),
      updateEntity: (entity: Row, _mode: string, { etag }: { etag: string }) =>
        through(() => {
          const before = this.rows.get(keyOf(entity)) ?? refused(404);
          return etag === '*' || before.etag === etag ? put(entity) : refused(412);
        }),
      deleteEntity: (partitionKey: string, rowKey: string) =>
        through(() => (this.rows.delete(keyOf({ partitionKey, rowKey })) ? {} : refused(404))),
      listEntities: async function* (this: void) {
        yield* await through(() => [...rows.values()].filter(({ partitionKey }) => partitionKey === 'begun'));
      },
    };
    const { rows } = this;
    // The SDK's signatures are generic in what a row has; only these forms are used.
    return client as unknown as BudgetTable;
  }
}

function keyOf({ partitionKey, rowKey }: { partitionKey: string; rowKey: string }): string {
  return `${partitionKey}/${rowKey}`;
}

function refused(statusCode: number): never {
  throw new RestError(`HTTP ${statusCode}`, { statusCode });
}
