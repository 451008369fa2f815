import { type Fault, faultsOf } from './faults-of.ts';
import { placesIn } from './places.ts';
import { bindPolicy, type Policy } from './policy.ts';
import { PolicyDocument, policySchema } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import { readYaml } from './policy-yaml.ts';
import type { Rule } from './rule.ts';
import { weakenedByTag } from './weakened-by-tag.ts';

/** @throws PolicyError, which names line and column of each fault. */
export function parsePolicy(text: string, rules: readonly Rule[]): Policy {
  return bindPolicy(readPolicy(text, rules), rules);
}

/** @throws PolicyError */
export function readPolicy(text: string, rules: readonly Rule[]): PolicyDocument {
  const yaml = readYaml(text);
  if ('faults' in yaml)
    throw errorOf(
      text,
      yaml.faults.map(({ offset, message }) => ({ offset, message: () => message })),
    );
  const { value, root } = yaml;
  const placeOf = placesIn(root);
  const place = ({ path, key, message }: Fault) => ({
    offset: placeOf(key === undefined ? path : [...path, key]),
    message: () => `${path.length === 0 ? '' : `${path.join('.')}: `}${message()}`,
  });
  const faults = faultsOf(value, policySchema(rules));
  if (faults.length > 0) throw errorOf(text, faults.map(place));
  const document = PolicyDocument.parse(value);
  const weakened = document.trustTags ? [] : weakenedByTag(document, rules);
  if (weakened.length > 0)
    throw errorOf(
      text,
      weakened.map(({ path, message }) => place({ path, message: () => message })),
    );
  return document;
}

interface Placed {
  readonly offset: number;
  readonly message: () => string;
}

/** In the order in which they stand in the text. */
function errorOf(text: string, faults: readonly Placed[]): PolicyError {
  const inOrder = faults.toSorted((a, b) => a.offset - b.offset);
  return new PolicyError(inOrder.length, (index) => ({
    ...lineAndColumn(text, inOrder[index]?.offset ?? 0),
    message: inOrder[index]?.message() ?? '',
  }));
}

/** Both count from 1. */
function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
