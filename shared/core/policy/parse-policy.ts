import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { bindPolicy, type Policy } from './policy.ts';
import { PolicyDocument, policySchema } from './policy-document.ts';
import type { Rule } from './rule.ts';

/** One fault of a policy; line and column count from 1. */
export interface PolicyFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export class PolicyError extends Error {
  readonly faults: readonly PolicyFault[];

  constructor(faults: readonly PolicyFault[]) {
    super(faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('; '));
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

/** @throws PolicyError, which names line and column of each fault. */
export function parsePolicy(text: string, rules: readonly Rule[]): Policy {
  return bindPolicy(readPolicy(text, rules), rules);
}

/** @throws PolicyError */
export function readPolicy(text: string, rules: readonly Rule[]): PolicyDocument {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines });
  const at = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message };
  };
  const broken = [...yaml.errors, ...yaml.warnings];
  if (broken.length > 0)
    throw new PolicyError(broken.map(({ pos, message }) => at(pos[0], message.split('\n')[0] ?? message)));
  if (yaml.contents === null) throw new PolicyError([at(0, 'the policy is empty; the smallest one is "mode: audit"')]);

  const value = (() => {
    try {
      return yaml.toJS() as unknown; // checked next
    } catch (error) {
      throw new PolicyError([at(0, error instanceof Error ? error.message : String(error))]);
    }
  })();
  const checked = policySchema(rules).safeParse(value, { reportInput: true });
  if (!checked.success) {
    throw new PolicyError(
      checked.error.issues
        .flatMap((issue) => faultsOf(issue, []))
        .map(({ path, key, message }) => {
          return at(offsetOf(yaml.contents, path, key), `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`);
        }),
    );
  }
  return PolicyDocument.parse(value);
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
