import { odata, type TransactionAction } from '@azure/data-tables';
import type { Drain, DrainEnd } from '../../core/drain/drain.ts';
import { believed } from '../../core/model/believed.ts';
import { after, DAY, earliest } from '../../core/model/time.ts';
import type { Drains } from '../../ports.ts';
import { DrainRow, drainOf, EndedRow, encodeDrain, encodeEnd, isEnd, type Row } from './drain-rows.ts';
import { drainWritesIn } from './journal.ts';
import { claimSlot, freeSlot } from './slots.ts';
import { isConflict, MOST_ACTIONS, messageOf, nameOf, type Report, type Storage, tableKey } from './storage.ts';

const KEPT_FOR = 30 * DAY;
/** No policy has a later deadline. */
const LONGEST = 7 * DAY;

/** Drains and their slots. */
export function drainsOf(
  { drains, budget }: Pick<Storage, 'drains' | 'budget'>,
  now: () => Date,
  abortSignal: AbortSignal,
): Drains {
  return {
    claimSlot: (accountId, poolId, most) => claimSlot(budget, accountId, poolId, most, now(), abortSignal),
    async beginDrain(accountId, drain) {
      const row = encodeDrain(accountId, drain);
      const { error } = DrainRow.safeParse(row);
      // What cannot be read again gives no size back.
      if (error !== undefined) throw new TypeError(`Not a drain of ${accountId}: ${error.message}`, { cause: error });
      await drains.createEntity(row, { abortSignal });
    },
    endDrain: (accountId, drain, end) => endDrain({ drains, budget }, accountId, drain, end, now(), abortSignal),
    freeSlot: (poolId) => freeSlot(budget, poolId, now(), abortSignal),
  };
}

/** Notes that a drain ended, and frees its slot. One that ended stays as it did. */
async function endDrain(
  { drains, budget }: Pick<Storage, 'drains' | 'budget'>,
  accountId: string,
  { id, poolId }: Pick<Drain, 'id' | 'poolId'>,
  end: DrainEnd,
  now: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  const row = encodeEnd(accountId, id, end);
  await drains.createEntity(row, { abortSignal }).catch(async (error: unknown) => {
    if (!isConflict(error)) throw error;
    const before = await drains.getEntity(row.partitionKey, row.rowKey, { abortSignal });
    // A drain with a row that is none is open: it would be ended for ever.
    if (!EndedRow.safeParse(before).success)
      await drains.updateEntity(row, 'Replace', { etag: before.etag, abortSignal });
  });
  await freeSlot(budget, poolId, now, abortSignal);
}

/**
 * The drains of an account: those that are open, and those that ended within 30 days. Older ones are deleted, some at a time,
 * unless `isPeek`.
 */
export async function drainsIn(
  { drains, journal }: Pick<Storage, 'drains' | 'journal'>,
  accountId: string,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
  isPeek = false,
): Promise<readonly Drain[]> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)}`;
  const rows = await Array.fromAsync(drains.listEntities({ queryOptions: { filter }, abortSignal }));
  const bad: string[] = [];
  const ends = new Map<string, DrainEnd>();
  for (const row of rows.filter(isEnd)) {
    const { data } = EndedRow.safeParse(row);
    if (data === undefined) bad.push(nameOf(row));
    else ends.set(drainOf(row), { at: believed(data.endedAt, now), how: data.how, changes: data.changes });
  }
  const isOld = (id: string) => (ends.get(id)?.at ?? now) < after(now, -KEPT_FOR);
  if (!isPeek) await forget(rows.filter((row) => isOld(drainOf(row))));
  const read = rows.flatMap((row) => {
    if (isEnd(row) || isOld(drainOf(row))) return [];
    const { data } = DrainRow.safeParse(row);
    if (data === undefined) bad.push(nameOf(row));
    return data ?? [];
  });
  if (bad.length > 0)
    report({
      table: 'drains',
      rows: bad,
      reason: 'not a drain: no size is given back by it; the journal has the size',
    });
  const open = read.filter(({ rowKey }) => !ends.has(rowKey));
  // The table's clock, where that of the row is not believed.
  const since = earliest(open.flatMap(({ begunAt, timestamp = now }) => [believed(begunAt, now), timestamp]));
  const ids = new Set(open.map(({ rowKey }) => rowKey));
  const writes = since === null ? null : await drainWritesIn(journal, accountId, ids, since, now, abortSignal, report);
  return read.map(
    ({ rowKey: id, pool: poolId, creationTime, saved, begunAt, deadline, deallocation, secrets, ...row }) => ({
      id,
      poolId,
      creationTime,
      saved,
      had: { dedicated: row.hadDedicated, lowPriority: row.hadLowPriority },
      begunAt: believed(begunAt, now),
      deadline: earliest([deadline, after(believed(begunAt, now), LONGEST)]) ?? deadline,
      deallocation,
      secrets,
      ended: ends.get(id) ?? null,
      writes: writes?.get(id) ?? [],
    }),
  );

  /** Both rows of a drain go together. What cannot be deleted now is at the next look. */
  async function forget(old: readonly Row[]): Promise<void> {
    const ids = [...new Set(old.map(drainOf))].slice(0, MOST_ACTIONS / 2);
    if (ids.length === 0) return;
    const deleted = old.filter((row) => ids.includes(drainOf(row)));
    const actions = deleted.map(
      ({ partitionKey = '', rowKey = '' }): TransactionAction => ['delete', { partitionKey, rowKey }],
    );
    await drains.submitTransaction(actions, { abortSignal }).catch((error: unknown) => {
      report({ table: 'drains', rows: deleted.map(nameOf), reason: `not deleted: ${messageOf(error)}` });
    });
  }
}
