import { type Check, RESULTS, type Result, THE_APP, worst } from '../shared/core/doctor/check.ts';
import { count } from '../shared/core/model/words.ts';
import { jsonText } from '../shared/report/harmless.ts';
import type { Style, Terminal } from '../shared/report/terminal/terminal.ts';
import { wrap } from '../shared/report/terminal/wrap.ts';
import { heading } from './labelled.ts';

/** What was checked, and when. */
export interface DoctorReport {
  readonly at: Date;
  /** Host of the app's tables. */
  readonly storage: string;
  /** Whether who is signed in is the app. */
  readonly isApp: boolean;
  readonly checks: readonly Check[];
}

const WORDS: Readonly<Record<Result, string>> = { ok: 'ok', warn: 'note', fail: 'FAILS' };
const STYLES: Readonly<Record<Result, readonly Style[]>> = { ok: ['green'], warn: ['yellow'], fail: ['bold', 'red'] };
const MARGIN = 9;
const AS_THE_APP = 'Checked as the app itself is signed in.';
const AS_YOURSELF =
  'Checked as you are signed in: rights are yours. What the app found of its own is the check own-checks.';

/** For a person: what is not well says why, and what to do. */
export function doctorText({ storage, isApp, checks }: DoctorReport, terminal: Terminal): string {
  const byResource = Map.groupBy(checks, ({ about }) => about);
  const lines = [
    ...heading(`Batch Warden, which keeps its state at ${storage}`, terminal),
    ...wrap(isApp ? AS_THE_APP : AS_YOURSELF, terminal.width),
    ...wrap(`${count(checks.length, 'check')}: ${tally(checks)}.`, terminal.width),
    ...[...byResource].flatMap(([about, made]) => [
      '',
      ...heading(nameOf(about), terminal),
      ...inOrder(made, terminal),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function tally(checks: readonly Check[]): string {
  const number = (result: Result) => checks.filter((check) => check.result === result).length;
  return `${number('ok')} ok, ${number('warn')} to note, ${number('fail')} failing`;
}

function nameOf(about: string): string {
  return about === THE_APP ? 'The app' : `Subscription ${about.split('/').at(-1)}`;
}

/** Two lines at least where something is to be done. */
function inOrder(checks: readonly Check[], { width, paint }: Terminal): string[] {
  return checks.flatMap(({ name, result, why, todo }) => {
    const text = wrap(sentence(`${name}: ${why}`), width - MARGIN).map((line, at) =>
      at === 0 ? `  ${paint(STYLES[result], WORDS[result].padEnd(MARGIN - 4))}  ${line}` : indented(line),
    );
    return [...text, ...(todo === null ? [] : wrap(sentence(`To do: ${todo}`), width - MARGIN).map(indented))];
  });
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function indented(line: string): string {
  return `${' '.repeat(MARGIN)}${line}`;
}

/**
 * The same as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys, and new checks,
 * alone do not change it. All keys are always there.
 *
 * - `result` is the gravest of all: `ok`, `warn` or `fail`.
 * - `about` is `/subscriptions/{id}`, or `/batch-warden` for the app itself.
 * - `todo` is null where all is well.
 */
export function doctorJson({ at, storage, checks }: DoctorReport): string {
  const counts = Object.fromEntries(
    RESULTS.map((each) => [each, checks.filter(({ result }) => result === each).length]),
  );
  const made = checks.map(({ name, about, result, why, todo }) => ({ name, about, result, why, todo }));
  return `${jsonText({ schema: 1, at, storage, result: worst(checks), ...counts, checks: made }, 2)}\n`;
}
