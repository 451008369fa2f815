import type { OpenState } from '../shared/azure/state/open-state.ts';
import { listed } from '../shared/core/model/words.ts';
import { redacted } from '../shared/core/plain-secrets/redacted.ts';
import type { BadRow } from '../shared/report/journal-report.ts';
import { orBadInput } from './asking.ts';
import type { Io } from './io.ts';
import { storageEndpoints } from './storage-endpoints.ts';

/** Reads what the app keeps, as the person who is signed in. @throws BadInput where that is refused */
export async function readState<T>(
  storage: string | undefined,
  read: (state: OpenState) => Promise<T>,
): Promise<{ readonly value: T; readonly badRows: readonly BadRow[] }> {
  const endpoints = storageEndpoints(storage, process.env);
  const { openState } = await import('../shared/azure/state/open-state.ts');
  const badRows: BadRow[] = [];
  const state = openState(endpoints, ({ table, rows, reason }) => {
    badRows.push(...rows.map((row) => ({ table, row, reason })));
  });
  return { value: await orBadInput('Nothing could be read', () => read(state)), badRows };
}

/** Which rows could not be read: the first of each table and reason, and how many more. */
export function tellBadRows(badRows: readonly BadRow[], io: Pick<Io, 'err'>): void {
  const kinds = Map.groupBy(badRows, ({ table, reason }) => `${table}: ${reason}`);
  for (const [kind, rows] of kinds)
    io.err(redacted(`Rows left out of the table ${kind}: ${listed(rows.map(({ row }) => row))}\n`));
}
