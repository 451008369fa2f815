import Table from 'cli-table3';
import type { Finding } from '../shared/core/finding.ts';
import { SEVERITIES } from '../shared/core/rule.ts';
import { count } from '../shared/core/words.ts';

/** How many findings of each rule there are and what they wait for, the gravest rules first. */
export function overview(findings: readonly Finding[]): string {
  const table = new Table({
    head: ['Rule', 'Severity', 'Open', 'What they wait for'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const byRule = [...Map.groupBy(findings, ({ ruleId }) => ruleId)].map(([rule, found]) => ({
    rule,
    found,
    severity: Math.max(...found.map(({ severity }) => SEVERITIES.indexOf(severity))),
  }));
  for (const { rule, found, severity } of byRule.toSorted((a, b) => b.severity - a.severity))
    table.push([rule, SEVERITIES[severity] ?? '', found.length, waits(found)]);
  return table.toString();
}

/** As in "2 for a person, 1 audit mode". */
function waits(findings: readonly Finding[]): string {
  const reasons = findings.map(({ fix, held, status }) =>
    status === 'unknown' ? 'a reading' : fix?.kind === 'manual' ? 'a person' : (held?.reason ?? 'the next look'),
  );
  return [...Map.groupBy(reasons, (reason) => reason)].map(([reason, same]) => `${reason} (${same.length})`).join('\n');
}

/** As in "102 findings, 23 of them high or critical". */
export function tally(findings: readonly Finding[]): string {
  const grave = findings.filter(({ severity }) => severity === 'high' || severity === 'critical').length;
  return `${count(findings.length, 'finding')}, ${grave} of them high or critical.`;
}
