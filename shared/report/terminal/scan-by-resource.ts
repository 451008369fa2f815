import { idKey } from '../../core/model/resource-id.ts';
import type { Finding } from '../../core/plan/finding.ts';
import { SEVERITIES } from '../../core/policy/rule.ts';
import { remedyOf } from '../remedy.ts';
import { mostSevereFirst } from '../scan-report.ts';
import { withShortIds } from '../short-ids.ts';
import { shortName } from '../short-name.ts';
import { findingDetails } from './finding-details.ts';
import { harmless } from './harmless.ts';
import { indented } from './indent.ts';
import { inDigits, indentedText } from './places.ts';
import { bySeverity } from './scan-summary.ts';
import { SEVERITY_STYLES, type Terminal } from './terminal.ts';

/** Resources are shown until they have so many findings. */
const MOST_FINDINGS = 100;

/** A block of lines for each account and pool: what is wrong with it; the worst first. */
export function resourceBlocks(open: readonly Finding[], details: boolean, terminal: Terminal): string[][] {
  const groups = [...Map.groupBy(open, ({ resourceId }) => idKey(resourceId)).values()]
    .map((findings) => ({ findings, weights: weightsOf(findings) }))
    .toSorted((a, b) => heavier(a.weights, b.weights))
    .map(({ findings }) => findings);
  let findings = 0;
  const shown = groups.filter(({ length }) => {
    findings += length;
    return details || findings <= MOST_FINDINGS || findings === length;
  });
  const rest = groups.length - shown.length;
  const more = `and ${inDigits(rest)} more accounts and pools; --details shows all`;
  return [
    ...shown.map((group) => blockOf(group, details, terminal)),
    ...(rest === 0 ? [] : [indentedText(more, 0, terminal)]),
  ];
}

function blockOf(findings: readonly Finding[], details: boolean, terminal: Terminal): string[] {
  const id = findings[0]?.resourceId ?? '';
  const { paint } = terminal;
  return [
    paint(['bold'], harmless(shortName(id))),
    indented(2, paint(['dim'], bySeverity(findings))),
    ...mostSevereFirst(findings).flatMap((finding) => {
      const severity = paint([...SEVERITY_STYLES[finding.severity], 'bold'], finding.severity.toUpperCase());
      const body = details
        ? findingDetails([finding], { ...terminal, width: terminal.width - 2 }).map((line) => indented(2, line))
        : indentedText(withShortIds(finding.why), 4, terminal);
      const remedy = remedyOf(finding);
      const isBeside = finding.severity.length + finding.ruleId.length + remedy.length + 6 <= terminal.width;
      const name = indented(2, `${severity}  ${finding.ruleId}`);
      const mends = paint(['green'], remedy);
      return [...(isBeside ? [`${name}  ${mends}`] : [name, indented(4, mends)]), ...body];
    }),
  ];
}

/** How many there are of each severity, the worst first. */
function weightsOf(findings: readonly Finding[]): number[] {
  return SEVERITIES.toReversed().map((severity) => findings.filter((one) => one.severity === severity).length);
}

function heavier(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((n, index) => n !== b[index]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}
