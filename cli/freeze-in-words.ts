import type { FreezeNote } from '../shared/core/policy/freeze-policy.ts';
import type { PolicyDocument } from '../shared/core/policy/policy-document.ts';
import { jsonText } from '../shared/report/harmless.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { drainsInWords } from './drains-in-words.ts';
import { heading, labelled } from './labelled.ts';
import { modesInWords } from './modes-in-words.ts';

/** What came of freezing or unfreezing. */
export interface FreezeDone {
  readonly freeze: boolean;
  /** What was asked for now. */
  readonly note: FreezeNote;
  /** The policy beside that. */
  readonly document: PolicyDocument;
  /** False when it was so already: nothing was written. */
  readonly isChanged: boolean;
  /** Whether there was no policy. */
  readonly isNew: boolean;
  /** The note that stood in the policy before; null where there was none. */
  readonly before: string | null;
}

/** For a person: what was done, what goes on, and what to do later. */
export function freezeText(done: FreezeDone, terminal: Terminal): string {
  const { freeze, isChanged } = done;
  const named = ([label, text]: Line) => labelled(label, text, terminal.width);
  const state = freeze ? 'Frozen' : 'Not frozen';
  const lines = [
    ...heading(isChanged ? `${freeze ? 'Frozen' : 'Unfrozen'}.` : `${state} already: nothing was written.`, terminal),
    ...(isChanged ? changeOf(done) : beforeOf(done)).flatMap(named),
    '',
    ...heading(freeze ? 'While it is frozen' : 'What happens next', terminal),
    ...(freeze ? FROZEN : unfrozen(done)).flatMap(named),
  ];
  return `${lines.join('\n')}\n`;
}

type Line = readonly [label: string, text: string];

function changeOf({ freeze, note, isNew }: FreezeDone): Line[] {
  const policy = isNew
    ? 'there was none. config/policy.yaml now only reports, as the built-in one does, and says freeze: true.'
    : `config/policy.yaml says freeze: ${freeze}, and in its first line who says so. All else in it is as it was.`;
  return [
    ['policy', policy],
    ['by', `${note.who}, ${note.at.toISOString()}`],
    ...(note.reason === null ? [] : [['reason', note.reason] as const]),
  ];
}

function beforeOf({ before }: FreezeDone): Line[] {
  return before === null ? [] : [['before', before]];
}

const SEEN = 'by every look that begins from now on. One that is under way goes by what it read: 8 minutes at most.';

const FROZEN: readonly Line[] = [
  ['seen', SEEN],
  ['begun', 'nothing: no change of an account or pool, no drain, no rotation.'],
  [
    'ends',
    'what is under way. Drains give their pools the size back, without a change. A secret that a pool was given already becomes the current one.',
  ],
  ['goes on', 'looks and findings: what would be written is held as "frozen".'],
  ['later', 'npx batch-warden unfreeze --by WHO lets it begin changes again.'],
];

function unfrozen({ document }: FreezeDone): Line[] {
  return [
    ['seen', SEEN],
    ['begun', 'what was held as "frozen": at the next look at its account, after an event or at the next sweep.'],
    ['rules', `${modesInWords(document)}.`],
    ['drains', `${drainsInWords(document.drains)}.`],
  ];
}

/**
 * The same as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it. All keys are always there.
 *
 * - `freeze` is what the policy says now; `changed` is false when it said so before, and nothing was written.
 * - `who`, `at` and `reason` are of this request; `reason` is null where none was given. `before` is the line about the
 *   freeze that stood in the policy, or null.
 */
export function freezeJson({ freeze, isChanged, note, before }: FreezeDone): string {
  const { who, at, reason } = note;
  return `${jsonText({ schema: 1, freeze, changed: isChanged, who, at, reason, before }, 2)}\n`;
}
