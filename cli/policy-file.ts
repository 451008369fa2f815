import { count } from '../shared/core/model/words.ts';
import { parsePolicy, readPolicy } from '../shared/core/policy/parse-policy.ts';
import type { Mode, Policy } from '../shared/core/policy/policy.ts';
import { type PolicyDocument, policyJsonSchema } from '../shared/core/policy/policy-document.ts';
import { PolicyError } from '../shared/core/policy/policy-error.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { drainsInWords } from './drains-in-words.ts';
import { readText, sourceName } from './input.ts';
import { BadInput, CLEAN, type Io } from './io.ts';

export type Bind = (rules: readonly Rule[]) => Policy;

/** Binds rules to the policy of the file. @throws BadInput */
export async function readPolicyFile(file: string, io: Io): Promise<Bind> {
  const text = await textOf(file, io);
  return (rules) => parsed(file, () => parsePolicy(text, rules));
}

/** Says what the policy in the file does. @throws BadInput that names each fault with line and column */
export async function checkPolicy(file: string, io: Io): Promise<number> {
  const text = await textOf(file, io);
  const document = parsed(file, () => readPolicy(text, rules));
  io.out(`${sourceName(file)}: valid, ${describe(document)}\nDrains: ${drainsInWords(document.drains)}\n`);
  return CLEAN;
}

export function printSchema(io: Io): number {
  io.out(`${JSON.stringify(policyJsonSchema(rules), null, 2)}\n`);
  return CLEAN;
}

function textOf(file: string, io: Io): Promise<string> {
  return readText(file, io).catch((error: unknown) => {
    throw error instanceof BadInput ? new BadInput(`${sourceName(file)}: ${error.message}`) : error;
  });
}

/** Names the faults of the policy in the file. */
function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const faults = error.faults.map(({ line, column, message }) => `${sourceName(file)}:${line}:${column}: ${message}`);
    throw new BadInput(faults.join('\n'));
  }
}

const MODES: readonly [Mode, string][] = [
  ['enforce', 'enforced'],
  ['approve', 'on approval'],
  ['audit', 'in audit mode'],
  ['off', 'off'],
];

/** As in "2 rules enforced, 4 in audit mode, 1 scope that changes this for some". */
function describe({ mode, rules: entries, scopes, freeze }: PolicyDocument): string {
  const modes = rules.map(({ id, defaultOff }) => {
    const entry = entries[id];
    const byDefault = defaultOff && entry === undefined ? 'off' : mode;
    return (typeof entry === 'string' ? entry : entry?.mode) ?? byDefault;
  });
  const counts = MODES.map(([mode, words]) => ({ words, n: modes.filter((one) => one === mode).length }));
  return [
    ...counts.filter(({ n }) => n > 0).map(({ n, words }) => `${count(n, 'rule')} ${words}`),
    ...(scopes.length === 0 ? [] : [`${count(scopes.length, 'scope')} with other wishes`]),
    ...(freeze ? ['frozen: nothing is begun'] : []),
  ].join(', ');
}
