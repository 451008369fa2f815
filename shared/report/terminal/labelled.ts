import { indented } from './indent.ts';
import type { Style, Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

const LABEL = 11;
const HANGING = 2;

/** A label, and beside it its texts, each from a line of its own; what of one goes on further is set in. */
export function labelled(
  label: string,
  texts: readonly string[],
  { width, paint }: Terminal,
  styles: readonly Style[] = [],
): string[] {
  const lines = texts.flatMap((text) => {
    const [first = '', ...rest] = wrap(text, width - 2 - LABEL - HANGING);
    return [first, ...rest.map((line) => indented(HANGING, line))];
  });
  return lines.map((line, at) => {
    const before = at === 0 ? paint(['dim'], label) + ' '.repeat(LABEL - label.length) : ' '.repeat(LABEL);
    return indented(2, before + paint(styles, line));
  });
}
