import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBodies } from '../../shared/azure/files/bodies.ts';
import { evaluate } from '../../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import type { Rule } from '../../shared/core/policy/rule.ts';
import { rules } from '../../shared/rules/index.ts';

const NOW = new Date('2026-02-01T00:00:00Z');

/** A body on the page of a rule: what the page says of it, and what the rule does. */
interface Example {
  /** As in "json violating". */
  readonly kind: string;
  readonly verdict: 'complies' | 'violates' | 'is unknown' | 'is not judged';
}

/** The bodies on the page of the rule, judged by the policy that stands there, else with default options. */
export function examplesOf(rule: Rule): Example[] {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rules', `${rule.id}.md`), 'utf8');
  const policy = /^```yaml policy\n([^]*?)^```$/m.exec(page)?.[1] ?? `rules: { ${rule.id}: audit }`;
  return [...page.matchAll(/^```(json .*)\n([^]*?)^```$/gm)].map(([, kind = '', text = '']) => ({
    kind,
    verdict: verdictOf(rule.id, JSON.parse(text), policy),
  }));
}

/** What the rule says of ARM bodies under a policy. @throws when one cannot be read */
function verdictOf(ruleId: string, content: unknown, policy: string): Example['verdict'] {
  const { snapshots, errors } = readBodies([{ source: 'page', content }]);
  if (errors.length > 0) throw new Error(`The page of ${ruleId} shows a body that is none: ${JSON.stringify(errors)}`);
  const verdicts = snapshots
    .flatMap((snapshot) => evaluate(snapshot, parsePolicy(policy, rules), NOW))
    .filter(({ rule }) => rule.id === ruleId);
  const outcomes = verdicts.flatMap((verdict) => verdict.outcomes);
  if (verdicts.length === 0) return 'is not judged';
  if (outcomes.length === 0) return 'complies';
  return outcomes.every((outcome) => 'fix' in outcome) ? 'violates' : 'is unknown';
}
