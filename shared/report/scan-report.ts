import { idKey } from '../core/model/resource-id.ts';
import type { ExemptionNote } from '../core/plan/exemption-notes.ts';
import type { Finding, FindingStatus } from '../core/plan/finding.ts';
import { SEVERITIES } from '../core/policy/rule.ts';
import type { Compared } from './baseline.ts';

/** What a scan found. */
export interface ScanReport {
  /** How many were given, the unreadable among them. */
  readonly accounts: number;
  readonly pools: number;
  readonly unreadable: number;
  /** Open, exempt and unknown ones. */
  readonly findings: readonly Finding[];
  /** When it was judged. */
  readonly at: Date;
  /** What somebody is to see to about the policy's exemptions. */
  readonly exemptions: readonly ExemptionNote[];
  readonly errors: readonly ReportError[];
  /** How the findings compare with a baseline; null where none was given. */
  readonly baseline: Compared | null;
}

/** What could not be read, and where. */
export interface ReportError {
  readonly source: string;
  readonly path: string;
  readonly message: string;
}

/** Where something stands in a file that was read; line and column count from 1. */
export interface Place {
  /** Of the file: relative to the folder that the program runs in, where it is below it. */
  readonly uri: string;
  readonly line: number;
  readonly column: number;
}

/** The most severe first, open before unknown and exempt; then by resource, rule and path. */
export function mostSevereFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, status }: Finding) => SEVERITIES.indexOf(severity) * RANKED.length + RANKED.indexOf(status);
  return findings.toSorted((a, b) => rank(b) - rank(a) || (place(a) < place(b) ? -1 : 1));
}

/** Those to act on last. */
const RANKED: readonly FindingStatus[] = ['closed', 'exempt', 'unknown', 'open'];

function place({ resourceId, ruleId, path }: Finding): string {
  return [idKey(resourceId), ruleId, path].join('\n');
}
