import { lexer, type MarkedToken, type Tokens } from 'marked';
import { grid } from '../shared/report/terminal/grid.ts';
import type { Terminal } from '../shared/report/terminal/terminal.ts';
import { known, lengthOf, linesOf, type Span, spansOf } from './spans.ts';

const MARGIN = '  ';

/** A page of Markdown for a terminal: headings at the margin, the rest indented. Code is not wrapped. */
export function toTerminal(markdown: string, { width, paint }: Terminal): string {
  const below = { width: width - MARGIN.length, paint };
  const blocks = known(lexer(markdown)).filter(({ type }) => type !== 'space');
  const texts = blocks.map((block) =>
    block.type === 'heading' ? headingLines(block, { width, paint }) : indent(blockLines(block, below)),
  );
  return `${texts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headingLines({ depth, tokens }: Tokens.Heading, { width, paint }: Terminal): string[] {
  const styles = depth === 1 ? (['bold', 'underline'] as const) : (['bold'] as const);
  return linesOf(
    [
      {
        text: spansOf(tokens, paint)
          .map(({ text }) => text)
          .join(''),
        styles,
      },
    ],
    width,
    paint,
  );
}

function blockLines(block: MarkedToken, terminal: Terminal): string[] {
  if (block.type === 'code') return indent(block.text.split('\n'));
  if (block.type === 'table') return tableLines(block, terminal);
  if (block.type === 'list')
    return block.items.flatMap((item, index) => itemLines(item, markOf(block, index), terminal));
  return linesOf(spansOf([block], terminal.paint), terminal.width, terminal.paint);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : MARGIN + line));
}

function markOf({ ordered, start }: Tokens.List, index: number): string {
  return ordered ? `${Number(start) + index}. ` : '- ';
}

function itemLines({ tokens }: Tokens.ListItem, mark: string, { width, paint }: Terminal): string[] {
  const blocks = known(tokens).filter(({ type }) => type !== 'space');
  const lines = blocks.flatMap((block) => blockLines(block, { width: width - mark.length, paint }));
  return lines.map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line);
}

function tableLines({ header, rows }: Tokens.Table, { width, paint }: Terminal): string[] {
  const head = header.map(({ tokens }) => spansOf(tokens, paint).map(({ text }): Span => ({ text, styles: ['bold'] })));
  const body = rows.map((row) => row.map(({ tokens }) => spansOf(tokens, paint)));
  const lengths = head.map((_, column) => Math.max(...[head, ...body].map((row) => lengthOf(row[column] ?? []))));
  const widths = shareOut(lengths, width - 1 - 3 * lengths.length);
  const isHeaded = head.some((spans) => lengthOf(spans) > 0);
  const cells = (row: readonly (readonly Span[])[]) =>
    row.map((spans, column) => linesOf(spans, widths[column] ?? 1, paint));
  return grid([...(isHeaded ? [head] : []), ...body].map(cells), widths);
}

/** What each column gets: as much as it wants, or where that is more than there is, an equal part of what is left. */
function shareOut(wanted: readonly number[], width: number): number[] {
  const narrowFirst = wanted.map((_, index) => index).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const widths = wanted.map(() => 1);
  let left = width;
  for (const [rank, column] of narrowFirst.entries()) {
    widths[column] = Math.max(1, Math.min(wanted[column] ?? 0, Math.floor(left / (wanted.length - rank))));
    left -= widths[column];
  }
  return widths;
}
