import { odata } from '@azure/data-tables';
import { z } from 'zod';
import { idKey } from '../../core/model/resource-id.ts';
import { after, DAY, HOUR, MINUTE } from '../../core/model/time.ts';
import { type Begun, hourOf, type LimitsSeen, leftIn, subscriptionOf, withOneMore } from '../../core/plan/budget.ts';
import { type Limits, MOST_CHANGES } from '../../core/policy/limits.ts';
import type { Budget } from '../../ports.ts';
import { type BudgetTable, breakerIn, freeProbe, noteTried, passBreaker } from './breaker.ts';
import { JsonText } from './json-text.ts';
import { messageOf, nameOf, nullIfMissing, putAt, type Report } from './storage.ts';
import { TimeColumn } from './time-column.ts';

const PARTITION = 'begun';
const KEPT_FOR = DAY;
const CLOCKS_DIFFER = MINUTE;
const MOST_TRIES = 16;

/**
 * A row of the partition `begun` of the table `budget`: an hour, UTC, named as in `2026-11-28T14`. In one column all that
 * was begun in it, so that one ETag guards the whole.
 */
const HourRow = z.object({
  timestamp: TimeColumn.optional(),
  begun: JsonText.pipe(
    z.record(
      z.string().refine((key) => key === idKey(key)),
      z.int().min(1).max(MOST_CHANGES),
    ),
  ),
});

const HOUR_KEY = /^\d{4}-\d\d-\d\dT\d\d$/;

/** How much is begun, and the breaker. */
export function budgetOf(budget: BudgetTable, now: () => Date, abortSignal: AbortSignal, report: Report): Budget {
  return {
    limitsSeen: () => limitsIn(budget, now(), abortSignal, report),
    passBreaker: (probe) => passBreaker(budget, probe, now, abortSignal),
    freeProbe: (probe) => freeProbe(budget, probe, now),
    claimChange: (accountId, limits) => claimChange(budget, accountId, limits, now, abortSignal, report),
    noteTried: (tried, limits) => noteTried(budget, tried, limits, now),
  };
}

/** What bounds how much is begun at `now`; rows that are not as we write them are reported. */
export async function limitsIn(
  budget: BudgetTable,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<LimitsSeen> {
  const [begun, breaker] = await Promise.all([
    begunIn(budget, now, abortSignal, report),
    breakerIn(budget, now, abortSignal, report),
  ]);
  return { begun, breaker };
}

async function begunIn(
  budget: BudgetTable,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<Begun | null> {
  const { begun, rowKey } = await hourIn(budget, now, abortSignal);
  if (begun === null) tell(report, [rowKey]);
  return begun;
}

function tell(report: Report, rowKeys: readonly string[]): void {
  const rows = rowKeys.map((rowKey) => nameOf({ partitionKey: PARTITION, rowKey }));
  const reason = 'not what was begun in an hour, or of one to come: it counts as used up; delete it';
  report({ table: 'budget', rows, reason });
}

async function claimChange(
  budget: BudgetTable,
  accountId: string,
  limits: Limits,
  now: () => Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<boolean> {
  const subscription = subscriptionOf(accountId);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const at = now();
    const { begun, etag, rowKey } = await hourIn(budget, at, abortSignal);
    if (begun === null || leftIn(begun, limits, subscription) === 0) return false;
    const row = {
      partitionKey: PARTITION,
      rowKey,
      begun: JSON.stringify(Object.fromEntries(withOneMore(begun, subscription))),
    };
    // Where another was first, what it took counts.
    if ((await putAt(budget, row, etag, abortSignal)) === null) continue;
    if (etag === null) await forgetOld(budget, at, abortSignal, report);
    // The write would count in an hour of which nothing was taken.
    if (keyOf(now()) === rowKey) return true;
  }
  return false;
}

interface Hour {
  readonly rowKey: string;
  /** Null when there is no row yet. */
  readonly etag: string | null;
  /** Null when the row is none, or was written before its hour: it counts as used up. */
  readonly begun: Begun | null;
}

async function hourIn(budget: BudgetTable, now: Date, abortSignal: AbortSignal): Promise<Hour> {
  const rowKey = keyOf(now);
  const entity = await budget.getEntity(PARTITION, rowKey, { abortSignal }).catch(nullIfMissing);
  if (entity === null) return { rowKey, etag: null, begun: new Map() };
  const { data } = HourRow.safeParse(entity);
  const isOfItsTime = (data?.timestamp ?? now) >= after(hourOf(now), -CLOCKS_DIFFER);
  const begun = data !== undefined && isOfItsTime ? new Map(Object.entries(data.begun)) : null;
  return { rowKey, etag: entity.etag, begun };
}

function keyOf(time: Date): string {
  return hourOf(time).toISOString().slice(0, 'yyyy-mm-ddThh'.length);
}

/** Once an hour. What cannot be deleted now is in the next hour. */
async function forgetOld(budget: BudgetTable, now: Date, abortSignal: AbortSignal, report: Report): Promise<void> {
  try {
    const filter = odata`PartitionKey eq ${PARTITION}`;
    const rows = await Array.fromAsync(
      budget.listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey'] }, abortSignal }),
    );
    const keys = rows.map(({ rowKey = '' }) => rowKey);
    const bad = keys.filter((key) => !HOUR_KEY.test(key) || key > keyOf(after(now, HOUR)));
    if (bad.length > 0) tell(report, bad);
    const old = keys.filter((key) => HOUR_KEY.test(key) && key < keyOf(after(now, -KEPT_FOR)));
    await Promise.all(old.slice(0, 2 * MOST_TRIES).map((key) => budget.deleteEntity(PARTITION, key, { abortSignal })));
  } catch (error) {
    report({
      table: 'budget',
      rows: [nameOf({ partitionKey: PARTITION })],
      reason: `not deleted: ${messageOf(error)}`,
    });
  }
}
