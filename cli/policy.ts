import { exempting } from '../shared/core/policy/exemption.ts';
import { builtInPolicy, type Policy } from '../shared/core/policy/policy.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { foundFiles, type PolicyFiles } from './found-files.ts';
import { BadInput, type Io } from './io.ts';
import { noSuchRule } from './nearest.ts';
import type { Bind } from './policy-file.ts';

/** As commander parses them. */
export interface RuleChoice {
  readonly rule?: readonly string[];
  readonly skipRule?: readonly string[];
}

/** The policy of the files that are named or found, or the built-in one; of its rules only those that are chosen. @throws BadInput */
export async function choosePolicy(files: PolicyFiles, { rule: only, skipRule }: RuleChoice, io: Io): Promise<Policy> {
  const known = rules.map(({ id }) => id);
  for (const id of [...(only ?? []), ...(skipRule ?? [])])
    if (!known.includes(id)) throw new BadInput(`${noSuchRule(id, known, io)}${mistaken(id)}`);
  const asked = rules.map((rule) => (only?.includes(rule.id) ? onByDefault(rule) : rule));
  const policy = (await openPolicy(files, io))(asked);
  const isChosen = (id: string) => only?.includes(id) !== false && !skipRule?.includes(id);
  return {
    ...policy,
    ...exempting(policy.exemptions.filter(({ rule }) => isChosen(rule))),
    rulesFor: (target) => policy.rulesFor(target).filter(({ rule }) => isChosen(rule.id)),
  };
}

/** A word that --rule took, and that was meant for another option. */
function mistaken(word: string): string {
  return /[./\\*]/.test(word) ? '\n--rule takes every word up to the next option: files stand behind --input.' : '';
}

/** Binds rules to the policy of the files that are named or found, or to the built-in one. @throws BadInput */
export async function openPolicy(named: PolicyFiles, io: Io): Promise<Bind> {
  const { policy, exemptions } = await foundFiles(named, io);
  if (policy === undefined && exemptions === undefined) return builtInPolicy;
  const { readExemptionsFile, readPolicyFile } = await import('./policy-file.ts');
  const bind = policy === undefined ? builtInPolicy : await readPolicyFile(policy, io);
  if (exemptions === undefined) return bind;
  const exempt = exempting(await readExemptionsFile(exemptions, io));
  return (known) => ({ ...bind(known), ...exempt });
}

/** The rule as if it were on by default. */
export function onByDefault(rule: Rule): Rule {
  const { defaultOff: _, ...rest } = rule;
  return rest;
}
