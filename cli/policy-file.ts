import type { Exemption } from '../shared/core/policy/exemption.ts';
import { exemptionsJsonSchema } from '../shared/core/policy/exemptions-document.ts';
import { parseExemptions } from '../shared/core/policy/parse-exemptions.ts';
import { parsePolicy, readPolicy } from '../shared/core/policy/parse-policy.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { type PolicyDocument, policyJsonSchema } from '../shared/core/policy/policy-document.ts';
import { PolicyError } from '../shared/core/policy/policy-error.ts';
import type { Rule } from '../shared/core/policy/rule.ts';
import { rules } from '../shared/rules/index.ts';
import { canBreak, enforcedInVain } from './can-break.ts';
import { drainsInWords } from './drains-in-words.ts';
import { exemptionsInWords } from './exemptions-in-words.ts';
import { foundFiles, NOTHING_FOUND, type PolicyFiles } from './found-files.ts';
import { readText, sourceName } from './input.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import { modesInWords } from './modes-in-words.ts';
import type { SchemaOf } from './schemas.ts';

export type Bind = (rules: readonly Rule[]) => Policy;

/** Binds rules to the policy of the file. @throws BadInput */
export async function readPolicyFile(file: string, io: Io): Promise<Bind> {
  const text = await textOf(file, io);
  return (rules) => parsed(file, () => parsePolicy(text, rules));
}

/** The exemptions of the file. @throws BadInput */
export async function readExemptionsFile(file: string, io: Io): Promise<readonly Exemption[]> {
  const text = await textOf(file, io);
  return parsed(file, () => parseExemptions(text, rules, new Date()));
}

/** Says what the policy in the file does. @throws BadInput that names each fault with line and column */
async function describePolicy(file: string, io: Io): Promise<string> {
  const text = await textOf(file, io);
  const document = parsed(file, () => readPolicy(text, rules));
  const more = `${enforcedInVain(document, io.width)}${canBreak(document, io.width)}`;
  return `${sourceName(file)}: valid, ${describe(document)}\nDrains: ${drainsInWords(document.drains)}\n${more}`;
}

async function describeExemptions(file: string, io: Io): Promise<string> {
  return `${sourceName(file)}: valid, ${exemptionsInWords(await readExemptionsFile(file, io), new Date())}\n`;
}

/** Says what each of the files does. @throws BadInput that names every fault of both with line and column */
export async function checkFiles(named: PolicyFiles, io: Io): Promise<number> {
  const isNamed = named.policy !== undefined || named.exemptions !== undefined;
  const { policy, exemptions } = isNamed ? named : await foundFiles({}, io);
  if (policy === undefined && exemptions === undefined) throw new BadInput(NOTHING_FOUND);
  const checked = await Promise.allSettled([
    ...(policy === undefined ? [] : [describePolicy(policy, io)]),
    ...(exemptions === undefined ? [] : [describeExemptions(exemptions, io)]),
  ]);
  const faults: string[] = [];
  const words: string[] = [];
  for (const one of checked) {
    if (one.status === 'fulfilled') words.push(one.value);
    else if (one.reason instanceof BadInput) faults.push(one.reason.message);
    else throw one.reason;
  }
  io.out(words.join(''));
  if (faults.length > 0) throw new BadInput(faults.join('\n'));
  return CLEAN;
}

/** Prints a schema; where `of` is a file, writes that of a policy there. @throws BadInput */
export async function giveSchema(of: SchemaOf, io: Io): Promise<number> {
  const schema = of === 'exemptions' ? exemptionsJsonSchema(rules) : policyJsonSchema(rules);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (of === 'policy' || of === 'exemptions') {
    io.out(text);
    return CLEAN;
  }
  const { checkOutputs, writeWhole } = await import('./output-files.ts');
  await checkOutputs([of.file], []);
  await writeWhole([{ path: of.file, text: () => text }]);
  io.err(`Wrote ${of.file} (the JSON schema of a policy).\n`);
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
