import { parseExemptions } from '../../shared/core/policy/parse-exemptions.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { PolicyError, type PolicyFault } from '../../shared/core/policy/policy-error.ts';
import type { Rule } from '../../shared/core/policy/rule.ts';

/** What is wrong with the text of a policy; empty where it is one. */
export function policyFaults(text: string, rules: readonly Rule[] = []): readonly PolicyFault[] {
  return faultsThrown(() => parsePolicy(text, rules));
}

/** What is wrong with the text of a file of exemptions. */
export function exemptionFaults(text: string, rules: readonly Rule[], now: Date): readonly PolicyFault[] {
  return faultsThrown(() => parseExemptions(text, rules, now));
}

function faultsThrown(parse: () => unknown): readonly PolicyFault[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.faults;
    throw error;
  }
}
