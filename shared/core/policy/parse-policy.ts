import { isMap, isNode, isScalar, isSeq, type Node } from 'yaml';
import type { z } from 'zod';
import { bindPolicy, type Policy } from './policy.ts';
import { PolicyDocument, policySchema } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import { readYaml, type TextFault } from './policy-yaml.ts';
import type { Rule } from './rule.ts';
import { weakenedByTag } from './weakened-by-tag.ts';

/** @throws PolicyError, which names line and column of each fault. */
export function parsePolicy(text: string, rules: readonly Rule[]): Policy {
  return bindPolicy(readPolicy(text, rules), rules);
}

/** @throws PolicyError */
export function readPolicy(text: string, rules: readonly Rule[]): PolicyDocument {
  const yaml = readYaml(text);
  if ('faults' in yaml) throw errorOf(text, yaml.faults);
  const { value, root } = yaml;
  const place = ({ path, key, message }: Fault) => ({
    get offset() {
      return offsetOf(root, path, key);
    },
    message: `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`,
  });
  const checked = policySchema(rules).safeParse(value, { reportInput: true });
  if (!checked.success) throw errorOf(text, checked.error.issues.flatMap((issue) => faultsOf(issue, [])).map(place));
  const document = PolicyDocument.parse(value);
  const weakened = document.trustTags ? [] : weakenedByTag(document, rules);
  if (weakened.length > 0) throw errorOf(text, weakened.map(place));
  return document;
}

/** Where faults stand is looked for only of those that are told. */
function errorOf(text: string, faults: readonly TextFault[]): PolicyError {
  return new PolicyError(
    faults.map(({ message }) => message),
    (index) => lineAndColumn(text, faults[index]?.offset ?? 0),
  );
}

/** Both count from 1. */
function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

interface Fault {
  readonly path: PropertyKey[];
  readonly key?: string;
  readonly message: string;
}

/** Of a union, only the faults of the branch that the author seems to have meant. */
function faultsOf(issue: z.core.$ZodIssue, above: PropertyKey[]): Fault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path, key, message: `"${key}" is not known here` }));
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
  const meant = issue.errors.at(typeof issue.input === 'object' ? -1 : 0) ?? [];
  return meant.flatMap((inner) => faultsOf(inner, path));
}

/** Where `path` stands in the text; of what is missing, where its parent stands. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], key?: string): number {
  let offset = root?.range?.[0] ?? 0;
  let node: unknown = root;
  for (const step of key === undefined ? path : [...path, key]) {
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === step) : undefined;
    const next = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value;
    const place = pair?.key ?? next;
    if (isNode(place)) offset = place.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}
