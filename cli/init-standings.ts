import type { Verdict } from '../shared/core/policy/evaluate.ts';
import type { Rule } from '../shared/core/policy/rule.ts';

/** How a rule stands in what was judged, and the mode that it gets by that. */
export interface Standing {
  readonly mode: 'off' | 'audit' | 'enforce';
  /** How many accounts or pools it judged. */
  readonly judged: number;
  readonly violating: number;
  /** Those that do not violate, as far as is known. */
  readonly unknown: number;
}

/** What was judged to choose modes by. */
export interface Seen {
  readonly accounts: number;
  readonly pools: number;
  /** What could not be read. */
  readonly unread: number;
  /** By the id of each rule. */
  readonly standings: ReadonlyMap<string, Standing>;
}

/**
 * Of each rule, by its id. Enforced is what has a fix, judged something, and complies everywhere: unknown does not comply,
 * and where not all was read nothing does.
 */
export function standingsOf(
  rules: readonly Rule[],
  verdicts: readonly Verdict[],
  isAllRead: boolean,
): ReadonlyMap<string, Standing> {
  const byRule = Map.groupBy(verdicts, ({ rule }) => rule.id);
  return new Map(rules.map((rule) => [rule.id, standingOf(rule, byRule.get(rule.id) ?? [], isAllRead)]));
}

function standingOf({ sets, defaultOff }: Rule, verdicts: readonly Verdict[], isAllRead: boolean): Standing {
  const judged = verdicts.length;
  const violates = ({ outcomes }: Verdict) => outcomes.some((outcome) => !('unknown' in outcome));
  const violating = verdicts.filter(violates).length;
  const unknown = verdicts.filter((verdict) => verdict.outcomes.length > 0 && !violates(verdict)).length;
  const complies = isAllRead && judged > 0 && violating + unknown === 0;
  const mode = defaultOff ? 'off' : complies && sets.length > 0 ? 'enforce' : 'audit';
  return { mode, judged, violating, unknown };
}
