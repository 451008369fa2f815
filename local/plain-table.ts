import { grid } from '../shared/report/terminal/grid.ts';

/** A table as wide as its cells, a line below its head and none between its rows. A cell may have several lines. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((_, column) =>
    rows.flatMap((row) => {
      const lines = row.map((cell) => cell.split('\n'));
      const height = Math.max(...lines.map((cell) => cell.length));
      return Array.from({ length: height }, (_, line) => lines[column]?.[line] ?? '');
    }),
  );
  const widths = columns.map((lines, column) => Math.max(...[head[column] ?? '', ...lines].map((line) => line.length)));
  return grid([head.map((cell) => [cell]), columns], widths).join('\n');
}
