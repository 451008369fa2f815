import type { News } from '../core/plan/news.ts';
import type { Rule } from '../core/policy/rule.ts';
import { complianceFinding } from './ocsf-finding.ts';

/** What became of a finding, as OCSF: its fix and its values are not in the news. */
export function ocsfOfNews(news: News, told: { readonly version: string; readonly rules: readonly Rule[] }): object {
  const { event, at, finding: id, rule: ruleId, resource: resourceId, path, severity, status, why } = news;
  const { unknownCode, heldCode, heldMessage, exemption, closedCode } = news;
  return complianceFinding(
    {
      event,
      at: new Date(at),
      id,
      ruleId,
      resourceId,
      path,
      severity,
      status,
      why,
      unknownCode,
      held: heldCode === null ? null : { code: heldCode, message: heldMessage ?? '' },
      exemption: exemption && { ...exemption, until: new Date(exemption.until) },
      closedCode,
      correlationId: null,
      fix: null,
      observed: null,
      desired: null,
      firstSeen: null,
    },
    told,
  );
}
