import { count } from '../../core/model/words.ts';
import { SEVERITIES } from '../../core/policy/rule.ts';
import type { ScanReport } from '../scan-report.ts';

/** As in "3 accounts, 12 pools: 7 open (1 critical, 6 high), 2 unknown, 0 unreadable". */
export function summary({ accounts, pools, unreadable, findings }: ScanReport): string {
  const open = findings.filter(({ status }) => status === 'open');
  const severities = SEVERITIES.toReversed()
    .map((severity) => ({ severity, n: open.filter((finding) => finding.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}`);
  const bySeverity = severities.length === 0 ? '' : ` (${severities.join(', ')})`;
  const exempt = findings.filter(({ status }) => status === 'exempt').length;
  const exemptOnes = exempt === 0 ? '' : `, ${exempt} exempt`;
  const unknown = findings.filter(({ status }) => status === 'unknown').length;
  const read = `${count(accounts, 'account')}, ${count(pools, 'pool')}`;
  return `${read}: ${open.length} open${bySeverity}${exemptOnes}, ${unknown} unknown, ${unreadable} unreadable`;
}
