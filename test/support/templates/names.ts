import { z } from 'zod';
import type { AppFunction } from '../../../local/host/load.ts';
import { resourcesIn, templatesIn } from './compiled.ts';

export interface Stores {
  readonly tables: readonly string[];
  readonly queues: readonly string[];
  readonly containers: readonly string[];
}

/** The names of what is kept, as each template that needs them has them in a variable. */
const Names = z.strictObject({
  tables: z.record(z.string(), z.string()),
  queues: z.record(z.string(), z.string()),
  containers: z.record(z.string(), z.string()),
});
/** Not the app's: the code is deployed to one, and Event Grid writes to the other. */
const OF_OTHERS = ['deployments', 'deadLetters'];

/** Names in the templates that are not those of the code: `made` are the stores that the app makes, `events` all templates of events. */
export function nameFaults(
  main: string,
  events: readonly string[],
  made: Stores,
  functions: ReadonlyMap<string, AppFunction>,
): string[] {
  const triggers = [...functions.values()].flatMap(({ trigger }) => trigger['queueName'] ?? []).map(String);
  const read = triggers.filter((name) => !name.endsWith('-poison'));
  const all = [main, ...events].flatMap(templatesIn).flatMap(({ variables }) => variables['stores'] ?? []);
  if (all.length === 0) throw new Error('the templates name no stores');
  return [
    ...all
      .map((given) => Names.parse(given))
      .flatMap(({ tables, queues, containers }) => [
        ...different('tables', Object.values(tables), made.tables),
        ...different('queues', Object.values(queues), made.queues),
        ...different('queues that are read', Object.values(queues), read),
        ...different('containers', ofTheApp(containers), made.containers),
        ...different(
          'queues of events',
          events.flatMap((text) => used(text, 'queues')).map((key) => String(queues[key])),
          [queueOf(functions, 'onQueuedEvent')],
        ),
      ]),
    ...different(
      'containers that Event Grid writes to',
      events.flatMap((text) => used(text, 'containers')),
      ['deadLetters'],
    ),
    ...different('functions that Event Grid calls', events.map(calledIn), ofType(functions, 'eventGridTrigger')),
  ];
}

function ofTheApp(containers: Readonly<Record<string, string>>): string[] {
  return Object.entries(containers).flatMap(([key, name]) => (OF_OTHERS.includes(key) ? [] : name));
}

/** The function that Event Grid calls: what is given to the module that makes the event subscription. */
function calledIn(events: string): string {
  const [subscription] = resourcesIn(events, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const { destination } = z.object({ destination: z.string() }).parse(subscription?.properties);
  if (!/'Microsoft\.Web\/sites\/functions', .*?\], parameters\('functionName'\)\)/.test(destination)) return '';
  const names = resourcesIn(events, 'Microsoft.Resources/deployments').flatMap(
    ({ properties }) => Given.safeParse(properties).data?.parameters.functionName.value ?? [],
  );
  return names.find((name) => !name.startsWith('[')) ?? '';
}

const Given = z.object({ parameters: z.object({ functionName: z.object({ value: z.string() }) }) });

/** The keys of the queues or containers that something else is done with than making them all. */
function used(text: string, kind: 'queues' | 'containers'): string[] {
  return Array.from(text.matchAll(new RegExp(`variables\\('stores'\\)\\.${kind}\\.(\\w+)`, 'g')), ([, key]) =>
    String(key),
  );
}

function queueOf(functions: ReadonlyMap<string, AppFunction>, name: string): string {
  return String(functions.get(name)?.trigger['queueName']);
}

function ofType(functions: ReadonlyMap<string, AppFunction>, type: AppFunction['type']): string[] {
  return [...functions.values()].filter((one) => one.type === type).map(({ name }) => name);
}

function different(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const [a, b] = [found, expected].map((names) => [...new Set(names)].toSorted().join(', '));
  return a === b ? [] : [`${what}: ${a} in the template, ${b} in the code`];
}
