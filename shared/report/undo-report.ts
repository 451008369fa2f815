import type { JournalEntry } from '../core/plan/journal.ts';
import { jsonText } from './harmless.ts';

/** A write that was asked to be taken back. */
export interface UndoRequest {
  readonly entry: JournalEntry;
  readonly who: string;
  readonly at: Date;
  /** Why no look could be asked for; null where one was. */
  readonly look: string | null;
}

/**
 * The request as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not change
 * it. `entry` is the id of the write, `from` what it left, `to` what stood there before, in the words of the journal; `held`
 * are the rules that wait for a release there.
 */
export function undoJson({ entry, who, at, look }: UndoRequest): string {
  const { id, resourceId, rules, written } = entry;
  const [from, to] = written.kind === 'settings' ? [written.after, written.before] : [null, null];
  return `${jsonText({ schema: 1, entry: id, resource: resourceId, who, at, look, from, to, held: rules }, 2)}\n`;
}
