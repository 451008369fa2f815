import { odata, type TableEntityResult } from '@azure/data-tables';
import { z } from 'zod';
import type { SlotSeen } from '../../core/drain/counted-slots.ts';
import { isPast } from '../../core/model/believed.ts';
import { parseAccountId, sameId } from '../../core/model/resource-id.ts';
import { after, DAY } from '../../core/model/time.ts';
import { hasOpenDrain } from './open-drain.ts';
import { isConflict, isNotFound, nameOf, putAt, type Report, type Storage, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/** A slot that no look extends is free after this. */
const LASTS = DAY;
const PARTITION = 'slots';
const MOST_TRIES = 16;

type Budget = Storage['budget'];

const SlotRow = z.object({
  accountId: z.string().refine((id) => parseAccountId(id) !== null),
  pool: z.string(),
  until: TimeColumn,
});

/** A row of the partition `slots` of the table `budget`: there is none for a slot that was never claimed, or was freed. */
interface Slot {
  readonly rowKey: string;
  readonly etag: string;
  /** As the columns say, whatever they are. */
  readonly accountId: unknown;
  readonly pool: unknown;
  /** Null when the row is none, or is held for longer than a claim lasts: it counts as taken. */
  readonly row: z.infer<typeof SlotRow> | null;
}

/**
 * Claims one of `most` slots for a drain of the pool, or extends the one that it holds. A pool holds its slot also when
 * `most` has become less; a new one is claimed when fewer than `most` are held.
 */
export async function claimSlot(
  budget: Budget,
  accountId: string,
  poolId: string,
  most: number,
  now: Date,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const columns = { partitionKey: PARTITION, accountId, pool: poolId, until: after(now, LASTS) };
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const slots = await slotsIn(budget, now, abortSignal);
    const own = slots.find((slot) => isOf(slot, poolId));
    if (own?.row != null && own.row.until > after(now, LASTS / 2)) return true;
    const taken = slots.filter(({ row }) => row === null || row.until > now);
    if (own === undefined && taken.length >= most) return false;
    const rowKey = own?.rowKey ?? firstFree(taken);
    const before = slots.find((slot) => slot.rowKey === rowKey);
    // Where another was first, what it did counts.
    if ((await putAt(budget, { ...columns, rowKey }, before?.etag ?? null, abortSignal)) !== null) return true;
  }
  return false;
}

/** All who see the same take the same: of them one succeeds. */
function firstFree(taken: readonly Slot[]): string {
  const keys = new Set(taken.map(({ rowKey }) => rowKey));
  for (let index = 0; ; index++) if (!keys.has(`slot-${index}`)) return `slot-${index}`;
}

/** Frees the pool's slot, if it holds one. */
export async function freeSlot(budget: Budget, poolId: string, now: Date, abortSignal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const own = (await slotsIn(budget, now, abortSignal)).find((slot) => isOf(slot, poolId));
    if (own === undefined || (await deleted(budget, own, abortSignal))) return;
  }
  throw new Error('Too many others changed the same slot of the table budget.');
}

/**
 * The accounts whose pools hold slots, each once: those too that a look claimed which began nothing, until they are free
 * again. What is free, and of an account without a drain, is deleted on the way: it would be looked at for ever.
 */
export async function accountsDraining(
  { budget, drains }: Pick<Storage, 'budget' | 'drains'>,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<string[]> {
  const slots = await slotsIn(budget, now, abortSignal);
  const bad = slots.filter(({ row }) => row === null);
  if (bad.length > 0) {
    const rows = bad.map(({ rowKey }) => nameOf({ partitionKey: PARTITION, rowKey }));
    report({ table: 'budget', rows, reason: 'not a slot, or held for too long; it counts as taken: delete it' });
  }
  const ids = new Map<string, string>();
  for (const slot of slots) {
    const { accountId, row } = slot;
    if (typeof accountId !== 'string' || parseAccountId(accountId) === null) continue;
    // Whatever fails here, the account is looked at.
    const isOver = row !== null && row.until <= now && !(await hasOpenDrain(drains, accountId).catch(() => true));
    if (!isOver || !(await deleted(budget, slot, abortSignal).catch(() => false)))
      ids.set(tableKey(accountId), accountId);
  }
  return [...ids.values()];
}

/** Those that are claimed, or were. */
export async function slotsSeen(budget: Budget, now: Date, abortSignal: AbortSignal): Promise<SlotSeen[]> {
  const slots = await slotsIn(budget, now, abortSignal);
  return slots.map(({ pool, row }) => {
    return { poolId: typeof pool === 'string' ? pool : null, isFree: row !== null && row.until <= now };
  });
}

/** False when another changed it meanwhile. */
async function deleted(budget: Budget, { rowKey, etag }: Slot, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await budget.deleteEntity(PARTITION, rowKey, { etag, abortSignal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (isConflict(error)) return false;
    throw error;
  }
}

async function slotsIn(budget: Budget, now: Date, abortSignal: AbortSignal): Promise<Slot[]> {
  const filter = odata`PartitionKey eq ${PARTITION}`;
  const rows = await Array.fromAsync(budget.listEntities({ queryOptions: { filter }, abortSignal }));
  return rows.map((entity) => slotOf(entity, now));
}

function slotOf(entity: TableEntityResult<Record<string, unknown>>, now: Date): Slot {
  const { data } = SlotRow.safeParse(entity);
  const isBelieved = data !== undefined && isPast(after(data.until, -LASTS), now);
  const { rowKey = '', etag, accountId, pool } = entity;
  return { rowKey, etag, accountId, pool, row: isBelieved ? data : null };
}

function isOf({ pool }: Slot, poolId: string): boolean {
  return typeof pool === 'string' && sameId(pool, poolId);
}
