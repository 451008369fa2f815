import { count, listed } from '../core/model/words.ts';
import type { Finding } from '../core/plan/finding.ts';
import { exemptInWords } from '../core/policy/exemption-words.ts';
import { SEVERITIES } from '../core/policy/rule.ts';
import { baselineInWords, isNew } from './baseline.ts';
import { fixOnOneLine } from './fix-words.ts';
import { onOneLine } from './harmless.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';
import { shortName } from './short-name.ts';

/**
 * A step summary of GitHub of more than 1 MiB is not shown at all; other steps may have written to it.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits
 */
const MOST_BYTES = 900 * 1024;

interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A scan as Markdown, for a step summary or a comment. Rows that would make it larger than `most` bytes are left out whole,
 * the least severe first, and it says how many.
 */
export function toStepSummary(report: ScanReport, most: number = MOST_BYTES): string {
  const { accounts, pools, findings, errors, exemptions, baseline } = report;
  const sorted = mostSevereFirst(findings.filter(isNew(baseline)));
  const of = (status: Finding['status']) => sorted.filter((finding) => finding.status === status);
  const [open, unknown, exempt] = [of('open'), of('unknown'), of('exempt')];
  const sections: Section[] = [
    {
      title: 'Could not be read',
      columns: ['Where', 'Why'],
      rows: errors.map(({ source, path, message }) => [listed([source, path].filter(Boolean), ': '), message]),
    },
    {
      title: 'Open',
      columns: ['Severity', 'Resource', 'Rule', 'What is wrong', 'What to do'],
      rows: open.map((finding) => [
        ...head(finding),
        finding.why,
        finding.fix === null ? '' : fixOnOneLine(finding.fix),
      ]),
    },
    {
      title: 'Not known',
      columns: ['Severity', 'Resource', 'Rule', 'Why'],
      rows: unknown.map((finding) => [...head(finding), finding.why]),
    },
    {
      title: 'Exempt',
      columns: ['Severity', 'Resource', 'Rule', 'What is wrong', 'By whose word'],
      rows: exempt.map((finding) => [
        ...head(finding),
        finding.why,
        finding.exemption === null ? '' : exemptInWords(finding.exemption),
      ]),
    },
    {
      title: 'Closed since the baseline',
      columns: ['Severity', 'Resource', 'Rule', 'Where'],
      rows: (baseline?.closed ?? []).map(({ severity, resource, rule: id, path }) => [
        ...head({ severity, resourceId: resource, ruleId: id }),
        path,
      ]),
    },
    { title: 'Exemptions to see to', columns: ['Note'], rows: exemptions.map(({ message }) => [message]) },
  ];
  const read = `${count(accounts, 'account')} and ${count(pools, 'pool')} read`;
  const result = `${open.length} open, ${unknown.length} not known, ${exempt.length} exempt`;
  const top = `## Batch Warden: ${result}\n\n${read}.${baseline === null ? '' : ` ${baselineInWords(baseline)}.`}\n${bySeverity(open)}`;
  return cutTo(most, top, sections);
}

function head({ severity, resourceId, ruleId }: Pick<Finding, 'severity' | 'resourceId' | 'ruleId'>): string[] {
  return [severity, shortName(resourceId), ruleId];
}

function bySeverity(open: readonly Finding[]): string {
  if (open.length === 0) return '';
  const numbers = SEVERITIES.toReversed().map((severity) => ({
    severity,
    n: open.filter((finding) => finding.severity === severity).length,
  }));
  return `\n${row(numbers.map(({ severity }) => severity))}${rule(numbers.length)}${row(numbers.map(({ n }) => String(n)))}`;
}

/** For the line that says how many are left out. */
const LAST_LINE = 200;

function cutTo(most: number, top: string, sections: readonly Section[]): string {
  let text = top;
  let left = most - LAST_LINE - Buffer.byteLength(top);
  let cut = 0;
  for (const { title, columns, rows } of sections.filter((section) => section.rows.length > 0)) {
    const begin = `\n### ${title}\n\n${row(columns)}${rule(columns.length)}`;
    const lines = rows.map((cells) => row(cells.map(asText)));
    let taken = 0;
    let room = left - Buffer.byteLength(begin);
    for (const line of lines) {
      room -= Buffer.byteLength(line);
      if (room < 0) break;
      taken += 1;
      left = room;
    }
    if (taken > 0) text += begin + lines.slice(0, taken).join('');
    cut += rows.length - taken;
  }
  return cut === 0
    ? text
    : `${text}\n${count(cut, 'row')} more would make this too large to be shown: --format json or csv has all.\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function rule(columns: number): string {
  return `|${'---|'.repeat(columns)}\n`;
}

/** Of GitHub's Markdown, what means more than itself within a cell; a colon, a point and an at sign make links of their own. */
function asText(text: string): string {
  return onOneLine(text)
    .replaceAll(/[\\`*_{}[\]<>|~&#$@]/g, '\\$&')
    .replaceAll(/:(?=\/\/)/g, '\\:')
    .replaceAll(/\b(www)\./gi, '$1\\.');
}
