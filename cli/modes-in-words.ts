import { count } from '../shared/core/model/words.ts';
import type { Mode } from '../shared/core/policy/policy.ts';
import type { PolicyDocument } from '../shared/core/policy/policy-document.ts';
import { rules } from '../shared/rules/index.ts';

const MODES: readonly [Mode, string][] = [
  ['enforce', 'enforced'],
  ['approve', 'on approval'],
  ['audit', 'in audit mode'],
  ['off', 'off'],
];

/** As in "2 rules enforced, 4 rules in audit mode, 1 scope with other wishes". */
export function modesInWords({ mode, rules: entries, scopes }: PolicyDocument): string {
  const modes = rules.map(({ id, defaultOff }) => {
    const entry = entries[id];
    const byDefault = defaultOff && entry === undefined ? 'off' : mode;
    return (typeof entry === 'string' ? entry : entry?.mode) ?? byDefault;
  });
  const counts = MODES.map(([mode, words]) => ({ words, n: modes.filter((one) => one === mode).length }));
  return [
    ...counts.filter(({ n }) => n > 0).map(({ n, words }) => `${count(n, 'rule')} ${words}`),
    ...(scopes.length === 0 ? [] : [`${count(scopes.length, 'scope')} with other wishes`]),
  ].join(', ');
}
