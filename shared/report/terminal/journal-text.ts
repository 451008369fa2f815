import { secretParts } from '../../core/model/secret-id.ts';
import { count } from '../../core/model/words.ts';
import type { WriteOutcomeKind } from '../../core/model/write-outcomes.ts';
import type { JournalEntry } from '../../core/plan/journal.ts';
import { changeInWords } from '../fix-words.ts';
import type { JournalReport } from '../journal-report.ts';
import { differences } from '../settings-diff.ts';
import { shortName } from '../short-name.ts';
import { flush, indented } from './indent.ts';
import { labelled } from './labelled.ts';
import { NARROWEST, type Style, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';
import { differenceInWords, STEPS_IN_WORDS } from './write-words.ts';

type OutcomeKind = WriteOutcomeKind | 'unknown';

const OUTCOMES: Readonly<Record<OutcomeKind, string>> = {
  applied: 'Azure took it',
  refused: 'Azure refused it',
  conflict: 'somebody else changed it first, so it was not written',
  gone: 'it was gone by then',
  'not-effective': 'Azure took it, and it is not in effect',
  failed: 'no answer tells what became of it',
  unknown: 'none is kept; the next look sees what is there',
};

const OUTCOME_STYLES: Readonly<Record<OutcomeKind, readonly Style[]>> = {
  applied: ['green'],
  refused: ['red'],
  conflict: ['yellow'],
  gone: ['yellow'],
  'not-effective': ['red'],
  failed: ['red'],
  unknown: ['magenta'],
};

/** The writes for a person, a block each, the newest last; then a line that sums up. Nothing of a write is cut off. */
export function journalText(report: JournalReport, terminal: Terminal): string {
  const { width, paint } = { ...terminal, width: Math.max(terminal.width, NARROWEST) };
  const blocks = report.writes.map((write) => [...blockOf(write, { width, paint }), '']);
  const sums = summaryOf(report).flatMap((text, at) => flush(text, { width, paint }, at === 0 ? ['bold'] : []));
  return `${[...blocks.flat(), ...sums].join('\n')}\n`;
}

function blockOf(write: JournalEntry, terminal: Terminal): string[] {
  const { id, resourceId, rules, drain, correlationId, outcome } = write;
  const { width, paint } = terminal;
  const kind = outcome?.kind ?? 'unknown';
  const message = outcome?.message ? `: ${outcome.message}` : '';
  return [
    // It begins with the time.
    paint(['dim'], id),
    ...wrap(nameOf(resourceId), width - 2).map((line) => indented(2, paint(['bold'], line))),
    ...labelled('rules', rules.length === 0 ? [] : [rules.join(', ')], terminal),
    ...labelled(
      'drain',
      drain === null ? [] : [`${drain.step}: ${STEPS_IN_WORDS[drain.step]} (drain ${drain.id})`],
      terminal,
    ),
    ...labelled('changes', changesOf(write), terminal),
    ...labelled('outcome', [`${kind}: ${OUTCOMES[kind]}${message}`], terminal, OUTCOME_STYLES[kind]),
    ...labelled('look', correlationId === '' ? [] : [correlationId], terminal, ['dim']),
  ];
}

/** A secret by its name and vault. */
function nameOf(resourceId: string): string {
  const secret = secretParts(resourceId);
  return secret === null ? shortName(resourceId) : resourceId;
}

function changesOf({ written, resourceId }: JournalEntry): string[] {
  switch (written.kind) {
    case 'not-told':
      return [`not told: ${written.why}`];
    case 'secret':
      return changeInWords({ kind: 'set-secret', id: resourceId, poolId: '', user: 'its user', set: written.set });
    case 'settings': {
      const changed = differences(written.before, written.after);
      return changed.length === 0 ? ['none: all settings were sent as they were'] : changed.map(differenceInWords);
    }
  }
}

function summaryOf({ account, since, writes, more }: JournalReport): string[] {
  const where = account === null ? '' : ` in ${shortName(account)}`;
  const from = since === null ? '' : ` since ${since.toISOString()}`;
  if (writes.length === 0) return [`Nothing was written${where}${from}.`];
  const kinds = [...Map.groupBy(writes, ({ outcome }) => outcome?.kind ?? 'unknown')].map(
    ([kind, those]) => `${those.length} ${kind}`,
  );
  const earlier =
    more === 0 ? [] : [`${count(more, 'earlier write')} not shown: --limit ${writes.length + more} shows all.`];
  return [`${count(writes.length, 'write')}${where}${from}: ${kinds.join(', ')}`, ...earlier];
}
