import type { AzureReader } from '../shared/azure/reader.ts';
import { parseSubscription } from '../shared/core/model/arm-id.ts';
import { sameId } from '../shared/core/model/resource-id.ts';
import type { Subscription } from '../shared/core/model/subscription.ts';
import { count, listed } from '../shared/core/model/words.ts';
import { onOneLine } from '../shared/report/harmless.ts';
import { defaultSubscription } from './az-profile.ts';
import { BadInput, type Io, note } from './io.ts';
import { didYouMean } from './nearest.ts';
import { signedIn, whyFailed } from './why-failed.ts';

/** As commander parses the options that say which subscriptions. */
export interface Scope {
  /** Ids or names. */
  readonly subscription?: readonly string[];
  readonly allSubscriptions?: boolean;
  readonly managementGroup?: string;
}

/** Whether any subscription is named. */
export function hasScope({ subscription, allSubscriptions, managementGroup }: Scope): boolean {
  return subscription !== undefined || allSubscriptions === true || managementGroup !== undefined;
}

/** The scope itself; where it names nothing, the subscription that az is on, and so it is told. Null where az is on none. */
export async function scopeOrDefault(scope: Scope, io: Io): Promise<Scope | null> {
  if (hasScope(scope)) return scope;
  const chosen = await defaultSubscription(process.env);
  if (chosen === null) return null;
  const name = sameId(chosen.name, chosen.id) ? '' : `${onOneLine(chosen.name)}, `;
  note(`Subscription: ${name}${chosen.id} (${chosen.from}; --subscription names another)`, io);
  return { subscription: [chosen.id] };
}

/** The ids of the subscriptions, each once. @throws BadInput */
export async function subscriptionIds(azure: AzureReader, scope: Scope, io: Io): Promise<readonly string[]> {
  const { subscription = [], allSubscriptions = false, managementGroup } = scope;
  if (allSubscriptions || managementGroup !== undefined) {
    const found = await inScope(azure, managementGroup);
    const where = managementGroup === undefined ? '' : ` below the management group ${managementGroup}`;
    if (found.length === 0) throw new BadInput(`You can see no subscription${where}.`);
    note(`${count(found.length, 'subscription')}${where}`, io);
    return found.map(({ id }) => id);
  }
  if (subscription.every((each) => GUID.test(each))) return [...new Set(subscription)];
  const all = await orBadInput('your subscriptions', () => azure.listSubscriptions());
  return [...new Set(subscription.map((each) => (GUID.test(each) ? each : idOf(each, all))))];
}

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

async function inScope(azure: AzureReader, managementGroup: string | undefined): Promise<readonly Subscription[]> {
  if (managementGroup === undefined) return orBadInput('your subscriptions', () => azure.listSubscriptions());
  return orBadInput(`management group ${managementGroup}`, () => azure.subscriptionsBelow(managementGroup));
}

/** By its name, whatever its case, or by its id. @throws BadInput where it is none of them, or several */
function idOf(name: string, all: readonly Subscription[]): string {
  const named = all.filter((each) => each.name.toLowerCase() === name.toLowerCase() || sameId(each.id, name));
  const [found, ...others] = named;
  if (others.length > 0) {
    const ids = listed(
      named.map(({ id }) => id),
      '\n',
    );
    throw new BadInput(`Several subscriptions are named ${onOneLine(name)}. Give the id of one:\n${ids}`);
  }
  if (found !== undefined) return found.id;
  // Who sees none has no role in this one either: that is told when it is read.
  if (all.length === 0 && parseSubscription(name) !== null) return name;
  const names = all.map((each) => onOneLine(each.name));
  const seen = names.length === 0 ? 'You can see none.' : `You can see: ${listed(names)}.`;
  throw new BadInput(`No subscription is named ${onOneLine(name)}. ${didYouMean(name, names)}${seen}`);
}

async function orBadInput<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await signedIn(read);
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw new BadInput(`${what}: could not be read: ${whyFailed(error)}`, { cause: error });
  }
}
