import type { Drain, DrainWrite } from '../../core/drain/drain.ts';
import { believed } from '../../core/model/believed.ts';
import { earliest } from '../../core/model/time.ts';
import { DrainRow, drainOf, EndedRow, isEnd } from './drain-rows.ts';
import { drainWritesIn } from './journal.ts';
import { idOfKey, nameOf, type Report, type Storage, tableKey } from './storage.ts';

/** A drain that has not ended, as its row has it. */
export interface OpenDrain extends Pick<Drain, 'id' | 'poolId' | 'begunAt' | 'deadline' | 'saved'> {
  readonly accountId: string;
}

/** Those of all accounts, the one that began first, first. */
export async function openDrains(
  { drains }: Pick<Storage, 'drains'>,
  now: Date,
  report: Report,
): Promise<readonly OpenDrain[]> {
  const rows = await Array.fromAsync(drains.listEntities());
  const bad: string[] = [];
  const ended = new Set<string>();
  for (const row of rows.filter(isEnd)) {
    if (EndedRow.safeParse(row).success) ended.add(`${row.partitionKey} ${drainOf(row)}`);
    else bad.push(nameOf(row));
  }
  const open = rows.flatMap((row) => {
    if (isEnd(row) || ended.has(`${row.partitionKey} ${drainOf(row)}`)) return [];
    const { data } = DrainRow.safeParse(row);
    if (data === undefined) {
      bad.push(nameOf(row));
      return [];
    }
    const { rowKey: id, partitionKey, pool: poolId, begunAt, deadline, saved } = data;
    return [{ id, accountId: idOfKey(partitionKey), poolId, begunAt: believed(begunAt, now), deadline, saved }];
  });
  if (bad.length > 0) report({ table: 'drains', rows: bad, reason: 'not a drain, or not the end of one' });
  return open.toSorted((a, b) => a.begunAt.getTime() - b.begunAt.getTime());
}

/** The last write of each drain that the journal has, by the drain's id. */
export async function lastWrites(
  { journal }: Pick<Storage, 'journal'>,
  drains: readonly OpenDrain[],
  now: Date,
  report: Report,
): Promise<ReadonlyMap<string, DrainWrite>> {
  const never = new AbortController().signal;
  const found = new Map<string, DrainWrite>();
  for (const those of Map.groupBy(drains, ({ accountId }) => tableKey(accountId)).values()) {
    const [first] = those;
    const since = earliest(those.map(({ begunAt }) => begunAt));
    if (first === undefined || since === null) continue;
    const ids = new Set(those.map(({ id }) => id));
    const writes = await drainWritesIn(journal, first.accountId, ids, since, now, never, report);
    for (const [id, written] of writes) {
      const last = written.at(-1);
      if (last !== undefined) found.set(id, last);
    }
  }
  return found;
}
