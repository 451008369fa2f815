import { type Exemption, isHolding, matcherOf, resourceNamed, standingOf } from '../policy/exemption.ts';
import { inDays, untilInWords } from '../policy/exemption-words.ts';
import type { Finding } from './finding.ts';

/** What somebody is to see to about an exemption. */
export const EXEMPTION_NOTES = ['ends-soon', 'over', 'matches-nothing'] as const;
type ExemptionNoteCode = (typeof EXEMPTION_NOTES)[number];

export interface ExemptionNote {
  readonly code: ExemptionNoteCode;
  readonly rule: string;
  /** The ARM id of a resource, or the patterns of a scope, in words. */
  readonly covers: string;
  readonly owner: string;
  readonly until: Date;
  /** For people. */
  readonly message: string;
}

/**
 * In the order of the exemptions. One that is over is told as that alone, whatever it matches.
 * @param findings those that are not closed; an unknown one of the rule may be what an exemption is for
 */
export function exemptionNotes(
  exemptions: readonly Exemption[],
  findings: readonly Finding[],
  now: Date,
): ExemptionNote[] {
  const ofRules = Map.groupBy(findings, ({ ruleId }) => ruleId);
  return exemptions.flatMap((exemption) => {
    const { rule, owner, until } = exemption;
    const covers = coversInWords(exemption);
    const note = (code: ExemptionNoteCode, what: string): ExemptionNote => ({
      code,
      rule,
      covers,
      owner,
      until,
      message: `the exemption of ${rule} for ${covers} (owner: ${owner}) ${what}`,
    });
    if (!isHolding(exemption, now))
      return [
        note('over', `ended at ${untilInWords(until)} and exempts nothing: take it out, or give it a date to come`),
      ];
    const fits = matcherOf(exemption);
    const isUsed = (ofRules.get(rule) ?? []).some(({ resourceId }) => fits(resourceNamed(resourceId)));
    return [
      ...(isUsed ? [] : [note('matches-nothing', 'matches no finding: is it needed still, and named right?')]),
      ...(standingOf(exemption, now) === 'ending'
        ? [note('ends-soon', `ends ${inDays(until, now)}, at ${untilInWords(until)}: mend what it is for, or renew it`)]
        : []),
    ];
  });
}

function coversInWords({ covers }: Exemption): string {
  if ('resource' in covers) return covers.resource;
  const patterns = Object.entries(covers.scope).flatMap(([key, pattern]) =>
    pattern === undefined ? [] : [`${key} ${pattern}`],
  );
  return patterns.join(', ');
}
