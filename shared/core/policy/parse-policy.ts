import { type Fault, faultsOf } from './faults-of.ts';
import { bindPolicy, type Policy } from './policy.ts';
import { PolicyDocument, policySchema } from './policy-document.ts';
import { readDocument } from './read-document.ts';
import type { Rule } from './rule.ts';
import { weakenedByTag } from './weakened-by-tag.ts';

/** @throws PolicyError, which names line and column of each fault. */
export function parsePolicy(text: string, rules: readonly Rule[]): Policy {
  return bindPolicy(readPolicy(text, rules), rules);
}

/** @throws PolicyError */
export function readPolicy(text: string, rules: readonly Rule[]): PolicyDocument {
  return PolicyDocument.parse(readDocument(text, (value) => faultsIn(value, rules)));
}

function faultsIn(value: unknown, rules: readonly Rule[]): Fault[] {
  const faults = faultsOf(value, policySchema(rules));
  if (faults.length > 0) return faults;
  const document = PolicyDocument.parse(value);
  const weakened = document.trustTags ? [] : weakenedByTag(document, rules);
  return weakened.map(({ path, message }) => ({ path, message: () => message }));
}
