import type { Fix } from '../core/model/change.ts';
import type { Finding } from '../core/plan/finding.ts';
import { jsonText } from './harmless.ts';

/** Changes that were approved. */
export interface ApprovedChanges {
  readonly who: string;
  readonly at: Date;
  readonly until: Date;
  readonly changes: readonly ApprovedChange[];
}

export interface ApprovedChange {
  readonly changeId: string;
  readonly resourceId: string;
  readonly fix: Fix | null;
  /** The findings that ask for it. */
  readonly findings: readonly Finding[];
  /** Why no look could be asked for; null where one was. */
  readonly look: string | null;
}

/**
 * What was approved as JSON, for programs. `schema` grows when a reader of the old form would be misled; new keys alone do not
 * change it. All keys are always there. Times are ISO 8601 in UTC.
 *
 * - `change` is the id of the change, `resource` an ARM id, `rules` those that ask for it, `fix` as in the report of `scan`.
 * - `held` are the codes of what holds it still, or did at the last look.
 * - `look` is null where a look was asked for, else why none could be.
 */
export function approveJson({ who, at, until, changes }: ApprovedChanges): string {
  const report = {
    schema: 1,
    who,
    at,
    until,
    approved: changes.map(({ changeId, resourceId, fix, findings, look }) => ({
      change: changeId,
      resource: resourceId,
      rules: [...new Set(findings.map(({ ruleId }) => ruleId))],
      fix,
      held: [...new Set(findings.flatMap(({ held }) => held?.code ?? []))],
      look,
    })),
  };
  return `${jsonText(report, 2)}\n`;
}
