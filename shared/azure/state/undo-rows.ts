import { isRestError } from '@azure/core-rest-pipeline';
import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { believed } from '../../core/model/believed.ts';
import { notShown, readingFailed, type UnknownReason, undecided } from '../../core/model/reading.ts';
import { parsePoolId, sameId } from '../../core/model/resource-id.ts';
import { type JournalEntry, WRITE_ID } from '../../core/plan/journal.ts';
import { type Undo, type UndoneEntry, whyNotUndone } from '../../core/plan/undo.ts';
import { decodeFix } from './fix-column.ts';
import { writesOfId } from './journal-entries.ts';
import { JsonText } from './json-text.ts';
import { askFor, ENDED, endRequest, type Place, RequestKey, rowsOf } from './request-rows.ts';
import { messageOf } from './storage.ts';
import { TimeColumn } from './time-column.ts';

/** A row of the table `requests` by which a person takes a write of ours back. What it was stands in the journal alone. */
const UndoRow = z.object({
  rowKey: RequestKey,
  entry: z.string().regex(WRITE_ID),
  resource: z.string(),
  rules: JsonText.pipe(z.array(z.string())),
  who: z.string(),
  /** When the table took the row, by its own clock. */
  timestamp: TimeColumn,
});

/** @param rows all of the account in `requests` */
export async function undosIn(rows: Parameters<typeof rowsOf>[0], place: Place): Promise<Undo[]> {
  const keys = new Set(rows.map(({ rowKey }) => rowKey));
  const wanted = 'not an undo: it needs entry, resource, rules and who';
  const read = rowsOf(rows, 'undo', UndoRow, wanted, place.report);
  return Promise.all(
    read.map(async ({ rowKey, entry, resource, rules, who, timestamp }): Promise<Undo> => {
      const common = { id: rowKey, resourceId: resource, rules, who, at: believed(timestamp, place.now) };
      const isOver = keys.has(rowKey + ENDED);
      return { ...common, entry: isOver ? null : await entryOf(entry, resource, place) };
    }),
  );
}

async function entryOf(id: string, resourceId: string, place: Place): Promise<UndoneEntry> {
  const { journal, accountId, abortSignal, report } = place;
  const unknown = (reason: UnknownReason) => ({ id, at: place.now, rules: [], change: { unknown: reason } });
  try {
    const [entry] = await writesOfId(journal, id, abortSignal, { accountId, report });
    if (entry === undefined || !sameId(entry.resourceId, resourceId))
      return unknown(notShown('the journal has no such write of this resource'));
    return { id, at: entry.at, rules: entry.rules, change: changeOf(entry) };
  } catch (error) {
    if (abortSignal.aborted || !isRestError(error)) throw error;
    return unknown(readingFailed(`the journal could not be read: ${messageOf(error)}`));
  }
}

/** What is written back is read as strictly as a fix: whoever can write rows may have made it. */
export function changeOf(entry: JournalEntry): UndoneEntry['change'] {
  const why = whyNotUndone(entry);
  if (why !== null || entry.written.kind !== 'settings') return { unknown: undecided(why ?? 'it set no settings') };
  const { before, after } = entry.written;
  const [back, left] = [before, after].map((set) => decoded(entry.resourceId, set));
  if (back == null || left == null || Object.keys(back.set).length !== Object.keys(left.set).length)
    return { unknown: undecided('the journal does not tell all that was there before') };
  return { known: { back, left } };
}

function decoded(resourceId: string, set: object) {
  const kind = parsePoolId(resourceId) === null ? 'set-account' : 'set-pool';
  const fix = decodeFix(JSON.stringify({ kind, id: resourceId, set }), resourceId);
  return fix?.kind === 'set-account' || fix?.kind === 'set-pool' ? fix : null;
}

/** What a person asks to be taken back. */
export type AskedUndo = Pick<Undo, 'resourceId' | 'rules' | 'who' | 'at'> & { readonly entry: string };

/** Leaves the wish that the next look sees. @throws TypeError for what is in no Batch account */
export async function askForUndo(
  requests: Pick<TableClient, 'createEntity'>,
  { resourceId, rules, who, at, entry }: AskedUndo,
  abortSignal: AbortSignal,
): Promise<void> {
  const columns = { entry, resource: resourceId, rules: JSON.stringify(rules), who, when: at };
  await askFor(requests, 'undo', resourceId, columns, abortSignal);
}

/** Notes that an undo is over. May be called again. */
export async function endUndo(
  requests: Pick<TableClient, 'createEntity'>,
  accountId: string,
  undo: Undo,
  at: Date,
  abortSignal: AbortSignal,
): Promise<void> {
  await endRequest(requests, accountId, undo.id, { action: 'undo-ended' }, at, abortSignal);
}
