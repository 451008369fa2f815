import { count, listed } from '../shared/core/model/words.ts';
import type { ApprovedChange, ApprovedChanges } from '../shared/report/approve-report.ts';
import { fixInWords } from '../shared/report/fix-words.ts';
import { APPROVABLE, HELD_IN_WORDS } from '../shared/report/held-words.ts';
import { shortName } from '../shared/report/short-name.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { heading, labelled, lookInWords } from './labelled.ts';

/** For a person: what was approved, what it lets be written, and what happens next. */
export function approveText({ who, at, until, changes }: ApprovedChanges, terminal: Terminal): string {
  const named = (label: string, text: string) => labelled(label, text, terminal.width);
  const lines = [
    ...heading(`Approved ${count(changes.length, 'change')}.`, terminal),
    ...named('by', `${who}, ${at.toISOString()}`),
    ...named('until', until.toISOString()),
    ...changes.flatMap((change) => ['', ...changeLines(change, terminal)]),
    '',
    ...heading('What happens next', terminal),
    ...STEPS.flatMap((step, index) => named(`${index + 1}.`, step)),
  ];
  return `${lines.join('\n')}\n`;
}

const STEPS = [
  'The next look writes it, where the same value stands there still and nothing else holds it. If not, the approval is void, and plan shows the new change.',
  'It holds for one write. Who undoes that is not answered by it: it takes another approval.',
];

function changeLines({ changeId, resourceId, fix, findings, look }: ApprovedChange, terminal: Terminal): string[] {
  const named = (label: string, text: string) => labelled(label, text, terminal.width);
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))];
  const others = [...new Set(findings.flatMap(({ held }) => held?.code ?? []))].filter(
    (code) => !APPROVABLE.includes(code),
  );
  return [
    ...heading(`${changeId}  ${shortName(resourceId)}`, terminal),
    ...named('for', listed(rules)),
    ...(fix === null ? [] : fixInWords(fix)).flatMap((line) => named('does', line)),
    ...others.flatMap((code) => named('held', `${code}: ${HELD_IN_WORDS[code]}. It waits for that, too.`)),
    ...named('look', lookInWords(look)),
  ];
}
