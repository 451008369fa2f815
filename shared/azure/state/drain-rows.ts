import { z } from 'zod';
import { DRAIN_ENDS, type Drain, type DrainEnd } from '../../core/drain/drain.ts';
import { DEALLOCATIONS } from '../../core/model/pool-settings.ts';
import { accountOf, parsePoolId } from '../../core/model/resource-id.ts';
import { isSecretName, parseVault } from '../../core/model/secret-id.ts';
import { JsonText } from './json-text.ts';
import { ScaleShape } from './scale-shape.ts';
import { LONGEST_COLUMN, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

const ENDED = '-ended';

const Secrets = JsonText.pipe(
  z.array(
    z.object({
      user: z.string(),
      isBound: z.boolean(),
      main: z.object({
        vault: z.string().refine((url) => parseVault(url) !== null),
        name: z.string().refine(isSecretName),
      }),
    }),
  ),
);

/** A row of the table `drains`, without which no size is given back; it is never changed. */
export const DrainRow = z
  .object({
    partitionKey: z.string(),
    timestamp: TimeColumn.optional(),
    rowKey: z.string().regex(/^[\w-]{1,100}$/),
    pool: z.string(),
    creationTime: TimeColumn,
    saved: JsonText.pipe(ScaleShape),
    // Without them the size is given back all the same.
    hadDedicated: z.int().nonnegative().catch(Number.MAX_SAFE_INTEGER),
    hadLowPriority: z.int().nonnegative().catch(Number.MAX_SAFE_INTEGER),
    begunAt: TimeColumn,
    deadline: TimeColumn,
    deallocation: z.enum(DEALLOCATIONS),
    // So, too; rows of older versions have none.
    secrets: Secrets.catch([]),
  })
  .refine(({ partitionKey, pool }) => parsePoolId(pool) !== null && keyOf(pool) === partitionKey);

/** The second row of a drain, whose key is that of the first and `-ended`; it is never changed either. */
export const EndedRow = z.object({ endedAt: TimeColumn, how: z.enum(DRAIN_ENDS), changes: z.int().nonnegative() });

export interface Row {
  readonly partitionKey?: string;
  readonly rowKey?: string;
}

export function isEnd({ rowKey = '' }: Row): boolean {
  return rowKey.endsWith(ENDED);
}

/** The id of the drain whose first or second row it is. */
export function drainOf(row: Row): string {
  const { rowKey = '' } = row;
  return isEnd(row) ? rowKey.slice(0, -ENDED.length) : rowKey;
}

export function encodeDrain(accountId: string, drain: Drain) {
  const { id, poolId, creationTime, saved, had, begunAt, deadline, deallocation, secrets } = drain;
  return {
    partitionKey: tableKey(accountId),
    rowKey: id,
    pool: poolId,
    creationTime,
    saved: JSON.stringify(saved),
    hadDedicated: had.dedicated,
    hadLowPriority: had.lowPriority,
    begunAt,
    deadline,
    deallocation,
    secrets: secretsColumn(secrets),
  };
}

/** What a column does not hold is left out: the size is given back all the same. */
function secretsColumn(secrets: Drain['secrets']): string {
  const text = JSON.stringify(secrets);
  return text.length <= LONGEST_COLUMN ? text : '[]';
}

/** What `EndedRow` reads. */
export function encodeEnd(accountId: string, drainId: string, { at, how, changes }: DrainEnd) {
  return { partitionKey: tableKey(accountId), rowKey: drainId + ENDED, endedAt: at, how, changes };
}

/** The partition that the rows of a pool are in. */
function keyOf(pool: string): string | null {
  const account = accountOf(pool);
  return account === null ? null : tableKey(account.text);
}
