import { POOL_SETTINGS } from '../model/pool-settings.ts';
import type { Rule } from './rule.ts';

/** What the fix of a rule takes, beside options that vouch. */
export function whatFixNeeds(rule: Rule): string {
  if (rule.sets.length === 0) return 'you';
  const isFrozen = rule.scope === 'pool' && rule.sets.some((key) => POOL_SETTINGS[key].onlyAtZero);
  return isFrozen ? 'an empty pool' : 'rights to write';
}

/** Who or what can be cut off where the rule is enforced. */
export function whatBreaks({ sets, breaks }: Rule): string {
  return breaks ?? (sets.length === 0 ? 'nothing: it only reports' : 'nothing known');
}
