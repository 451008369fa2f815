import { count } from '../shared/core/model/words.ts';
import type { Finding } from '../shared/core/plan/finding.ts';
import { SEVERITIES } from '../shared/core/policy/rule.ts';
import { plainTable } from './plain-table.ts';

/** How many findings of each rule there are and what they wait for, the gravest rules first. */
export function overview(findings: readonly Finding[]): string {
  const byRule = [...Map.groupBy(findings, ({ ruleId }) => ruleId)].map(([rule, found]) => ({
    rule,
    found,
    severity: Math.max(...found.map(({ severity }) => SEVERITIES.indexOf(severity))),
  }));
  const rows = byRule
    .toSorted((a, b) => b.severity - a.severity)
    .map(({ rule, found, severity }) => [rule, SEVERITIES[severity] ?? '', String(found.length), waits(found)]);
  return plainTable(['Rule', 'Severity', 'Open', 'What they wait for'], rows);
}

/** As in "audit mode (4)" and, on a line of its own, "a person (2)". */
function waits(findings: readonly Finding[]): string {
  const reasons = findings.map(({ fix, held, exemption, status }) =>
    exemption !== null
      ? 'an exemption to end'
      : status === 'unknown'
        ? 'a reading'
        : fix?.kind === 'manual'
          ? 'a person'
          : (held?.message ?? 'the next look'),
  );
  return [...Map.groupBy(reasons, (reason) => reason)].map(([reason, same]) => `${reason} (${same.length})`).join('\n');
}

/** As in "102 findings, 23 of them high or critical". */
export function tally(findings: readonly Finding[]): string {
  const grave = findings.filter(({ severity }) => severity === 'high' || severity === 'critical').length;
  return `${count(findings.length, 'finding')}, ${grave} of them high or critical.`;
}
