import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { count } from '../shared/core/model/words.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { builtInPolicy } from '../shared/core/policy/policy.ts';
import { harmless } from '../shared/report/terminal/harmless.ts';
import { rules } from '../shared/rules/index.ts';
import { seeSubscriptions } from './azure.ts';
import type { InitOptions } from './init-command.ts';
import { policyText, SCHEMA_FILE } from './init-policy.ts';
import { type Seen, standingsOf } from './init-standings.ts';
import { BAD_INPUT, BadInput, CLEAN, type Io } from './io.ts';
import { checkOutputs, writeWhole } from './output-files.ts';
import { seeFiles, tellErrors } from './see.ts';

/** Writes a policy to begin with, and gives the exit code. @throws BadInput where the file is there already */
export async function init(file: string, options: InitOptions, io: Io): Promise<number> {
  const isPrinted = file === '-';
  if (!isPrinted) await checkOutputs([file], options.from ?? []);
  const seen = await see(options, io);
  const text = policyText(rules, seen);
  const code = seen === null || seen.unread === 0 ? CLEAN : BAD_INPUT;
  if (isPrinted) {
    io.out(text);
    return code;
  }
  await write(file, text, options.force);
  const enforced = [...(seen?.standings.values() ?? [])].filter(({ mode }) => mode === 'enforce').length;
  const modes =
    seen === null ? 'nothing is written to Azure by it' : `${count(enforced, 'rule')} enforced, the rest only reported`;
  const name = harmless(file);
  io.out(`Wrote ${name}: a policy with all ${rules.length} rules, ${modes}.

Next:
  batch-warden policy ${name}
      checks it after you changed it, and says what it would do
  batch-warden plan --policy ${name} --input FILES --assume-complete
      shows what it would write
  batch-warden policy --schema ${join(dirname(name), SCHEMA_FILE)}
      writes the schema that the first line of the policy names, for editors
`);
  return code;
}

/** Null where nothing is to be judged. */
async function see({ from, subscription }: InitOptions, io: Io): Promise<Seen | null> {
  if (from === undefined && subscription === undefined) return null;
  const policy = builtInPolicy(rules);
  const { snapshots, accounts, pools, errors } =
    from === undefined
      ? await seeSubscriptions({ subscription: subscription ?? [] }, policy, io)
      : await seeFiles(from, io);
  tellErrors(errors, io);
  if (accounts + pools === 0) throw new BadInput('There is no Batch account and no pool to choose modes by.');
  if (errors.length > 0)
    io.err('Not all could be read, and what was not read is not known to comply: no rule is enforced.\n');
  const now = new Date();
  const verdicts = snapshots.flatMap((snapshot) => evaluate(snapshot, policy, now));
  return { accounts, pools, unread: errors.length, standings: standingsOf(rules, verdicts, errors.length === 0) };
}

async function write(file: string, text: string, isForced: boolean): Promise<void> {
  if (isForced) return writeWhole([{ path: file, text: () => text }]);
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw new BadInput(`${file}: cannot be written: ${error.message}`, { cause: error });
    throw new BadInput(`${file} is there already, and was left as it is: name another file, or give --force.`);
  });
}
