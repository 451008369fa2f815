import type { ClosedCode } from '../core/plan/closing.ts';
import type { Finding } from '../core/plan/finding.ts';
import { newsId } from '../core/plan/news.ts';
import type { Rule } from '../core/policy/rule.ts';
import { DOCUMENTS, isDocument, sourceUrl } from '../core/policy/source.ts';
import { fixOnOneLine } from './fix-words.ts';
import { jsonText } from './harmless.ts';
import { affected, caption, eventOf, observable, severityOf, type Teller } from './ocsf.ts';
import { mostSevereFirst, type ScanReport } from './scan-report.ts';

/** What of a finding is told. */
type FindingTold = Pick<
  Finding,
  'id' | 'ruleId' | 'resourceId' | 'path' | 'severity' | 'status' | 'why' | 'unknownCode' | 'exemption' | 'closedCode'
> & {
  readonly event: 'finding-opened' | 'finding-changed' | 'finding-exempted' | 'finding-closed';
  readonly at: Date;
  readonly correlationId: string | null;
  readonly held: { readonly code: string; readonly message: string } | null;
  /** In words; null where there is none, or it is not told. */
  readonly fix: string | null;
  readonly observed: unknown;
  readonly desired: unknown;
  readonly firstSeen: Date | null;
};

interface Told extends Teller {
  readonly rules: readonly Rule[];
}

const ACTIVITIES = ['Unknown', 'Create', 'Update', 'Close'];
const ACTIVITY_IDS = { 'finding-opened': 1, 'finding-changed': 2, 'finding-exempted': 2, 'finding-closed': 3 } as const;
const STATUSES = ['Unknown', 'New', 'In Progress', 'Suppressed', 'Resolved', 'Archived'];
const RESULTS = ['Unknown', 'Pass', 'Warning', 'Fail'];

/** A scan as OCSF, JSON lines: a Compliance Finding (class 2003) of each finding, as if it was opened now. */
export function toOcsf({ findings, at }: ScanReport, told: Told): string {
  return mostSevereFirst(findings)
    .map((finding) => {
      const fix = finding.fix === null ? null : fixOnOneLine(finding.fix);
      const event = finding.status === 'exempt' ? 'finding-exempted' : 'finding-opened';
      return `${jsonText(complianceFinding({ ...finding, event, at, fix, correlationId: null }, told))}\n`;
    })
    .join('');
}

/**
 * One event of class 2003: https://schema.ocsf.io/1.8.0/classes/compliance_finding. An open finding fails, an exempt one too, and is
 * suppressed; an unknown one is a warning, which there means that no result could be had. One that ended passes where its resource
 * complies; where it is gone, nothing is said of it. What the class has no place for is `unmapped`.
 */
export function complianceFinding(finding: FindingTold, { rules, version }: Told) {
  const { event, at, correlationId, id, ruleId, resourceId, path, severity, status, why, fix, firstSeen } = finding;
  const { unknownCode, held, exemption, closedCode, observed, desired } = finding;
  const rule = rules.find((one) => one.id === ruleId);
  const title = rule === undefined ? ruleId : `${rule.title}.`;
  const references = rule?.sources.map(sourceUrl) ?? [];
  const standards = rule?.sources.filter(isDocument).map((source) => DOCUMENTS[source].title) ?? [];
  const result = caption('status', RESULTS, resultOf(finding));
  const begun = firstSeen ?? at;
  return {
    class_uid: 2003,
    class_name: 'Compliance Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: ACTIVITY_IDS[event],
    activity_name: ACTIVITIES[ACTIVITY_IDS[event]],
    type_uid: 200_300 + ACTIVITY_IDS[event],
    type_name: `Compliance Finding: ${ACTIVITIES[ACTIVITY_IDS[event]]}`,
    ...severityOf(severity),
    ...caption('status', STATUSES, standingOf(finding)),
    ...eventOf({ uid: newsId(id, at), at, correlationId, resourceId }, { version }),
    message: why,
    finding_info: {
      uid: id,
      title,
      desc: why,
      types: [ruleId],
      created_time: begun.getTime(),
      first_seen_time: begun.getTime(),
      last_seen_time: at.getTime(),
      modified_time: at.getTime(),
      ...(references[0] === undefined ? {} : { src_url: references[0] }),
      analytic: { type_id: 1, type: 'Rule', uid: ruleId, name: title, version },
    },
    compliance: {
      control: ruleId,
      ...(standards.length === 0 ? {} : { standards }),
      ...result,
      status_details: [why],
      checks: [{ uid: path === '' ? resourceId : path, name: title, ...result, ...severityOf(severity) }],
    },
    ...(fix === null ? {} : { remediation: { desc: fix, references } }),
    resources: [affected(resourceId)],
    observables: [observable('resources[].uid', resourceId)],
    unmapped: {
      status,
      path,
      observed: observed ?? null,
      desired: desired ?? null,
      unknownCode,
      held,
      exemption,
      closedCode,
    },
  };
}

/** It ended, and not since its resource complies: nobody knows whether it does. */
const ENDED_UNKNOWN: ReadonlySet<ClosedCode | null> = new Set([
  null,
  'rule-off',
  'pool-gone',
  'account-gone',
  'not-watched',
  'subscription-gone',
  'subscription-unreadable',
]);

function resultOf({ status, closedCode }: FindingTold): number {
  if (status === 'closed') return ENDED_UNKNOWN.has(closedCode) ? 0 : 1;
  return status === 'unknown' ? 2 : 3;
}

function standingOf({ status, closedCode }: FindingTold): number {
  if (status === 'closed') return ENDED_UNKNOWN.has(closedCode) ? 5 : 4;
  return status === 'exempt' ? 3 : 1;
}
