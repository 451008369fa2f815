import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { PolicyError, type PolicyFault } from '../../shared/core/policy/policy-error.ts';
import type { Rule } from '../../shared/core/policy/rule.ts';

/** What is wrong with the text of a policy; empty where it is one. */
export function policyFaults(text: string, rules: readonly Rule[] = []): readonly PolicyFault[] {
  try {
    parsePolicy(text, rules);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.faults;
    throw error;
  }
}
