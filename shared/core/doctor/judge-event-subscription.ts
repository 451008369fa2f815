import { sameId } from '../model/resource-id.ts';
import { listed } from '../model/words.ts';
import { fail, type Judged, ok, warn } from './check.ts';
import {
  type AdvancedFilter,
  type EventFilter,
  type EventSubscription,
  isStorage,
  storageOf,
} from './event-subscription.ts';
import type { Shipped, SubscriptionReadings } from './readings.ts';

const NAME = 'event-subscription';
/** https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions/get */
const UNDER_WAY = ['Creating', 'Updating'];
const DEPLOY =
  'deploy infra/events.bicep into this subscription again (docs/deploy.md). Until then changes are seen by the sweep alone';

interface Faults {
  readonly grave: string[];
  readonly slight: string[];
}

/** Whether events come here, with the filter and the destination that were shipped. */
export function judgeEventSubscription(
  { eventSubscriptions: seen }: Pick<SubscriptionReadings, 'eventSubscriptions'>,
  { filter, storage }: Pick<Shipped, 'filter' | 'storage'>,
  now: Date,
): Judged {
  if ('unseen' in seen)
    return warn(NAME, `its event subscriptions could not be read: ${seen.unseen}`, 'see rights-to-read');
  const ours = seen.known.find((each) => storageOf([each], storage) !== null) ?? seen.known.find(goesToFunction);
  if (ours === undefined)
    return fail(NAME, `no event subscription delivers to this app (${seen.known.length} others are here)`, DEPLOY);
  const { grave, slight } = faultsOf(ours, filter, storage, now);
  if (grave.length > 0) return fail(NAME, `${ours.name}: ${listed([...grave, ...slight], '; ')}`, DEPLOY);
  if (slight.length > 0)
    return warn(
      NAME,
      `${ours.name}: ${listed(slight, '; ')}`,
      'deploy infra/events.bicep into this subscription again (docs/deploy.md)',
    );
  return ok(
    NAME,
    `${ours.name} delivers to ${ours.destination.kind === 'StorageQueue' ? 'the queue resource-events' : 'the function onResourceEvent'}, with filter and dead letters as shipped`,
  );
}

function goesToFunction({ destination: { kind, resourceId } }: EventSubscription): boolean {
  return kind === 'AzureFunction' && /\/functions\/onResourceEvent$/i.test(resourceId);
}

function faultsOf(seen: EventSubscription, shipped: EventFilter, storage: string, now: Date): Faults {
  const { state, expires, destination, deadLetters } = seen;
  const faults = filterFaults(seen.filter, shipped);
  const isQueue =
    destination.kind === 'StorageQueue' &&
    sameId(destination.queue, 'resource-events') &&
    isStorage(destination.resourceId, storage);
  if (!isQueue && !goesToFunction(seen))
    faults.grave.push(
      `it delivers to ${destination.resourceId || destination.kind || 'nothing'} and not to onResourceEvent or the queue resource-events`,
    );
  if (state !== null && UNDER_WAY.includes(state)) faults.slight.push(`it is ${state.toLowerCase()}`);
  else if (state !== null && state !== 'Succeeded') faults.grave.push(`Event Grid says that it is ${state}`);
  if (expires !== null && expires <= now) faults.grave.push(`it ended at ${expires.toISOString()}`);
  else if (expires !== null) faults.slight.push(`it ends at ${expires.toISOString()}`);
  if (deadLetters === null) faults.slight.push('events that cannot be delivered are dropped: it has no dead letters');
  else if (!isStorage(deadLetters, storage))
    faults.grave.push(`its dead letters go to ${deadLetters}, which is not the storage of this app`);
  return faults;
}

/** What is kept back is grave; what comes beside is not. */
function filterFaults(seen: EventSubscription['filter'], shipped: EventFilter): Faults {
  const faults: Faults = { grave: [], slight: [] };
  for (const [where, text] of [
    ['begins', seen.subjectBeginsWith],
    ['ends', seen.subjectEndsWith],
  ] as const)
    if (text !== '') faults.grave.push(`its filter keeps back all whose subject ${where} otherwise than with ${text}`);
  if (seen.includedEventTypes !== null) {
    tell('event types', without(shipped.includedEventTypes ?? [], seen.includedEventTypes), faults.grave, 'keeps back');
    tell(
      'event types',
      without(seen.includedEventTypes, shipped.includedEventTypes ?? []),
      faults.slight,
      'also lets through',
    );
  }
  for (const each of seen.advancedFilters) {
    const same = shipped.advancedFilters.find((other) => isSameKind(each, other));
    if (same === undefined)
      faults.grave.push(`its filter has a condition that was not shipped, ${each.operatorType} of ${each.key}`);
    else {
      tell(each.key, without(same.values, each.values), faults.grave, 'keeps back');
      tell(each.key, without(each.values, same.values), faults.slight, 'also lets through');
    }
  }
  for (const each of shipped.advancedFilters)
    if (!seen.advancedFilters.some((other) => isSameKind(each, other)))
      faults.slight.push(`its filter lacks the condition ${each.operatorType} of ${each.key}: too much comes`);
  return faults;
}

function tell(what: string, values: readonly string[], faults: string[], does: string): void {
  if (values.length > 0) faults.push(`its filter ${does} ${what} ${listed(values)}`);
}

function isSameKind(a: AdvancedFilter, b: AdvancedFilter): boolean {
  return sameId(a.operatorType, b.operatorType) && sameId(a.key, b.key);
}

/** Event Grid compares without case. */
function without(all: readonly string[], some: readonly string[]): string[] {
  return all.filter((value) => !some.some((other) => sameId(value, other)));
}
