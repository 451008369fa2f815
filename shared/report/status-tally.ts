import { byKey } from '../core/model/setting.ts';
import { type Finding, isFixable } from '../core/plan/finding.ts';
import type { HeldCode } from '../core/plan/held.ts';
import { SEVERITIES, type Severity } from '../core/policy/rule.ts';

/** How many findings a rule has. */
export interface RuleTally {
  readonly rule: string;
  /** That of its gravest finding. */
  readonly severity: Severity;
  readonly open: number;
  readonly exempt: number;
  readonly unknown: number;
}

/** The gravest rule first, then the one with the most findings. */
export function rulesIn(findings: readonly Finding[]): RuleTally[] {
  const tallies = [...Map.groupBy(findings, ({ ruleId }) => ruleId)].map(([rule, those]) => {
    const rank = Math.max(...those.map(({ severity }) => SEVERITIES.indexOf(severity)));
    const open = those.filter(({ status }) => status === 'open').length;
    const exempt = exemptIn(those).length;
    return { rule, rank, severity: SEVERITIES[rank] ?? 'info', open, exempt, unknown: those.length - open - exempt };
  });
  return tallies
    .toSorted(byKey(({ rule }) => rule))
    .toSorted((a, b) => b.rank - a.rank || b.open + b.unknown - a.open - a.unknown || b.exempt - a.exempt)
    .map(({ rule, severity, open, exempt, unknown }) => ({ rule, severity, open, exempt, unknown }));
}

export function exemptIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ status }) => status === 'exempt');
}

export function openOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.status === 'open' && finding.severity === severity).length;
}

/** The findings whose change is not written, by why; the most first. */
export function heldByCode(
  findings: readonly Finding[],
): { readonly code: HeldCode; readonly findings: readonly Finding[] }[] {
  const held = findings.filter(({ status, held: reason }) => status === 'open' && reason !== null);
  return [...Map.groupBy(held, (finding) => finding.held?.code ?? 'unspecified')]
    .map(([code, those]) => ({ code, findings: those }))
    .toSorted((a, b) => b.findings.length - a.findings.length);
}

/** Those whose change nothing holds: the next look writes it, or wrote it. */
export function notYetWritten(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.status === 'open' && finding.held === null && isFixable(finding));
}

/** Those that only a person can mend. What only informs is none. */
export function forPeople(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ status, severity, fix, held }) =>
      status === 'open' && severity !== 'info' && held === null && fix?.kind === 'manual',
  );
}
