import type { OpenState } from '../shared/azure/state/open-state.ts';
import { listed } from '../shared/core/model/words.ts';
import { redacted } from '../shared/core/plain-secrets/redacted.ts';
import type { BadRow } from '../shared/report/journal-report.ts';
import type { Unseen } from '../shared/report/status-report.ts';
import { orBadInput } from './asking.ts';
import type { Io } from './io.ts';
import { storageEndpoints } from './storage-endpoints.ts';

/** For what is told where a person may see it: where not, why. */
type OrUnseen = <T>(reading: Promise<T>) => Promise<T | Unseen>;

/** Reads what the app keeps, as the person who is signed in. @throws BadInput where that is refused */
export async function readState<T>(
  storage: string | undefined,
  read: (state: OpenState, orUnseen: OrUnseen) => Promise<T>,
): Promise<{ readonly value: T; readonly badRows: readonly BadRow[]; readonly host: string }> {
  const endpoints = storageEndpoints(storage, process.env);
  const [{ NotAsked }, { openState }] = await Promise.all([
    import('../shared/azure/state/not-asked.ts'),
    import('../shared/azure/state/open-state.ts'),
  ]);
  const badRows: BadRow[] = [];
  const state = openState(endpoints, ({ table, rows, reason }) => {
    badRows.push(...rows.map((row) => ({ table, row, reason })));
  });
  const orUnseen: OrUnseen = (reading) =>
    reading.catch((error: unknown) => {
      if (!(error instanceof NotAsked)) throw error;
      return { unseen: error.message };
    });
  const value = await orBadInput('Nothing could be read', () => read(state, orUnseen));
  return { value, badRows, host: new URL(endpoints.table).host };
}

/** Which rows could not be read: the first of each table and reason, and how many more. */
export function tellBadRows(badRows: readonly BadRow[], io: Pick<Io, 'err'>): void {
  const kinds = Map.groupBy(badRows, ({ table, reason }) => `${table}: ${reason}`);
  for (const [kind, rows] of kinds)
    io.err(redacted(`Rows left out of the table ${kind}: ${listed(rows.map(({ row }) => row))}\n`));
}
