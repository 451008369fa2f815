import { z } from 'zod';
import type { AppFunction } from '../../local/host/load.ts';
import { lastString, type Resource, resourcesIn, templatesIn } from './compiled.ts';

/** What is wrong with the compiled templates; empty when nothing is. */
type Faults = string[];

const Strings = z.record(z.string(), z.string());
const CLOSED = {
  allowBlobPublicAccess: false,
  allowCrossTenantReplication: false,
  allowSharedKeyAccess: false,
  minimumTlsVersion: 'TLS1_2',
  supportsHttpsTrafficOnly: true,
};
/** Functions of templates that give secrets, and texts that hold them. */
const SECRET = /\blist[A-Z]\w*\(|getSecret\(|AccountKey=|SharedAccess|[?&]sig=|InstrumentationKey/i;

/** Where a value of the template could be a secret. */
export function secretFaults(text: string): Faults {
  const outputs = templatesIn(text).flatMap(({ outputs }) => Object.entries(outputs));
  const values = [...outputs.map(([name, { value }]) => [name, value] as const), ...Object.entries(settingsIn(text))];
  return [
    ...outputs.filter(([, { type }]) => /^secure/i.test(type)).map(([name]) => `${name} is a secret`),
    ...values.filter(([, value]) => SECRET.test(JSON.stringify(value))).map(([name]) => `${name} holds a secret`),
    // The connection string of the app's logs is no secret where nobody can send by it alone.
    ...resourcesIn(text, 'Microsoft.Insights/components')
      .filter((component) => !component.existing && !has(component, { DisableLocalAuth: true }))
      .map(({ name }) => `the component ${name} takes logs from who knows its connection string`),
  ];
}

/** Storage accounts that are open to keys or to the public. */
export function openStorageFaults(text: string): Faults {
  const made = resourcesIn(text, 'Microsoft.Storage/storageAccounts').filter(({ existing }) => !existing);
  const open = made.filter((account) => !has(account, CLOSED)).map(({ name }) => `${name} is open`);
  return made.length === 0 ? ['there is no storage account'] : open;
}

/** Properties that ARM refuses for an app on Flex Consumption, even when they are null. */
const REFUSED_ON_FLEX = [
  'alwaysOn',
  'ftpsState',
  'functionAppScaleLimit',
  'functionsRuntimeScaleMonitoringEnabled',
  'linuxFxVersion',
  'netFrameworkVersion',
  'preWarmedInstanceCount',
  'use32BitWorkerProcess',
  'windowsFxVersion',
];

/** What the plan of the app does not take. */
export function planFaults(text: string): Faults {
  const Site = z.object({ siteConfig: z.record(z.string(), z.unknown()) });
  const [site] = resourcesIn(text, 'Microsoft.Web/sites').map(({ properties }) => Site.parse(properties));
  if (site === undefined) return ['there is no app'];
  return REFUSED_ON_FLEX.filter((name) => name in site.siteConfig).map((name) => `${name} is refused`);
}

/** The settings of the function app. */
export function settingsIn(text: string): Record<string, string> {
  const settings = resourcesIn(text, 'Microsoft.Web/sites/config').filter(({ name }) =>
    name?.includes("'appsettings'"),
  );
  return Object.assign({}, ...settings.map(({ properties }) => Strings.parse(properties)));
}

/** Settings that the app reads and nobody sets, or the other way round. */
export function settingFaults(text: string, read: ReadonlySet<string>): Faults {
  const settings = settingsIn(text);
  const services = ['blob', 'queue', 'table'].filter(
    (service) => !settings[`AzureWebJobsStorage__${service}ServiceUri`]?.endsWith(`.primaryEndpoints.${service}]`),
  );
  return [
    ...[...read].filter((name) => !(name in settings)).map((name) => `${name} is not set`),
    ...Object.keys(settings)
      .filter((name) => !read.has(name))
      .map((name) => `nobody reads ${name}`),
    ...services.map((service) => `the ${service} service is not where the setting says`),
  ];
}

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

function has({ properties }: Resource, expected: Readonly<Record<string, unknown>>): boolean {
  const given = z.record(z.string(), z.unknown()).parse(properties);
  return Object.entries(expected).every(([name, value]) => given[name] === value);
}
