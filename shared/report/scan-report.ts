import { idKey } from '../core/model/resource-id.ts';
import type { Finding } from '../core/plan/finding.ts';
import { SEVERITIES } from '../core/policy/rule.ts';

/** What a scan found. */
export interface ScanReport {
  /** How many were given, the unreadable among them. */
  readonly accounts: number;
  readonly pools: number;
  readonly unreadable: number;
  /** Open and unknown ones. */
  readonly findings: readonly Finding[];
  readonly errors: readonly ReportError[];
}

/** What could not be read, and where. */
export interface ReportError {
  readonly source: string;
  readonly path: string;
  readonly message: string;
}

/** The most severe first, open before unknown; then by resource, rule and path. */
export function mostSevereFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, status }: Finding) => SEVERITIES.indexOf(severity) * 2 + (status === 'open' ? 1 : 0);
  return findings.toSorted((a, b) => rank(b) - rank(a) || (place(a) < place(b) ? -1 : 1));
}

function place({ resourceId, ruleId, path }: Finding): string {
  return [idKey(resourceId), ruleId, path].join('\n');
}
