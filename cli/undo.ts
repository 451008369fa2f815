import { redacted, redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { WRITE_ID } from '../shared/core/plan/journal.ts';
import { whyNotUndone } from '../shared/core/plan/undo.ts';
import { shortName } from '../shared/report/short-name.ts';
import { type UndoRequest, undoJson } from '../shared/report/undo-report.ts';
import { askForLook, orBadInput, requestsOf, whoAsks } from './asking.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import type { UndoOptions } from './undo-command.ts';
import { undoText } from './undo-in-words.ts';

/** Asks that a write of the journal be taken back, and gives the exit code. */
export async function undo(id: string, options: UndoOptions, io: Io): Promise<number> {
  if (!WRITE_ID.test(id)) throw new BadInput(`Not the id of a write: ${id}. batch-warden journal shows it.`);
  const who = whoAsks(options.by);
  const requests = await requestsOf(options.storage);
  const entries = await orBadInput('Nothing was asked for', () => requests.written(id));
  const [entry] = entries;
  if (entry === undefined)
    throw new BadInput(`The journal has no write ${id}. batch-warden journal shows those it has.`);
  const why = whyNotUndone(entry);
  if (why !== null) throw new BadInput(`This write of ${shortName(entry.resourceId)} is not taken back: ${why}.`);
  const { resourceId, rules } = entry;
  const at = new Date();
  await orBadInput('Nothing was asked for', () => requests.undo({ entry: id, resourceId, rules, who, at }));
  const look = await askForLook(requests, resourceId, at);
  const asked: UndoRequest = { entry, who, at, look };
  io.out(options.format === 'json' ? undoJson(redactedIn(asked)) : redacted(undoText(asked, io)));
  return CLEAN;
}
