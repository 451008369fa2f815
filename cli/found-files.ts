import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput, type Io } from './io.ts';

/** The policy that is found in the folder where a command runs. */
export const POLICY_FILE = 'batch-warden.yaml';

const POLICY = 'BATCH_WARDEN_POLICY';
const EXEMPTIONS = 'BATCH_WARDEN_EXEMPTIONS';

/** For the help. */
export const FOUND_FILES = `Where no policy is named, BATCH_WARDEN_POLICY names it, or else it is
./batch-warden.yaml, if that is there. BATCH_WARDEN_EXEMPTIONS names the
exemptions where --exemptions does not. Standard error says which were taken.`;

export const NOTHING_FOUND = `Name a policy file, or exemptions with --exemptions FILE: here is no ${POLICY_FILE}, and ${POLICY} and ${EXEMPTIONS} name none. "batch-warden init" makes one.`;

/** The files that judging goes by. */
export interface PolicyFiles {
  readonly policy?: string;
  readonly exemptions?: string;
}

/** Where files are looked for. */
interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

/**
 * The files that are named, or else those of the environment, or else the policy in the folder; says which were found.
 * An empty variable names nothing. @throws BadInput where a variable names a file that is not there
 */
export async function foundFiles(
  { policy, exemptions }: PolicyFiles,
  io: Pick<Io, 'err'>,
  around: Around = { env: process.env, folder: process.cwd() },
): Promise<PolicyFiles> {
  const foundPolicy = policy ?? (await ofVariable(POLICY, 'Policy', io, around)) ?? (await inFolder(io, around));
  const foundExemptions = exemptions ?? (await ofVariable(EXEMPTIONS, 'Exemptions', io, around));
  return {
    ...(foundPolicy === undefined ? {} : { policy: foundPolicy }),
    ...(foundExemptions === undefined ? {} : { exemptions: foundExemptions }),
  };
}

async function ofVariable(
  name: string,
  what: string,
  io: Pick<Io, 'err'>,
  { env }: Around,
): Promise<string | undefined> {
  const file = env[name];
  if (file === undefined || file === '') return undefined;
  if (!(await isThere(file))) throw new BadInput(`${name} names ${file}: no such file.`);
  io.err(`${what}: ${file} (from ${name})\n`);
  return file;
}

async function inFolder(io: Pick<Io, 'err'>, { folder }: Around): Promise<string | undefined> {
  const file = join(folder, POLICY_FILE);
  if (!(await isThere(file))) return undefined;
  io.err(`Policy: ./${POLICY_FILE} (found in this folder)\n`);
  return folder === process.cwd() ? POLICY_FILE : file;
}

/** What may not be asked for is taken for there: reading it then says why it cannot be read. */
async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}
