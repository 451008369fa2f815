import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { accountOf } from '../../core/model/resource-id.ts';
import { isConflict, nameOf, type Report, tableKey } from './storage.ts';

/** Of the table `requests`. The partition is the account, as `tableKey` has it; the row key is the writer's choice. */
interface Row extends Readonly<Record<string, unknown>> {
  readonly partitionKey?: string;
  readonly rowKey?: string;
}

/** Behind it the end of a request has room: a table takes 512 characters. */
export const RequestKey = z.string().max(200, 'its row key is longer than 200 characters');

/** Ends the key of the row by which a look says that a request is over. */
export const ENDED = '-ended';

/** Where and when requests are read. */
export interface Place {
  readonly journal: Pick<TableClient, 'listEntities'>;
  readonly accountId: string;
  readonly now: Date;
  readonly abortSignal: AbortSignal;
  readonly report: Report;
}

type Creating = Pick<TableClient, 'createEntity'>;

/**
 * The rows that ask for the action.
 * @param wanted what such a row needs, for the report of those that are not so
 */
export function rowsOf<T>(
  rows: readonly Row[],
  action: string,
  schema: z.ZodType<T>,
  wanted: string,
  report: Report,
): T[] {
  const read = rows
    .filter((row) => row['action'] === action)
    .map((row) => ({ name: nameOf(row), ...schema.safeParse(row) }));
  const bad = read.filter(({ success }) => !success).map(({ name }) => name);
  if (bad.length > 0) report({ table: 'requests', rows: bad, reason: wanted });
  return read.flatMap(({ data }) => (data === undefined ? [] : [data]));
}

/** Leaves the row that the next look sees. @throws TypeError for what is in no Batch account */
export async function askFor(
  requests: Creating,
  action: string,
  resourceId: string,
  columns: Readonly<Record<string, string | Date>>,
  abortSignal: AbortSignal,
): Promise<void> {
  const account = accountOf(resourceId);
  if (account === null) throw new TypeError(`In no Batch account: ${resourceId}`);
  const keys = { partitionKey: tableKey(account.text), rowKey: randomUUID() };
  await requests.createEntity({ ...keys, action, ...columns }, { abortSignal });
}

/** Notes that a request is over. May be called again. @param at the look by which it is */
export async function endRequest(
  requests: Creating,
  accountId: string,
  id: string,
  columns: { readonly action: string } & Readonly<Record<string, string>>,
  at: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  const row = { partitionKey: tableKey(accountId), rowKey: id + ENDED, ...columns, when: at };
  await requests.createEntity(row, { abortSignal }).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
  });
}
