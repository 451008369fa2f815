import { isNotSignedIn } from './azure.ts';
import { BadInput } from './io.ts';

/** Who asks, as `--by` says. @throws BadInput */
export function whoAsks(by: string): string {
  const who = by.trim();
  if (!isLine(who, 200)) throw new BadInput('Say with --by who asks, in 1 to 200 characters.');
  return who;
}

/** Whether the text is one line of 1 to `most` characters. */
export function isLine(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && !/\p{Cc}/u.test(text);
}

/** Does what a person asked of the deployed app. @throws BadInput that says first what did not happen, then why */
export async function orBadInput<T>(notDone: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isNotSignedIn(error)) throw new BadInput(`${notDone}: not signed in, run "az login" first.`);
    const { NotAsked } = await import('../shared/azure/state/not-asked.ts');
    if (!(error instanceof NotAsked)) throw error;
    throw new BadInput(`${notDone}: ${error.message}.`);
  }
}
