import { z } from 'zod';
import type { AppFunction } from '../../local/host/load.ts';
import { lastString, type Resource, resourcesIn, templatesIn } from './compiled.ts';
import type { Faults } from './faults.ts';

export interface Stores {
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  readonly containers: readonly string[];
}

/** Names in the templates that are not those of the code: `made` are the stores that the app makes. */
export function nameFaults(
  main: string,
  events: string,
  made: Stores,
  functions: ReadonlyMap<string, AppFunction>,
): Faults {
  const stores = storesIn(main);
  const { called, queue, deadLetters } = destinations(events);
  const triggers = [...functions.values()].flatMap(({ trigger }) => trigger['queueName'] ?? []);
  const granted = resourcesIn(events, 'Microsoft.Storage/storageAccounts/queueServices/queues').map(nameOf);
  const writable = resourcesIn(events, 'Microsoft.Storage/storageAccounts/blobServices/containers').map(nameOf);
  return [
    ...different('tables', stores.tables, made.tables),
    ...different('queues', stores.queues, made.queues),
    ...different(
      'queues that are read',
      stores.queues,
      triggers.map(String).filter((name) => !name.endsWith('-poison')),
    ),
    ...different('containers', stores.containers, [...made.containers, deploymentsIn(main), deadLetters]),
    ...different('containers with an author', resourcesIn(main, CONTAINERS).filter(isExisting).map(nameOf), ['config']),
    ...different('functions that Event Grid calls', [called], ofType(functions, 'eventGridTrigger')),
    ...different('queues of events', [queue], [String(functions.get('on-queued-event')?.trigger['queueName'])]),
    ...different('queues that the topic may send to', granted, [queue]),
    ...different('containers that the topic may write to', writable, [deadLetters]),
  ];
}

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const isExisting = ({ existing }: Resource) => existing;
const nameOf = ({ name }: Resource) => lastString(name);

function storesIn(main: string): Stores {
  const Names = z.strictObject({
    tables: z.array(z.string()),
    queues: z.array(z.string()),
    containers: z.array(z.string()),
  });
  const [stores, ...others] = templatesIn(main)
    .flatMap(({ variables }) => Object.values(variables))
    .flatMap((value) => Names.safeParse(value).data ?? []);
  if (stores === undefined || others.length > 0) throw new Error('the template has not one list of stores');
  return stores;
}

function deploymentsIn(main: string): string {
  const Site = z.object({
    functionAppConfig: z.object({ deployment: z.object({ storage: z.object({ value: z.string() }) }) }),
  });
  const [site] = resourcesIn(main, 'Microsoft.Web/sites').map(({ properties }) => Site.parse(properties));
  return /'\{0\}([^']+)'/.exec(site?.functionAppConfig.deployment.storage.value ?? '')?.[1] ?? '';
}

function destinations(events: string) {
  const Subscription = z.object({
    destination: z.string(),
    deliveryWithResourceIdentity: z.string(),
    deadLetterWithResourceIdentity: z.object({
      deadLetterDestination: z.object({ properties: z.object({ blobContainerName: z.string() }) }),
    }),
  });
  const [subscription] = resourcesIn(events, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const found = Subscription.parse(subscription?.properties);
  return {
    called: /'Microsoft\.Web\/sites\/functions', .*?\], '([^']+)'\)/.exec(found.destination)?.[1] ?? '',
    queue: /'queueName', '([^']+)'/.exec(found.deliveryWithResourceIdentity)?.[1] ?? '',
    deadLetters: found.deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName,
  };
}

function ofType(functions: ReadonlyMap<string, AppFunction>, type: AppFunction['type']): string[] {
  return [...functions.values()].filter((one) => one.type === type).map(({ name }) => name);
}

function different(what: string, found: readonly string[], expected: readonly string[]): Faults {
  const [a, b] = [found, expected].map((names) => [...new Set(names)].toSorted().join(', '));
  return a === b ? [] : [`${what}: ${a} in the template, ${b} in the code`];
}
