import { FACETS, type FacetName } from '../core/model/facet.ts';
import type { Rule } from '../core/policy/rule.ts';
import { sourceUrl } from '../core/policy/source.ts';

/** Of what a rule needs beyond accounts and pools, what it is for. */
const NEEDED_FOR = ['verdict', 'fix', 'exactness'] as const;

/** What programs may know of a rule, as JSON. */
export function ruleFacts(rule: Rule) {
  const { id, scope, severity, title, advice, sets, reads, permissions, sources } = rule;
  return {
    id,
    scope,
    severity,
    mode: defaultMode(rule),
    title,
    advice,
    hasFix: hasFix(rule),
    needs: NEEDED_FOR.flatMap((use) => (rule.needs?.[use] ?? []).map((name) => needOf(name, use))),
    reads,
    sets,
    permissionsToWrite: permissions,
    sources: sources.map(sourceUrl),
  };
}

function needOf(name: FacetName, use: (typeof NEEDED_FOR)[number]) {
  const { title, permissions } = FACETS[name];
  return { name, for: use, title, permissions };
}

/** Where no policy says otherwise. */
export function defaultMode({ defaultOff }: Pick<Rule, 'defaultOff'>): 'audit' | 'off' {
  return defaultOff ? 'off' : 'audit';
}

/** Whether the app can write it, where a policy has it do so. */
export function hasFix({ sets }: Pick<Rule, 'sets'>): boolean {
  return sets.length > 0;
}
