import { count, listed } from '../shared/core/model/words.ts';
import { UNDO } from '../shared/core/plan/undo.ts';
import { differences } from '../shared/report/settings-diff.ts';
import { shortName } from '../shared/report/short-name.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import type { UndoRequest } from '../shared/report/undo-report.ts';
import { heading, labelled, lookInWords } from './labelled.ts';

/** For a person: what was asked for, what it writes, and what happens next. */
export function undoText({ entry, who, at, look }: UndoRequest, terminal: Terminal): string {
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
      'The next look writes it, where what it left stands there still and no guard holds it: freeze, mode, pipelines, limits, drains. batch-warden plan tells what it waits for.',
    ),
    ...named(
      '2.',
      `${count(rules.length, 'rule')} (${listed(rules)}) ${rules.length === 1 ? 'does' : 'do'} not write to it again until a release: batch-warden release ID RULE. A release of ${UNDO} is not needed.`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
