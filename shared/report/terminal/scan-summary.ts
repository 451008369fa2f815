import type { Finding, FindingStatus } from '../../core/plan/finding.ts';
import { SEVERITIES } from '../../core/policy/rule.ts';
import { baselineInWords } from '../baseline.ts';
import { NEEDS_YOU, remedyOf } from '../remedy.ts';
import type { ScanReport } from '../scan-report.ts';
import { flush } from './indent.ts';
import { labelled } from './labelled.ts';
import { inDigits } from './places.ts';
import type { Terminal } from './terminal.ts';

/** What was judged, and how many findings of which kind there are. */
export function summaryLines(
  { accounts, pools, unreadable, findings, baseline }: ScanReport,
  terminal: Terminal,
): string[] {
  const these = (status: FindingStatus) => findings.filter((finding) => finding.status === status);
  const open = these('open');
  const noun = baseline === null ? 'finding' : 'new finding';
  const found = open.length === 0 ? `no ${noun}` : counted(open.length, noun);
  const others = [
    [these('unknown').length, 'not known'],
    [these('exempt').length, 'exempt'],
    [unreadable, 'unreadable'],
  ] as const;
  const toDo = [
    ...(open.length === 0 ? [] : [byRemedy(open)]),
    ...others.flatMap(([n, what]) => (n === 0 ? [] : `${inDigits(n)} ${what}`)),
  ];
  return [
    ...flush(`${counted(accounts, 'account')}, ${counted(pools, 'pool')}: ${found}`, terminal, ['bold']),
    ...(open.length === 0 ? [] : labelled('severity', [bySeverity(open)], terminal)),
    ...(toDo.length === 0 ? [] : labelled('to do', [toDo.join(', ')], terminal)),
    ...(baseline === null ? [] : labelled('baseline', [baselineInWords(baseline)], terminal)),
  ];
}

/** As in "1 pool", "5,310 pools". */
export function counted(n: number, noun: string): string {
  return `${inDigits(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** As in "6 critical, 14 high". */
export function bySeverity(findings: readonly Finding[]): string {
  return SEVERITIES.toReversed()
    .map((severity) => ({ severity, n: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${inDigits(n)} ${severity}`)
    .join(', ');
}

/** As in "12 fix available (policy: audit), 3 need you". */
export function byRemedy(findings: readonly Finding[]): string {
  const remedies = [...Map.groupBy(findings, remedyOf)].toSorted(
    ([a], [b]) => Number(a === NEEDS_YOU) - Number(b === NEEDS_YOU),
  );
  return remedies
    .map(([remedy, { length }]) => `${inDigits(length)} ${remedy === NEEDS_YOU && length > 1 ? 'need you' : remedy}`)
    .join(', ');
}
