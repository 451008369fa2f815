import type { OpenRequests } from '../shared/azure/state/open-requests.ts';
import { BadInput } from './io.ts';
import { storageEndpoints } from './storage-endpoints.ts';
import { isNotSignedIn, whyFailed } from './why-failed.ts';

/** What may be asked for in the app's storage, as `--storage` or the environment names it. @throws BadInput */
export async function requestsOf(storage: string | undefined): Promise<OpenRequests> {
  const endpoints = storageEndpoints(storage, process.env);
  const { openRequests } = await import('../shared/azure/state/open-requests.ts');
  return openRequests(endpoints);
}

/** Asks for a look at the account of the resource. Why none could be asked for; null where one was. */
export async function askForLook(
  requests: Pick<OpenRequests, 'lookAt'>,
  resourceId: string,
  since: Date,
): Promise<string | null> {
  try {
    await requests.lookAt(resourceId, since);
    return null;
  } catch (error) {
    return whyFailed(error);
  }
}

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
