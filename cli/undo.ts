import { count, listed } from '../shared/core/model/words.ts';
import { redacted, redactedIn } from '../shared/core/plain-secrets/redacted.ts';
import { type JournalEntry, WRITE_ID } from '../shared/core/plan/journal.ts';
import { UNDO, whyNotUndone } from '../shared/core/plan/undo.ts';
import { differences } from '../shared/report/settings-diff.ts';
import { shortName } from '../shared/report/short-name.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { orBadInput, whoAsks } from './asking.ts';
import { whyFailed } from './azure.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import { heading, labelled, lookInWords } from './labelled.ts';
import { storageEndpoints } from './storage-endpoints.ts';
import type { UndoOptions } from './undo-command.ts';

/** Asks that a write of the journal be taken back, and gives the exit code. */
export async function undo(id: string, options: UndoOptions, io: Io): Promise<number> {
  if (!WRITE_ID.test(id)) throw new BadInput(`Not the id of a write: ${id}. batch-warden journal shows it.`);
  const who = whoAsks(options.by);
  const endpoints = storageEndpoints(options.storage, process.env);
  const { openRequests } = await import('../shared/azure/state/open-requests.ts');
  const requests = openRequests(endpoints);
  const entries = await orBadInput('Nothing was asked for', () => requests.written(id));
  const [entry] = entries;
  if (entry === undefined)
    throw new BadInput(`The journal has no write ${id}. batch-warden journal shows those it has.`);
  const why = whyNotUndone(entry);
  if (why !== null) throw new BadInput(`This write of ${shortName(entry.resourceId)} is not taken back: ${why}.`);
  const { resourceId, rules } = entry;
  const at = new Date();
  await orBadInput('Nothing was asked for', () => requests.undo({ entry: id, resourceId, rules, who, at }));
  const look = await requests.lookAt(resourceId, at).then(() => null, whyFailed);
  const asked: AskedFor = { entry, who, at, look };
  io.out(options.format === 'json' ? undoJson(redactedIn(asked)) : redacted(undoText(asked, io)));
  return CLEAN;
}

interface AskedFor {
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
function undoJson({ entry, who, at, look }: AskedFor): string {
  const { id, resourceId, rules, written } = entry;
  const [from, to] = written.kind === 'settings' ? [written.after, written.before] : [null, null];
  return `${JSON.stringify({ schema: 1, entry: id, resource: resourceId, who, at, look, from, to, held: rules }, null, 2)}\n`;
}

function undoText({ entry, who, at, look }: AskedFor, terminal: Terminal): string {
  const { id, resourceId, rules, written } = entry;
  const named = (label: string, text: string) => labelled(label, text, terminal.width);
  const changes = written.kind === 'settings' ? differences(written.after, written.before) : [];
  const none = (text: string | null) => text ?? 'not there';
  const lines = [
    ...heading(`Asked for: a write to ${shortName(resourceId)} is taken back.`, terminal),
    ...named('write', id),
    ...named('by', `${who}, ${at.toISOString()}`),
    ...named('look', lookInWords(look)),
    '',
    ...heading('What it writes', terminal),
    ...changes.flatMap(({ field, before, after }) => named('~', `${field}: ${none(before)} -> ${none(after)}`)),
    '',
    ...heading('What happens next', terminal),
    ...named(
      '1.',
      'The next look writes it, where what it left stands there still and no guard holds it: freeze, pipelines, limits, drains. batch-warden plan tells what it waits for.',
    ),
    ...named(
      '2.',
      `${count(rules.length, 'rule')} (${listed(rules)}) ${rules.length === 1 ? 'does' : 'do'} not write to it again until a release: batch-warden release ID RULE. A release of ${UNDO} is not needed.`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
