import type { PolicyFile } from '../shared/azure/state/open-policy.ts';
import { redacted } from '../shared/core/plain-secrets/redacted.ts';
import { type FreezeNote, freezeNoteIn, frozenPolicy, withFreeze } from '../shared/core/policy/freeze-policy.ts';
import { readPolicy } from '../shared/core/policy/parse-policy.ts';
import { PolicyDocument } from '../shared/core/policy/policy-document.ts';
import { PolicyError } from '../shared/core/policy/policy-error.ts';
import { rules } from '../shared/rules/index.ts';
import { isLine, orBadInput, whoAsks } from './asking.ts';
import type { FreezeOptions } from './freeze-command.ts';
import { freezeJson, freezeText } from './freeze-in-words.ts';
import { BadInput, CLEAN, type Io } from './io.ts';
import { storageEndpoints } from './storage-endpoints.ts';

const TRIES = 2;

/** Sets `freeze` in the app's policy, and gives the exit code. */
export async function setFreeze(freeze: boolean, options: FreezeOptions, io: Io): Promise<number> {
  const note = noteOf(options);
  const { blob } = storageEndpoints(options.storage, process.env);
  const { openPolicy } = await import('../shared/azure/state/open-policy.ts');
  const policy = openPolicy(blob);
  const notDone = `Nothing was ${freeze ? 'frozen' : 'unfrozen'}`;
  let mine: string | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const file = await orBadInput(notDone, () => policy.read());
    const document = documentOf(file, notDone);
    const done = { freeze, note, document, isNew: file === null, before: noteIn(file) };
    // A write whose answer was lost, and which the client sent again, is ours.
    if (document.freeze === freeze)
      return tell({ ...done, isChanged: mine !== null && file?.text === mine }, options, io);
    mine = edited(file, freeze, note, notDone);
    const text = mine;
    if (await orBadInput(notDone, () => policy.replace(file, text)))
      return tell({ ...done, isChanged: true }, options, io);
  }
  throw new BadInput(`${notDone}: somebody else changed the policy meanwhile, twice. See who, then run it again.`);
}

function tell(done: Parameters<typeof freezeText>[0], { format }: FreezeOptions, io: Io): number {
  io.out(redacted(format === 'json' ? freezeJson(done) : freezeText(done, io)));
  return CLEAN;
}

/** @throws BadInput */
function noteOf({ by, reason }: FreezeOptions): FreezeNote {
  const why = reason?.trim() ?? null;
  if (why !== null && !isLine(why, 500))
    throw new BadInput('Say with --reason why, in one line of 1 to 500 characters.');
  return { who: whoAsks(by), at: new Date(), reason: why };
}

/** Without a file what the app goes by. @throws BadInput where the policy is not valid */
function documentOf(file: PolicyFile | null, notDone: string): PolicyDocument {
  if (file === null) return PolicyDocument.parse({});
  try {
    return readPolicy(file.text, rules);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const faults = error.faults.map(({ line, column, message }) => `policy.yaml:${line}:${column}: ${message}`);
    throw new BadInput(
      [
        `${notDone}: the policy (config/policy.yaml) is not valid, and was left as it is. The app begins nothing while it is so;`,
        'drains under way give their pools back. Mend it, or bring back the version before (docs/deploy.md#the-policy):',
        ...faults,
      ].join('\n'),
    );
  }
}

/** @throws BadInput where the text cannot be changed in one place alone */
function edited(file: PolicyFile | null, freeze: boolean, note: FreezeNote, notDone: string): string {
  if (file === null) return frozenPolicy(note);
  // Bytes that are no UTF-8 would be written back as others.
  const text = file.text.includes('\uFFFD') ? null : withFreeze(file.text, freeze, note);
  if (text !== null) return text;
  throw new BadInput(
    `${notDone}: the policy is written in a way in which this cannot be set without changing more. Write "freeze: ${freeze}" into it and upload it (docs/deploy.md#the-policy).`,
  );
}

function noteIn(file: PolicyFile | null): string | null {
  return file === null ? null : freezeNoteIn(file.text);
}
