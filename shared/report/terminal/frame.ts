import { flush, indented } from './indent.ts';
import type { Style, Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

const LABEL = 11;

/** A label in the first columns, and its text beside it. */
export function headLine(
  label: string,
  text: string,
  { width, paint }: Terminal,
  styles: readonly Style[] = [],
): string[] {
  return wrap(text, width - LABEL).map(
    (line, at) => (at === 0 ? paint(['dim'], label.padEnd(LABEL)) : ' '.repeat(LABEL)) + paint(styles, line),
  );
}

/** Lines under a title, after an empty line; nothing where there are none. */
export function section(title: string, lines: readonly string[], terminal: Terminal): string[] {
  return lines.length === 0 ? [] : ['', ...flush(title, terminal, ['bold']), ...lines];
}

/** What a person can do, and with which command, where there is one. */
export type NextStep = readonly [what: string, command: string | null];

/** The section of what to do next. */
export function nextSection(steps: readonly NextStep[], terminal: Terminal): string[] {
  const lines = steps.flatMap(([what, command]) => [
    ...wrap(what, terminal.width - 2).map((line) => indented(2, line)),
    // A command is not wrapped: it is copied.
    ...(command === null ? [] : [indented(4, terminal.paint(['green'], command))]),
  ]);
  return section('What to do next', lines, terminal);
}
