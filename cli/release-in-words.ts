import { count, listed } from '../shared/core/model/words.ts';
import { releaseOf } from '../shared/core/plan/contest.ts';
import { DRAIN } from '../shared/core/plan/drain-finding.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { endedBy, type Released } from '../shared/report/release-report.ts';
import { shortName } from '../shared/report/short-name.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { heading, labelled, lookInWords } from './labelled.ts';

/** For a person: what was released, what held it, and what happens next. */
export function releaseText(released: Released, terminal: Terminal): string {
  const { ruleId, resourceId, who, at, look } = released;
  const named = (label: string, text: string) => labelled(label, text, terminal.width);
  const what = ruleId === DRAIN ? 'the drains of' : `${ruleId} on`;
  const lines = [
    ...heading(`Released ${what} ${shortName(resourceId)}.`, terminal),
    ...named('by', `${who}, ${at.toISOString()}`),
    ...named('look', lookInWords(look)),
    '',
    ...heading('What it ends', terminal),
    ...endsOf(released).flatMap(([label, text]) => named(label, text)),
    '',
    ...heading('What happens next', terminal),
    ...(ruleId === DRAIN ? DRAINS : WRITES).flatMap((step, index) => named(`${index + 1}.`, step)),
  ];
  return `${lines.join('\n')}\n`;
}

const WRITES = [
  'The next look counts only the writes after this time. What is still wrong is written again, where nothing else holds it: its finding says so.',
  'Two more writes may follow. If somebody undoes these too, it is contested again: so settle first who sets it.',
];
const DRAINS = [
  'The next look counts only the drains that end after this time. Another one may begin, as far as the policy lets it: mode, freeze, notice, windows and drains.max hold as ever.',
  'After it the pool rests for a day again, and after two that change nothing it waits for another release.',
];

type Line = readonly [label: string, text: string];

function endsOf({ ruleId, resourceId, findings }: Released): Line[] {
  if ('unread' in findings) return [['unknown', `the findings of the app could not be read: ${findings.unread}`]];
  const open = findings.known.filter(({ status }) => status !== 'closed');
  const ended = endedBy(ruleId, open);
  if (ended.length > 0) return byWords(ruleId, ended);
  const name = shortName(resourceId);
  if (findings.known.length === 0)
    return [
      [
        'nothing',
        `the app keeps no finding about ${name}: see that the id is right. The release is left all the same.`,
      ],
    ];
  const nothing =
    ruleId === DRAIN
      ? `no drain of ${name} was contested or resting at the last look.`
      : `${ruleId} was not contested on ${name} at the last look.`;
  const others = [...new Set(open.map(releaseOf).filter((one) => one !== null))].toSorted();
  const own = open.filter((finding) => finding.ruleId === ruleId);
  return [
    ['nothing', `${nothing} The release is left all the same, and counts.`],
    ...byWords(ruleId, own),
    ...(others.length === 0 ? [] : [['others', `what waits for a release there: ${listed(others)}`] as const]),
  ];
}

/** What holds the findings; those of which the same is said are told together. */
function byWords(ruleId: string, findings: readonly Finding[]): Line[] {
  const groups = Map.groupBy(findings, ({ held }) => (held === null ? '' : `${held.code}: ${held.message}`));
  return [...groups]
    .filter(([words]) => words !== '')
    .map(([words, those]) => ['held', `${subjectsOf(ruleId, those)}${words}`]);
}

/** Nothing where it is the one finding that is meant. */
function subjectsOf(ruleId: string, findings: readonly Finding[]): string {
  const rules = [...new Set(findings.map((finding) => finding.ruleId))].filter((one) => one !== ruleId);
  const many = findings.length === 1 ? [] : [count(findings.length, 'finding')];
  const of = rules.length === 0 ? [] : [listed(rules)];
  const subject = [...many, ...of].join(' of ');
  return subject === '' ? '' : `${subject}, `;
}
