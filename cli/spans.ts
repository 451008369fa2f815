import type { MarkedToken, Token } from 'marked';
import type { Paint, Style } from '../shared/report/terminal/terminal.ts';
import { wrap } from '../shared/report/terminal/wrap.ts';

/** A piece of text that looks the same throughout. */
export interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

/** The lexer's own tokens: there are no extensions that would add others. */
export function known(tokens: readonly Token[]): readonly MarkedToken[] {
  return tokens as readonly MarkedToken[];
}

/** The text of a paragraph, a heading or a cell. Code keeps its backticks where there are no colours. */
export function spansOf(tokens: readonly Token[], paint: Paint): readonly Span[] {
  return known(tokens).flatMap((token): readonly Span[] => {
    if (token.type === 'codespan') {
      const isPlain = paint(['cyan'], '`') === '`';
      return [{ text: isPlain ? `\`${token.text}\`` : token.text, styles: ['cyan'] }];
    }
    if (!('tokens' in token) || token.tokens === undefined)
      return [{ text: 'text' in token ? token.text : token.raw, styles: [] }];
    const inner = spansOf(token.tokens, paint);
    if (token.type === 'strong' || token.type === 'em') return inner.map(({ text }) => ({ text, styles: ['bold'] }));
    const isElsewhere = token.type === 'link' && /^https?:/.test(token.href) && token.href !== token.text;
    return isElsewhere ? [...inner, { text: ` (${token.href})`, styles: [] }] : inner;
  });
}

/** How many columns the spans take on one line. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + text.length, 0);
}

/** The spans as lines, none longer than `width`, painted. */
export function linesOf(spans: readonly Span[], width: number, paint: Paint): string[] {
  /** Of each character that is not white space: wrapping moves only that. */
  const styles = spans.flatMap((span) =>
    span.text
      .replaceAll(/[\s\p{Cc}]/gu, '')
      .split('')
      .map(() => span.styles),
  );
  let next = 0;
  return wrap(spans.map(({ text }) => text).join(''), width).map((line) => {
    const runs: { text: string; styles: readonly Style[] }[] = [];
    for (const character of line.split('')) {
      const run = runs.at(-1);
      const style = character === ' ' ? run?.styles : styles[next++];
      if (run !== undefined && run.styles === style) run.text += character;
      else runs.push({ text: character, styles: style ?? [] });
    }
    return runs.map((run) => paint(run.styles, run.text)).join('');
  });
}
