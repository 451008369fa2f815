import { ManagedIdentityCredential } from '@azure/identity';
import { QueueServiceClient } from '@azure/storage-queue';
import roles from '../infra/role-actions.json' with { type: 'json' };
import { storageNameOf } from '../shared/azure/doctor/shipped.ts';
import { openStorage, type Storage, type StorageEndpoints } from '../shared/azure/state/storage.ts';
import { accountOf } from '../shared/core/model/resource-id.ts';
import { type LocalAzure, type LocalAzureOptions, startLocalAzure } from './azure/local-azure.ts';
import { makeCertificate, trust } from './certificate.ts';
import { deployed } from './deployed.ts';
import { functionFiles } from './function-files.ts';
import { type Host, startHost } from './host/host.ts';
import type { LogLine } from './host/invoke.ts';
import type { QueueOptions } from './host/options.ts';
import { makeStores } from './make-stores.ts';
import { takeStorage } from './shared-storage.ts';
import { startStorage } from './storage.ts';

/** The client id of the program's managed identity. */
export const CLIENT_ID = 'ba7c4000-0000-4000-8000-00000000b0b0';

export interface PreparationOptions extends Omit<LocalAzureOptions, 'cert' | 'key'> {
  /** The text of `config/policy.yaml`; without it there is none. */
  readonly policy?: string;
  /** How long a change waits for others; a second, unless told. */
  readonly settlingSeconds?: number;
  /** Whether the program is told of a topic for findings; not, unless told. */
  readonly findingsTopic?: boolean;
}

/** An Azure on loopback, with storage, ready for the program. */
export interface Preparation {
  readonly azure: LocalAzure;
  /** The clients of the program's state. */
  readonly storage: Storage;
  /** The URLs of the storage services. */
  readonly endpoints: StorageEndpoints;
  /** PEM: what a process must trust that is to speak to them. */
  readonly certificate: string;
  readonly stop: () => Promise<void>;
}

/**
 * An Azure without the program: the process's environment points to it. The program may do what its custom roles allow.
 * Its storage is its own, unless the environment's `SHARED_STORAGE` names a folder of `shareStorage`.
 */
export async function prepare(options: PreparationOptions): Promise<Preparation> {
  const folder = process.env['SHARED_STORAGE'];
  const shared = folder === undefined ? null : takeStorage(folder);
  const certificate = shared?.certificate ?? (await makeCertificate());
  trust(certificate.cert);
  const [azure, local] = await Promise.all([
    startLocalAzure({ permissions: Object.values(roles).flat(), ...options, ...certificate }),
    shared?.storage ?? startStorage(certificate),
  ]);
  const subscriptions = new Set(options.accounts.flatMap(({ id }) => accountOf(String(id))?.subscription ?? []));
  for (const body of deployed([...subscriptions], storageNameOf(local.table))) azure.world.setResource(body);
  Object.assign(process.env, {
    WATCHED_SUBSCRIPTIONS: [...subscriptions].join(),
    SWEEP_SCHEDULE: '0 0 2 * * *',
    AzureWebJobsStorage__blobServiceUri: local.blob,
    AzureWebJobsStorage__queueServiceUri: local.queue,
    AzureWebJobsStorage__tableServiceUri: local.table,
    ARM_ENDPOINT: azure.armEndpoint,
    SETTLING_SECONDS: String(options.settlingSeconds ?? 1),
    BUSY_SECONDS: '1',
    AZURE_CLIENT_ID: CLIENT_ID,
    FINDINGS_TOPIC: options.findingsTopic === true ? azure.topic.endpoint : '',
    IDENTITY_ENDPOINT: azure.identity.endpoint,
    IDENTITY_HEADER: azure.identity.header,
  });
  const storage = await openStorage(local, new ManagedIdentityCredential({ clientId: CLIENT_ID }));
  await makeStores(storage);
  if (options.policy !== undefined) await putPolicy(storage, options.policy);
  return {
    azure,
    storage,
    endpoints: local,
    certificate: certificate.cert,
    async stop() {
      await Promise.all([azure.stop(), local.stop()]);
    },
  };
}

interface FunctionsOptions {
  readonly queues?: Partial<QueueOptions>;
  readonly log: (line: LogLine) => void;
}

/** The functions in a host of this process, for the Azure that its environment points to. @param queues a URL */
export function startFunctions(queues: string, options: FunctionsOptions): Promise<Host> {
  const client = new QueueServiceClient(queues, new ManagedIdentityCredential({ clientId: CLIENT_ID }));
  return startHost({
    files: functionFiles(),
    environment: process.env,
    queueClient: (name) => client.getQueueClient(name),
    queues: { pollingIntervalMs: 200, ...options.queues },
    log: options.log,
  });
}

export interface InstallationOptions extends PreparationOptions, FunctionsOptions {
  /** How Event Grid delivers: it calls the function, or puts events on the queue `resource-events`. */
  readonly events?: 'function' | 'queue';
}

/** Batch Warden, deployed into an Azure of its own on loopback. */
export interface Installation extends Preparation {
  readonly host: Host;
}

/** All of it: the functions run in a host, and Event Grid delivers to it. */
export async function install(options: InstallationOptions): Promise<Installation> {
  const prepared = await prepare(options);
  const { azure, endpoints, stop } = prepared;
  const host = await startFunctions(endpoints.queue, options);
  const destination =
    options.events === 'queue'
      ? { queue: prepared.storage.resourceEvents }
      : { url: host.eventGridUrl('onResourceEvent') };
  await azure.eventGrid.subscribe({ ...destination, schema: 'EventGridSchema' });
  for (const { id: vault } of options.vaults ?? [])
    await azure.eventGrid.subscribe({ url: host.eventGridUrl('onSecretEvent'), vault, schema: 'EventGridSchema' });
  return {
    ...prepared,
    host,
    async stop() {
      azure.eventGrid.stop();
      await host.stop();
      await stop();
    },
  };
}

export async function putPolicy(storage: Storage, text: string): Promise<void> {
  await (await storage.config()).getBlockBlobClient('policy.yaml').upload(text, Buffer.byteLength(text));
}
