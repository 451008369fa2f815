import { flush } from '../shared/report/terminal/indent.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { wrap } from '../shared/report/terminal/wrap.ts';

const LABEL = 10;

/** Lines that begin with a label, or as far to the right, at most `width` long. @param label at most seven characters */
export function labelled(label: string, text: string, width: number): string[] {
  return wrap(text, width - LABEL).map(
    (line, at) => `  ${at === 0 ? label.padEnd(LABEL - 2) : ' '.repeat(LABEL - 2)}${line}`,
  );
}

/** What stands over such lines. */
export function heading(text: string, terminal: Terminal): string[] {
  return flush(text, terminal, ['bold']);
}

/** Whether a look was asked for. @param why it could not be; null where it was */
export function lookInWords(why: string | null): string {
  return why === null
    ? 'asked for: it comes as soon as the app takes it from its queue'
    : `the next sweep sees it; no look could be asked for: ${why}`;
}
