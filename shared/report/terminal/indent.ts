import type { Style, Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** Where the text of a verdict begins, in columns. */
export const MARGIN = 10;
const LABEL = 13;

/** A label, and beside it its texts, each from a line of its own. */
export function field(
  label: string,
  texts: readonly string[],
  terminal: Terminal,
  styles: readonly Style[] = [],
): string[] {
  const lines = texts.flatMap((text) => wrap(text, terminal.width - MARGIN - LABEL));
  return lines.map((line, index) => {
    const before = index === 0 ? terminal.paint(['dim'], label) + ' '.repeat(LABEL - label.length) : ' '.repeat(LABEL);
    return indented(MARGIN, before + terminal.paint(styles, line));
  });
}

/** A text from the first column on. */
export function flush(text: string, { width, paint }: Terminal, styles: readonly Style[] = []): string[] {
  return wrap(text, width).map((line) => paint(styles, line));
}

export function indented(columns: number, text: string): string {
  return `${' '.repeat(columns)}${text}`;
}
