import { believed } from './core/model/believed.ts';
import { after, HOUR, MINUTE } from './core/model/time.ts';
import { reasonOf } from './core/model/words.ts';
import { SweepMessage } from './messages.ts';
import type { Batch, Intake, Queues, Register, Run, Telling } from './ports.ts';

const PATIENCE = 15 * MINUTE;

type ListPorts = Run & Register & Intake & Pick<Batch, 'listAccounts' | 'whyListMayLack'> & Queues & Telling;

/**
 * Takes a message of the queue `sweep`: lists the accounts of a subscription, and asks for a look at each.
 */
export async function takeListing(ports: ListPorts, message: unknown): Promise<void> {
  const { subscription, since } = SweepMessage.parse(message);
  const id = `/subscriptions/${subscription}`;
  if (!ports.isWatched(id)) return ports.log({ event: 'event-ignored', subject: id, reason: 'not watched' });
  try {
    await list(ports, subscription, believed(since, ports.now()));
  } catch (error) {
    if (ports.isLastTry) await ports.tellFailure(id, await ports.recordListingFailure(subscription, reasonOf(error)));
    throw error;
  }
}

async function list(ports: ListPorts, subscription: string, since: Date): Promise<void> {
  const id = `/subscriptions/${subscription}`;
  const listed = await ports.listAccounts(subscription);
  if ('retryAt' in listed) {
    if (ports.now() > after(since, HOUR)) throw new Error(`Azure asks for patience since ${since.toISOString()}`);
    return ports.enqueueListing(subscription, since, listed.retryAt);
  }
  if ('refused' in listed) {
    // A token that ran out, or a role that is being replaced, is over in minutes. What lasts is told, and the next sweep asks again.
    if (ports.now() < after(since, PATIENCE))
      return ports.enqueueListing(subscription, since, after(ports.now(), 5 * MINUTE));
    await ports.tellFailure(id, await ports.recordListingFailure(subscription, listed.refused));
    for await (const ended of ports.closeSubscription(subscription, listed.code)) await ports.tellEnded(ended);
    return;
  }
  const found = new Set(listed);
  const missing = (await ports.rememberedAccounts(subscription, found)).filter((account) => !found.has(account));
  await ports.enqueueLooks([...listed, ...missing], since);
  const doubt = await ports.whyListMayLack(subscription, listed);
  const news = await (doubt === null
    ? ports.closeListingFailure(subscription)
    : ports.recordListingFailure(subscription, doubt));
  ports.log({ event: 'subscription-listed', subscription, accounts: listed.length, missing: missing.length });
  await ports.tellFailure(id, news);
}
