import { z } from 'zod';
import { SubscriptionId } from '../core/model/ids.ts';
import { HOUR, SECOND } from '../core/model/time.ts';

const Url = z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, ''));
const List = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .pipe(z.array(SubscriptionId).min(1, 'name at least one subscription id, comma-separated'));

/** A setting without a value is one that is not set. */
const blankIsAbsent = (given: unknown) => (given === '' ? undefined : given);

/** Whole seconds, `unlessSet` where the setting is not there. */
const seconds = (unlessSet: number) =>
  z.preprocess(
    blankIsAbsent,
    z.coerce
      .number()
      .int()
      .min(0)
      .max(HOUR / SECOND)
      .default(unlessSet),
  );

const LooksPerSecond = z.preprocess(blankIsAbsent, z.coerce.number().positive().max(1000).default(4));

/** What the app's settings must say. `AzureWebJobsStorage__*ServiceUri` are the host's own, so that both use one account. */
const Environment = z.object({
  WATCHED_SUBSCRIPTIONS: List,
  SWEEP_SCHEDULE: z.string().min(1),
  AzureWebJobsStorage__blobServiceUri: Url,
  AzureWebJobsStorage__queueServiceUri: Url,
  AzureWebJobsStorage__tableServiceUri: Url,
  ARM_ENDPOINT: z.preprocess(blankIsAbsent, Url.default('https://management.azure.com')),
  /** Of the user-assigned identity; without it the system-assigned one is used. */
  AZURE_CLIENT_ID: z.preprocess(blankIsAbsent, z.string().optional()),
  /** Endpoint of the custom topic that is told of findings; without it none is. */
  FINDINGS_TOPIC: z.preprocess(blankIsAbsent, Url.optional()),
  /** What the events of that topic hold. */
  FINDINGS_FORMAT: z.preprocess(blankIsAbsent, z.enum(['batch-warden', 'ocsf']).default('batch-warden')),
  /** How long a change waits for others, so that a burst of them becomes one look. */
  SETTLING_SECONDS: seconds(10),
  /** How long a look waits that found another one in its way. */
  BUSY_SECONDS: seconds(30),
  /** How many accounts of one subscription a sweep looks at in a second. */
  LOOKS_PER_SECOND: LooksPerSecond,
  /** `Development` where Core Tools run the app: there is no managed identity, and the developer signs in. */
  AZURE_FUNCTIONS_ENVIRONMENT: z.string().optional(),
});
export const SETTING_NAMES = Object.keys(Environment.shape);

const Settings = Environment.transform((given) => ({
  watchedSubscriptions: given.WATCHED_SUBSCRIPTIONS,
  storage: {
    blob: given.AzureWebJobsStorage__blobServiceUri,
    queue: given.AzureWebJobsStorage__queueServiceUri,
    table: given.AzureWebJobsStorage__tableServiceUri,
  },
  armEndpoint: given.ARM_ENDPOINT,
  clientId: given.AZURE_CLIENT_ID ?? null,
  findingsTopic: given.FINDINGS_TOPIC ?? null,
  findingsFormat: given.FINDINGS_FORMAT,
  /** Milliseconds. */
  settling: given.SETTLING_SECONDS * SECOND,
  /** Milliseconds. */
  busy: given.BUSY_SECONDS * SECOND,
  looksPerSecond: given.LOOKS_PER_SECOND,
  isDevelopment: given.AZURE_FUNCTIONS_ENVIRONMENT === 'Development',
}));
export type Settings = z.infer<typeof Settings>;

/** @throws Error that names every setting that is missing or malformed */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = Settings.safeParse(environment);
  if (settings.success) return settings.data;
  const faults = settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The app's settings are not complete. ${faults.join('; ')}`);
}
