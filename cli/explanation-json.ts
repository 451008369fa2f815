import { jsonText } from '../shared/report/harmless.ts';
import { findingJson, withoutEmptyUnmodelled } from '../shared/report/json.ts';
import { CASES, type Prediction } from '../shared/report/prediction.ts';
import { mostSevereFirst } from '../shared/report/scan-report.ts';
import { type Explanation, verdictOf } from '../shared/report/terminal/explanation.ts';

/** What the rules say of one account or pool, as JSON, for programs; a finding has the keys that it has in a report of a scan. */
export function explanationJson({ resourceId, verdicts, about }: Explanation): string {
  const explanation = {
    schema: 1,
    resource: resourceId,
    kind: about.kind,
    verdicts: verdicts.map((verdict) => ({
      rule: verdict.rule.id,
      title: verdict.rule.title,
      verdict: verdictOf(verdict),
      off: verdict.off,
      findings: mostSevereFirst(verdict.findings).map(findingJson),
    })),
    ...(about.kind === 'account' ? { pools: about.poolIds } : { prediction: predictionOf(about.prediction) }),
  };
  return `${jsonText(explanation, 2, withoutEmptyUnmodelled)}\n`;
}

/** Each case that may hold; null where nothing can be said. */
function predictionOf({ scenarios }: Prediction) {
  return (
    scenarios?.map(({ number, applicationPackages, resourceFiles, verify }) => ({
      when: CASES[number],
      applicationPackages,
      resourceFiles,
      verify,
    })) ?? null
  );
}
