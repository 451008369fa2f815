import { randomBytes } from 'node:crypto';
import { odata, type TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { DRAIN_STEPS, type DrainWrite } from '../../core/drain/drain.ts';
import { believed } from '../../core/model/believed.ts';
import { after, MINUTE, SECOND } from '../../core/model/time.ts';
import { truncated } from '../../core/model/words.ts';
import { WRITE_OUTCOMES } from '../../core/model/write-outcomes.ts';
import { redactedIn } from '../../core/plain-secrets/redacted.ts';
import type { Journal } from '../../ports.ts';
import { isConflict, LONGEST_COLUMN, nameOf, type Report, type Storage, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

const CONCLUDING = 30 * SECOND;
/** Ends the key of the row that says what became of a write. */
export const OUTCOME = '-outcome';

/** The table `journal`: a row for each write before it is sent, and one for what became of it. Nothing is changed or deleted. */
export function journalIn(journal: Storage['journal'], abortSignal: AbortSignal): Journal {
  return {
    async intend(accountId, intent) {
      // Times first: the rows of an account are in their order.
      const rowKey = `${intent.at.toISOString()}-${randomBytes(8).toString('hex')}`;
      const row = {
        partitionKey: tableKey(accountId),
        rowKey,
        at: intent.at,
        resource: intent.resourceId,
        class: intent.writeClass,
        ...(intent.drain === null ? {} : { drain: intent.drain.id, step: intent.drain.step }),
        before: jsonColumn(intent.before),
        after: jsonColumn(intent.after),
        change: intent.changeHash,
        ...(intent.changes.length === 0 ? {} : { changes: intent.changes.join(' ') }),
        rules: jsonColumn(intent.rules),
        findings: jsonColumn(intent.findings),
        why: truncated(redactedIn(intent.why)),
        correlationId: intent.correlationId,
        version: intent.version,
        policy: intent.policy,
      };
      await journal.createEntity(row, { abortSignal }).catch(unlessOurs);
      return rowKey;
    },
    async conclude(accountId, intent, outcome, at) {
      const message = 'message' in outcome ? { message: truncated(redactedIn(outcome.message)) } : {};
      const row = { partitionKey: tableKey(accountId), rowKey: intent + OUTCOME, kind: outcome.kind, ...message, at };
      // What Azure accepted is recorded even when the look was stopped.
      await journal.createEntity(row, { abortSignal: AbortSignal.timeout(CONCLUDING) }).catch(unlessOurs);
    },
  };
}

/** Whole, or a note that it is too long: half of a JSON text says nothing. */
function jsonColumn(value: unknown): string {
  const text = JSON.stringify(redactedIn(value));
  return text.length <= LONGEST_COLUMN ? text : JSON.stringify(`left out: ${text.length} characters are too long`);
}

/** Keys are random: a row that is there was put by a try whose answer was lost. */
function unlessOurs(error: unknown): void {
  if (!isConflict(error)) throw error;
}

/** The outcomes that say that nothing was written. */
const NOT_WRITTEN: readonly unknown[] = ['refused', 'conflict', 'gone', 'failed'];

/** When changes were written last, by their ids: also those of which no outcome is kept, as the app was cut off. */
export async function writtenChanges(
  journal: Pick<TableClient, 'listEntities'>,
  accountId: string,
  since: Date,
  abortSignal: AbortSignal,
): Promise<ReadonlyMap<string, Date>> {
  const filter = odata`PartitionKey eq ${tableKey(accountId)} and RowKey ge ${after(since, -MINUTE).toISOString()}`;
  const select = ['PartitionKey', 'RowKey', 'changes', 'at', 'kind'];
  const rows = await Array.fromAsync(journal.listEntities({ queryOptions: { filter, select }, abortSignal }));
  const outcomes = new Map(rows.map(({ rowKey, kind }) => [rowKey, kind]));
  const written = new Map<string, Date>();
  for (const row of rows) {
    const { data } = ChangesRow.safeParse(row);
    if (data === undefined || NOT_WRITTEN.includes(outcomes.get(data.rowKey + OUTCOME))) continue;
    for (const change of data.changes.split(' ')) written.set(change, data.at);
  }
  return written;
}

const ChangesRow = z.object({ rowKey: z.string(), changes: z.string(), at: TimeColumn });

const WriteRow = z.object({ rowKey: z.string(), drain: z.string(), step: z.enum(DRAIN_STEPS), at: TimeColumn });

const OutcomeRow = z.object({ kind: z.enum(WRITE_OUTCOMES) });

/** The writes of drains of an account, by the drain's id, the earliest first. @param since none of them is earlier */
export async function drainWritesIn(
  journal: Pick<TableClient, 'listEntities'>,
  accountId: string,
  drains: ReadonlySet<string>,
  since: Date,
  now: Date,
  abortSignal: AbortSignal,
  report: Report,
): Promise<ReadonlyMap<string, readonly DrainWrite[]>> {
  // Another instance's clock may have made the key.
  const first = after(since, -MINUTE).toISOString();
  const filter = odata`PartitionKey eq ${tableKey(accountId)} and RowKey ge ${first}`;
  const select = ['PartitionKey', 'RowKey', 'drain', 'step', 'at', 'kind'];
  const rows = await Array.fromAsync(journal.listEntities({ queryOptions: { filter, select }, abortSignal }));
  const byKey = new Map(rows.map((row) => [row.rowKey, row]));
  const bad: string[] = [];
  const found = rows.flatMap((row) => {
    if (typeof row['drain'] !== 'string' || !drains.has(row['drain'])) return [];
    const { data: write } = WriteRow.safeParse(row);
    if (write === undefined) {
      bad.push(nameOf(row));
      return [];
    }
    const concluded = byKey.get(write.rowKey + OUTCOME);
    const { data: outcome } = OutcomeRow.safeParse(concluded);
    if (concluded !== undefined && outcome === undefined) bad.push(nameOf(concluded));
    const { drain, step, at } = write;
    return [{ drain, write: { step, at: believed(at, now), outcome: outcome?.kind ?? 'unknown' } as const }];
  });
  if (bad.length > 0)
    report({ table: 'journal', rows: bad, reason: 'not a write of a drain, or not what became of one' });
  const byDrain = Map.groupBy(found, ({ drain }) => drain);
  return new Map([...byDrain].map(([id, writes]) => [id, writes.map(({ write }) => write)]));
}
