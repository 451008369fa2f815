import type { Mode } from './policy.ts';
import { modeIn, type PolicyDocument, type RuleEntry } from './policy-document.ts';
import type { Rule } from './rule.ts';

const FROM_WEAKEST: readonly Mode[] = ['off', 'audit', 'approve', 'enforce'];
const INSTEAD = 'match it by subscription, resource group or account, or set trustTags: true';

/**
 * Where a scope by tag makes the policy weaker: it lowers a mode, or gives options, of which nobody can say whether they
 * allow more; or says where secrets are. Whoever may write the account's tags, and nothing else of it, could choose that.
 */
export function weakenedByTag(
  document: PolicyDocument,
  rules: readonly Rule[],
): { readonly path: PropertyKey[]; readonly message: string }[] {
  return document.scopes.flatMap(({ match, rules: entries, namedUsers }, index) => {
    if (Object.keys(match.tags ?? {}).length === 0) return [];
    const ofRules = rules.flatMap((rule) => {
      const entry = entries[rule.id];
      if (entry === undefined) return [];
      const path = ['scopes', index, 'rules', rule.id];
      const mode = modeIn(entry);
      const without = strongestWithout(index, rule, document);
      const isLower = mode !== undefined && rank(mode) < rank(without);
      const lower = `a scope by tag lowers it from ${without} to ${mode}, so who may write tags could leave ${without}: ${INSTEAD}`;
      const choose = `a scope by tag gives options, so who may write tags could choose what they allow: ${INSTEAD}`;
      return [
        ...(isLower ? [{ path: typeof entry === 'string' ? path : [...path, 'mode'], message: lower }] : []),
        ...(optionsIn(entry) ? [{ path: [...path, 'options'], message: choose }] : []),
      ];
    });
    const message = `a scope by tag says where secrets are and how they are kept, so who may write tags could choose the vault: ${INSTEAD}`;
    return [...ofRules, ...(namedUsers === undefined ? [] : [{ path: ['scopes', index, 'namedUsers'], message }])];
  });
}

/** The strongest mode that the rule can have where the scope does not fit, of those that come before the scope. */
function strongestWithout(index: number, rule: Rule, { mode, rules, scopes }: PolicyDocument): Mode {
  const entry = rules[rule.id];
  const others = scopes.map(({ rules: entries }) => entries[rule.id]).toSpliced(index, 1);
  const isOn = !rule.defaultOff || [entry, ...others].some((one) => one !== undefined && modeIn(one) === undefined);
  const before = others.slice(0, index).flatMap((one) => modeIn(one) ?? []);
  const all = [modeIn(entry) ?? (isOn ? mode : 'off'), ...before];
  return all.reduce((one, other) => (rank(other) > rank(one) ? other : one));
}

function rank(mode: Mode): number {
  return FROM_WEAKEST.indexOf(mode);
}

function optionsIn(entry: RuleEntry): boolean {
  return typeof entry !== 'string' && entry.options !== undefined;
}
