import { builtInPolicy, type Mode, type Policy, parsePolicy } from '../shared/core/policy.ts';
import { type PolicyDocument, PolicyError, policyJsonSchema, readPolicy } from '../shared/core/policy-document.ts';
import type { Rule } from '../shared/core/rule.ts';
import { count } from '../shared/core/words.ts';
import { rules } from '../shared/rules/index.ts';
import { readText, sourceName } from './input.ts';
import { BadInput, CLEAN, type Io } from './io.ts';

/** The policy of the file, or the built-in one; of its rules only those that are named. @throws BadInput */
export async function choosePolicy(
  file: string | undefined,
  ruleIds: readonly string[] | undefined,
  io: Io,
): Promise<Policy> {
  const known = new Set(rules.map(({ id }) => id));
  const unknown = (ruleIds ?? []).filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new BadInput(`No such rule: ${unknown.join(', ')}. The rules are: ${[...known].join(', ')}.`);
  const asked = rules.map((rule) => (ruleIds?.includes(rule.id) ? onByDefault(rule) : rule));
  const policy =
    file === undefined ? builtInPolicy(asked) : await readFrom(file, io, (text) => parsePolicy(text, asked));
  if (ruleIds === undefined) return policy;
  return { ...policy, rulesFor: (target) => policy.rulesFor(target).filter(({ rule }) => ruleIds.includes(rule.id)) };
}

function onByDefault(rule: Rule): Rule {
  const { defaultOff: _, ...rest } = rule;
  return rest;
}

/** Says what the policy in the file does. @throws BadInput that names each fault with line and column */
export async function checkPolicy(file: string, io: Io): Promise<number> {
  const document = await readFrom(file, io, (text) => readPolicy(text, rules));
  io.out(`${sourceName(file)}: valid, ${describe(document)}\n`);
  return CLEAN;
}

export function printSchema(io: Io): number {
  io.out(`${JSON.stringify(policyJsonSchema(rules), null, 2)}\n`);
  return CLEAN;
}

async function readFrom<T>(file: string, io: Io, read: (text: string) => T): Promise<T> {
  const text = await readText(file, io).catch((error: unknown) => {
    throw error instanceof BadInput ? new BadInput(`${sourceName(file)}: ${error.message}`) : error;
  });
  try {
    return read(text);
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
