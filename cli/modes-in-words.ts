import { count } from '../shared/core/model/words.ts';
import type { Mode } from '../shared/core/policy/policy.ts';
import { modeIn, type PolicyDocument } from '../shared/core/policy/policy-document.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';

/** What a rule does, as of one and of many. */
const DOING = [
  ['reports', 'report'],
  ['writes', 'write'],
  ['writes once approved', 'write once approved'],
  ['off', 'off'],
] as const;
type Doing = (typeof DOING)[number][0];

/** As in "23 rules report, 2 write, 3 off; 1 scope says otherwise". */
export function modesInWords(document: PolicyDocument): string {
  const doing = rules.map((rule) => doneBy(rule, modeOf(rule, document)));
  const counts = DOING.map(([one, many]) => ({ one, many, n: doing.filter((what) => what === one).length }));
  const [first, ...others] = counts
    .filter(({ n }) => n > 0)
    .map(({ one, many, n }) => ({ n, does: n === 1 ? one : many }));
  const scopes = document.scopes.length;
  return [
    ...(first === undefined ? [] : [`${count(first.n, 'rule')} ${first.does}`]),
    ...others.map(({ n, does }) => `${n} ${does}`),
    ...(scopes === 0 ? [] : [`${count(scopes, 'scope')} ${scopes === 1 ? 'says' : 'say'} otherwise`]),
  ].join(', ');
}

/** The mode of the rule where no scope fits. */
export function modeOf({ id, defaultOff }: Rule, { mode, rules: entries }: PolicyDocument): Mode {
  const entry = entries[id];
  const byDefault = defaultOff && entry === undefined ? 'off' : mode;
  return modeIn(entry) ?? byDefault;
}

/** A rule without a fix writes in no mode. */
function doneBy({ sets }: Rule, mode: Mode): Doing {
  if (mode === 'off') return 'off';
  if (mode === 'audit' || sets.length === 0) return 'reports';
  return mode === 'enforce' ? 'writes' : 'writes once approved';
}
