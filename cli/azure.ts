import { z } from 'zod';
import type { Bodies } from '../shared/azure/files/bodies.ts';
import type { BodyFault } from '../shared/azure/files/body-items.ts';
import type { AzureReader } from '../shared/azure/reader.ts';
import { isReadable } from '../shared/core/model/pool.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { NO_MEMORY } from '../shared/core/plan/memory.ts';
import type { Policy } from '../shared/core/policy/policy.ts';
import { seeAccount } from '../shared/plan-look.ts';
import type { Throttled } from '../shared/ports.ts';
import { shortName } from '../shared/report/short-name.ts';
import { BadInput, type Io } from './io.ts';
import { progress, type Teller } from './progress.ts';
import { type Scope, subscriptionIds } from './subscriptions.ts';
import { signedIn, whyFailed } from './why-failed.ts';

/** https, without a slash at its end. */
export const Endpoint = z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, ''));
const AT_ONCE = 4;

/** Reads every account of the subscriptions; what cannot be read is an error, and the others are read. */
export async function seeSubscriptions(scope: Scope, policy: Policy, io: Io): Promise<Bodies> {
  const azure = await openAzure();
  const { ids, errors } = await listAccounts(azure, await subscriptionIds(azure, scope, io));
  const seen = await seeAccounts(azure, ids, policy, io);
  return { ...seen, errors: [...errors, ...seen.errors] };
}

/** The ids of the accounts in the subscriptions. @throws BadInput for who is not signed in */
export async function listAccounts(azure: AzureReader, subscriptions: readonly string[]) {
  const ids: string[] = [];
  const errors: BodyFault[] = [];
  for (const subscription of new Set(subscriptions)) {
    const listed = await attempt(`subscription ${subscription}`, () =>
      signedIn(() => azure.listAccounts(subscription)),
    );
    if ('message' in listed) errors.push(listed);
    else ids.push(...listed.value);
  }
  return { ids, errors };
}

/** The SDKs are loaded here, and nowhere else: files are judged without them. @throws BadInput */
export async function openAzure(): Promise<AzureReader> {
  const endpoint = armEndpoint();
  const { azureReader } = await import('../shared/azure/reader.ts');
  return azureReader(endpoint);
}

/** Azure Resource Manager's. @throws BadInput */
export function armEndpoint(): string {
  const endpoint = Endpoint.safeParse(process.env['ARM_ENDPOINT'] ?? 'https://management.azure.com');
  if (!endpoint.success) throw new BadInput('ARM_ENDPOINT must be a URL that begins with https://.');
  return endpoint.data;
}

/** Reads these accounts; those that are gone by now are left out. */
export async function seeAccounts(azure: AzureReader, ids: readonly string[], policy: Policy, io: Io): Promise<Bodies> {
  const snapshots: Snapshot[] = [];
  const unread: BodyFault[] = [];
  await eachAccount(ids, io, async (id) => {
    const seen = await attempt(id, () => seeAccount(azure, id, { memory: NO_MEMORY, policy, now: new Date() }));
    if ('message' in seen) unread.push(seen);
    else if (seen.value !== null && 'retryAt' in seen.value) unread.push(throttled(id, seen.value));
    else if (seen.value !== null) snapshots.push(seen.value.snapshot);
  });
  return {
    snapshots,
    resources: [],
    errors: [...unread, ...snapshots.flatMap(problemsOf)],
    accounts: snapshots.length + unread.length,
    pools: snapshots.flatMap(({ pools }) => pools).length,
    unreadable: unread.length + snapshots.flatMap(unreadableIn).length,
  };
}

/** Does it for each account, some at once. */
export async function eachAccount(
  ids: readonly string[],
  io: Teller,
  work: (id: string) => Promise<void>,
): Promise<void> {
  const todo = ids.values();
  const told = progress('Reading account', ids.length, io);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const id of todo) {
        told.step(shortName(id));
        await work(id);
      }
    }),
  );
  told.end();
}

/** Of an account that Azure will not show yet. */
export function throttled(source: string, { retryAt }: Throttled): BodyFault {
  return { source, path: '', message: `Azure asks to wait until ${retryAt.toISOString()}` };
}

/** What it reads; why it could not be read. */
export async function attempt<T>(source: string, read: () => Promise<T>): Promise<{ readonly value: T } | BodyFault> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof BadInput) throw error;
    return { source, path: '', message: `could not be read: ${whyFailed(error)}` };
  }
}

export function problemsOf({ accountId, problems }: Snapshot): BodyFault[] {
  return problems.map(({ message }) => ({ source: accountId, path: '', message }));
}

function unreadableIn({ account, pools }: Snapshot): readonly unknown[] {
  return [...('unknown' in account ? [account] : []), ...pools.filter((pool) => !isReadable(pool))];
}
