import type { Finding } from '../../core/plan/finding.ts';
import { shortName } from '../short-name.ts';
import { indented } from './indent.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** Cells to the left as wide as the widest, and a last one that wraps. */
export function rows(cells: readonly (readonly string[])[], { width }: Terminal): string[] {
  const widths = (cells[0] ?? []).slice(0, -1).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const left = widths.reduce((sum, each) => sum + each + 2, 2);
  return cells.flatMap((row) => {
    const before = widths.map((each, at) => `${(row[at] ?? '').padEnd(each)}  `).join('');
    return wrap(row.at(-1) ?? '', Math.max(width - left, 20)).map((line, at) =>
      indented(2, at === 0 ? before + line : ' '.repeat(left - 2) + line),
    );
  });
}

/** Where the findings are: three resources, and how many more. */
export function placesIn(findings: readonly Pick<Finding, 'resourceId'>[]): string {
  const resources = [...new Set(findings.map(({ resourceId }) => shortName(resourceId)))];
  const rest = resources.length - 3;
  return `${resources.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
