import { builtInPolicy, type Policy } from '../shared/core/policy/policy.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { BadInput, type Io } from './io.ts';
import { noSuchRule } from './nearest.ts';
import type { Bind } from './policy-file.ts';

/** The policy of the file, or the built-in one; of its rules only those that are named. @throws BadInput */
export async function choosePolicy(
  file: string | undefined,
  ruleIds: readonly string[] | undefined,
  io: Io,
): Promise<Policy> {
  const known = rules.map(({ id }) => id);
  for (const id of ruleIds ?? []) if (!known.includes(id)) throw new BadInput(noSuchRule(id, known, io));
  const asked = rules.map((rule) => (ruleIds?.includes(rule.id) ? onByDefault(rule) : rule));
  const policy = (await openPolicy(file, io))(asked);
  if (ruleIds === undefined) return policy;
  return { ...policy, rulesFor: (target) => policy.rulesFor(target).filter(({ rule }) => ruleIds.includes(rule.id)) };
}

/** Binds rules to the policy of the file, or to the built-in one. @throws BadInput */
export async function openPolicy(file: string | undefined, io: Io): Promise<Bind> {
  if (file === undefined) return builtInPolicy;
  const { readPolicyFile } = await import('./policy-file.ts');
  return readPolicyFile(file, io);
}

/** The rule as if it were on by default. */
export function onByDefault(rule: Rule): Rule {
  const { defaultOff: _, ...rest } = rule;
  return rest;
}
