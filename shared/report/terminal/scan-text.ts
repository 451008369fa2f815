import type { Finding } from '../../core/plan/finding.ts';
import { isNew, type KnownFinding } from '../baseline.ts';
import type { ScanReport } from '../scan-report.ts';
import { shortName } from '../short-name.ts';
import { flush } from './indent.ts';
import { indentedText } from './places.ts';
import { resourceBlocks } from './scan-by-resource.ts';
import { ruleBlocks } from './scan-by-rule.ts';
import { exemptLines, notKnownLines } from './scan-causes.ts';
import { summaryLines } from './scan-summary.ts';
import type { RuleFacts, ScanView } from './scan-view.ts';
import { NARROWEST, type Terminal } from './terminal.ts';

/**
 * A scan for a person: a summary, what is wrong, the worst first, then what is exempt, what is not known and what is closed since
 * the baseline. What the baseline has is counted alone.
 */
export function scanText(
  report: ScanReport,
  rules: readonly RuleFacts[],
  view: ScanView,
  { width, paint }: Terminal,
): string {
  const terminal = { width: Math.max(width, NARROWEST), paint };
  const { exemptions, at, baseline } = report;
  const findings = report.findings.filter(isNew(baseline));
  const facts = new Map(rules.map((rule) => [rule.id, rule]));
  const these = (status: Finding['status']) => findings.filter((finding) => finding.status === status);
  const open = these('open');
  const blocks =
    view.groupBy === 'rule'
      ? ruleBlocks(open, facts, view.details, terminal)
      : resourceBlocks(open, view.details, terminal);
  const sections = [
    summaryLines({ ...report, findings }, terminal),
    ...blocks,
    exemptLines(these('exempt'), at, view.details, terminal),
    notKnownLines(these('unknown'), facts, view.details, terminal),
    closedLines(baseline?.closed ?? [], view.details, terminal),
    exemptions.flatMap(({ message }) => flush(`Note: ${message}`, terminal, ['yellow'])),
    open.length === 0 ? [] : flush(view.details ? MORE_OF_RULES : MORE, terminal, ['dim']),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** Shown without `--details`. */
const MOST_CLOSED = 10;

function closedLines(closed: readonly KnownFinding[], details: boolean, terminal: Terminal): string[] {
  if (closed.length === 0) return [];
  const shown = details ? closed : closed.slice(0, MOST_CLOSED);
  const lines = shown.map(({ rule, resource }) => `${rule}: ${shortName(resource)}`);
  const rest = closed.length - shown.length;
  return [
    ...flush('Closed since the baseline', terminal, ['bold']),
    ...[...lines, ...(rest === 0 ? [] : [`and ${rest} more; --details shows all`])].flatMap((line) =>
      indentedText(line, 2, terminal),
    ),
  ];
}

const MORE_OF_RULES = '"batch-warden explain RULE" tells more.';
const MORE = `--details shows all; ${MORE_OF_RULES}`;
