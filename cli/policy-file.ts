import { parsePolicy, readPolicy } from '../shared/core/policy/parse-policy.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { type PolicyDocument, policyJsonSchema } from '../shared/core/policy/policy-document.ts';
import { PolicyError } from '../shared/core/policy/policy-error.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { drainsInWords } from './drains-in-words.ts';
import { readText, sourceName } from './input.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import { modesInWords } from './modes-in-words.ts';

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

function describe(document: PolicyDocument): string {
  return [modesInWords(document), ...(document.freeze ? ['frozen: nothing is begun'] : [])].join(', ');
}
