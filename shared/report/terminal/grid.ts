/** The cells of a row, each as its lines, painted or not. */
export type Row = readonly (readonly string[])[];

/** The lines of a table of boxes. No line of a cell is longer than its column's width. */
export function grid(rows: readonly Row[], widths: readonly number[]): string[] {
  const border = (left: string, middle: string, right: string) =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const between = border('├', '┼', '┤');
  const body = rows.flatMap((row, index) => [...(index === 0 ? [] : [between]), ...rowLines(row, widths)]);
  return [border('┌', '┬', '┐'), ...body, border('└', '┴', '┘')];
}

function rowLines(row: Row, widths: readonly number[]): string[] {
  const height = Math.max(...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) => {
    const cells = widths.map((width, column) => padded(row[column]?.[index] ?? '', width));
    return `│ ${cells.join(' │ ')} │`;
  });
}

function padded(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - unpainted(line).length));
}

/** Without the codes that paint. */
function unpainted(line: string): string {
  return line
    .split('\u001b')
    .map((part, index) => (index === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
    .join('');
}
