import { odata, type TableClient, type TableEntityResult } from '@azure/data-tables';
import { z } from 'zod';
import { DRAIN_STEPS } from '../../core/drain/drain.ts';
import { byKey } from '../../core/model/setting.ts';
import { WRITE_OUTCOMES } from '../../core/model/write-outcomes.ts';
import type { JournalEntry, Written } from '../../core/plan/journal.ts';
import { SecretColumn } from './fix-column.ts';
import { OUTCOME } from './journal.ts';
import { JsonText } from './json-text.ts';
import { idOfKey, nameOf, type Report, tableKey } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/** Which writes are asked for: the newest of them. */
export interface JournalQuestion {
  /** Null for all accounts. */
  readonly accountId: string | null;
  readonly since: Date | null;
  readonly limit: number;
}

export interface JournalAnswer {
  /** The newest last. */
  readonly writes: readonly JournalEntry[];
  /** How many earlier ones there are that were asked for, too. */
  readonly more: number;
}

type Journal = Pick<TableClient, 'listEntities'>;
type Row = TableEntityResult<Record<string, unknown>>;
interface Key {
  readonly partitionKey: string;
  readonly rowKey: string;
}

const AT_ONCE = 16;

/** Keys of an account are in the order of time: they are read first, and then the rows of the newest alone. */
export async function journalEntries(
  journal: Journal,
  question: JournalQuestion,
  report: Report,
): Promise<JournalAnswer> {
  const { kept, more } = await newestKeys(journal, question, report);
  const partitions = [...Map.groupBy(kept, ({ partitionKey }) => partitionKey).values()];
  const writes: JournalEntry[] = [];
  for (let start = 0; start < partitions.length; start += AT_ONCE) {
    const together = partitions.slice(start, start + AT_ONCE);
    const read = await Promise.all(together.map((keys) => rowsOf(journal, keys)));
    writes.push(...read.flatMap((rows) => entriesOf(rows, report)));
  }
  return { writes: writes.toSorted(byKey(({ id }) => id)), more };
}

async function newestKeys(
  journal: Journal,
  { accountId, since, limit }: JournalQuestion,
  report: Report,
): Promise<{ readonly kept: readonly Key[]; readonly more: number }> {
  const filters = [
    ...(accountId === null ? [] : [odata`PartitionKey eq ${tableKey(accountId)}`]),
    ...(since === null ? [] : [odata`RowKey ge ${since.toISOString()}`]),
  ];
  const select = ['PartitionKey', 'RowKey'];
  const queryOptions = { select, ...(filters.length === 0 ? {} : { filter: filters.join(' and ') }) };
  const orphans: string[] = [];
  let kept: Key[] = [];
  let all = 0;
  let before: Key | null = null;
  for await (const row of journal.listEntities({ queryOptions })) {
    const { partitionKey = '', rowKey = '' } = row;
    if (rowKey.endsWith(OUTCOME)) {
      if (before?.partitionKey !== partitionKey || before.rowKey + OUTCOME !== rowKey) orphans.push(nameOf(row));
      continue;
    }
    before = { partitionKey, rowKey };
    all += 1;
    kept.push(before);
    if (kept.length >= 2 * limit) kept = newest(kept, limit);
  }
  if (orphans.length > 0)
    report({ table: 'journal', rows: orphans, reason: 'what became of a write that has no row itself' });
  kept = newest(kept, limit);
  return { kept, more: all - kept.length };
}

function newest(keys: readonly Key[], limit: number): Key[] {
  return keys.toSorted(byKey(({ rowKey }) => rowKey)).slice(-limit);
}

/** @param keys of one partition, of which they are the newest */
async function rowsOf(journal: Journal, keys: readonly Key[]): Promise<Row[]> {
  const [first, last] = [keys[0], keys.at(-1)];
  if (first === undefined || last === undefined) return [];
  const filter = odata`PartitionKey eq ${first.partitionKey} and RowKey ge ${first.rowKey} and RowKey le ${last.rowKey + OUTCOME}`;
  return Array.fromAsync(journal.listEntities({ queryOptions: { filter } }));
}

/** The writes of that id, of all accounts or of one: ids are random, so that there is one at most. @throws RestError */
export async function writesOfId(
  journal: Journal,
  id: string,
  abortSignal: AbortSignal,
  { accountId = null, report = () => {} }: { readonly accountId?: string | null; readonly report?: Report } = {},
): Promise<JournalEntry[]> {
  const partition = accountId === null ? '' : odata`PartitionKey eq ${tableKey(accountId)} and `;
  const filter = partition + odata`(RowKey eq ${id} or RowKey eq ${id + OUTCOME})`;
  return entriesOf(await Array.fromAsync(journal.listEntities({ queryOptions: { filter }, abortSignal })), report);
}

const Text = z.string().catch('');
const Texts = JsonText.pipe(z.array(z.string())).catch([]);

/** What other versions did not write is left out. */
const IntentRow = z.object({
  partitionKey: z.string(),
  rowKey: z.string(),
  at: TimeColumn,
  resource: z.string(),
  class: z.enum(['begin', 'continue', 'finish']).catch('begin'),
  drain: z.string().optional().catch(undefined),
  step: z.enum(DRAIN_STEPS).optional().catch(undefined),
  before: JsonText.catch(null),
  after: JsonText.catch(null),
  change: Text,
  rules: Texts,
  findings: Texts,
  why: Text,
  correlationId: Text,
  version: Text,
  policy: Text,
});

const OutcomeRow = z.object({
  kind: z.enum(WRITE_OUTCOMES),
  message: z.string().nullable().catch(null),
  at: TimeColumn,
});

function entriesOf(rows: readonly Row[], report: Report): JournalEntry[] {
  const outcomes = new Map(rows.flatMap((row) => (row.rowKey?.endsWith(OUTCOME) ? [[row.rowKey, row] as const] : [])));
  const bad: string[] = [];
  const entries = rows.flatMap((row) => {
    if (row.rowKey?.endsWith(OUTCOME)) return [];
    const { data: intent } = IntentRow.safeParse(row);
    if (intent === undefined) {
      bad.push(nameOf(row));
      return [];
    }
    const concluded = outcomes.get(intent.rowKey + OUTCOME);
    const { data: outcome = null } = OutcomeRow.safeParse(concluded);
    if (concluded !== undefined && outcome === null) bad.push(nameOf(concluded));
    return [entryOf(intent, outcome)];
  });
  if (bad.length > 0) report({ table: 'journal', rows: bad, reason: 'not a write, or not what became of one' });
  return entries;
}

function entryOf(intent: z.infer<typeof IntentRow>, outcome: JournalEntry['outcome']): JournalEntry {
  const { rowKey, partitionKey, resource, class: writeClass, drain, step, before, after, change, ...rest } = intent;
  return {
    ...rest,
    id: rowKey,
    accountId: idOfKey(partitionKey),
    resourceId: resource,
    writeClass,
    drain: drain === undefined || step === undefined ? null : { id: drain, step },
    written: writtenOf(before, after),
    changeHash: change,
    outcome,
  };
}

function writtenOf(before: unknown, after: unknown): Written {
  const secret = SecretColumn.safeParse(after).data;
  if (secret !== undefined) return { kind: 'secret', set: secret };
  const told = [before, after].find((column) => typeof column === 'string');
  if (isObject(before) && isObject(after)) return { kind: 'settings', before, after };
  return { kind: 'not-told', why: typeof told === 'string' ? told : 'the row does not tell what was changed' };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
