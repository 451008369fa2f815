import { releaseOf } from '../core/plan/contest.ts';
import type { Finding } from '../core/plan/finding.ts';
import { jsonText } from './harmless.ts';

/** A release that was left, and what the app kept of its resource. */
export interface Released {
  readonly ruleId: string;
  readonly resourceId: string;
  readonly who: string;
  readonly at: Date;
  /** Why no look could be asked for; null where one was. */
  readonly look: string | null;
  /** Of the resource, of every rule. */
  readonly findings: { readonly known: readonly Finding[] } | { readonly unread: string };
}

/**
 * The release as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it. All keys are always there.
 *
 * - `resource` is an ARM id, `rule` the id of a rule, or `drain`. Times are ISO 8601 in UTC.
 * - `look` is null where a look was asked for, else why none could be.
 * - `ends` are the findings whose hold the release ends, each `{ rule, path, held: { code, message, until } }`; null where
 *   they could not be read, and `unread` says why.
 */
export function releaseJson({ ruleId, resourceId, who, at, look, findings }: Released): string {
  const report = {
    schema: 1,
    rule: ruleId,
    resource: resourceId,
    who,
    at,
    look,
    ends: 'known' in findings ? endedBy(ruleId, findings.known).map(endedJson) : null,
    unread: 'unread' in findings ? findings.unread : null,
  };
  return `${jsonText(report, 2)}\n`;
}

/** The findings whose hold a release of the rule ends. */
export function endedBy(ruleId: string, findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.status !== 'closed' && releaseOf(finding) === ruleId);
}

function endedJson({ ruleId, path, held }: Finding) {
  return {
    rule: ruleId,
    path,
    held: held === null ? null : { code: held.code, message: held.message, until: held.until },
  };
}
