import { z } from 'zod';
import { type Resource, resourcesIn, templatesIn } from './compiled.ts';

const Strings = z.record(z.string(), z.string());
const CLOSED = {
  allowBlobPublicAccess: false,
  allowCrossTenantReplication: false,
  allowSharedKeyAccess: false,
  minimumTlsVersion: 'TLS1_2',
  supportsHttpsTrafficOnly: true,
};
/** With a private network only Azure's trusted services, private endpoints and given addresses get in. */
const FIREWALL = { bypass: 'AzureServices', defaultAction: "[if(parameters('isPrivate'), 'Deny', 'Allow')]" };

/** Functions of templates that give secrets, and texts that hold them. */
const SECRET = /\blist[A-Z]\w*\(|getSecret\(|AccountKey=|SharedAccess|[?&]sig=|InstrumentationKey/i;

/** Where a value of the template could be a secret. */
export function secretFaults(text: string): string[] {
  const outputs = templatesIn(text).flatMap(({ outputs }) => Object.entries(outputs));
  const values = [...outputs.map(([name, { value }]) => [name, value] as const), ...Object.entries(settingsIn(text))];
  return [
    ...outputs.filter(([, { type }]) => /^secure/i.test(type)).map(([name]) => `${name} is a secret`),
    ...values.filter(([, value]) => SECRET.test(JSON.stringify(value))).map(([name]) => `${name} holds a secret`),
    // The connection string of the app's logs is no secret where nobody can send by it alone.
    ...resourcesIn(text, 'Microsoft.Insights/components')
      .filter((component) => !component.existing && !has(component.properties, { DisableLocalAuth: true }))
      .map(({ name }) => `the component ${name} takes logs from who knows its connection string`),
  ];
}

/** Storage accounts that are open to keys or to the public. */
export function openStorageFaults(text: string): string[] {
  const made = resourcesIn(text, 'Microsoft.Storage/storageAccounts').filter(({ existing }) => !existing);
  const isClosed = ({ properties }: Resource) => has(properties, CLOSED) && has(networkAclsOf(properties), FIREWALL);
  const open = made.filter((account) => !isClosed(account)).map(({ name }) => `${name} is open`);
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
export function planFaults(text: string): string[] {
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
export function settingFaults(text: string, read: ReadonlySet<string>): string[] {
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

function networkAclsOf(properties: unknown): unknown {
  return z.object({ networkAcls: z.unknown() }).parse(properties).networkAcls;
}

function has(value: unknown, expected: Readonly<Record<string, unknown>>): boolean {
  const given = z.record(z.string(), z.unknown()).parse(value);
  return Object.entries(expected).every(([name, value]) => given[name] === value);
}
