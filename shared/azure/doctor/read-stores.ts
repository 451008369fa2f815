import type { TokenCredential } from '@azure/core-auth';
import { isRestError } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import type { Store } from '../../core/doctor/readings.ts';
import { openedOnce } from '../../core/model/opened-once.ts';
import { briefClient } from '../http/patient-client.ts';
import { known, NotAsked, told } from '../state/not-asked.ts';
import type { RequestEndpoints } from '../state/open-requests.ts';
import { openBlobs, openQueues, type Storage } from '../state/storage.ts';
import { whyUnseen } from './seen.ts';

type Kind = 'table' | 'queue' | 'container';

/** All that the app keeps: what is missing here does not compile. */
const STORES: Readonly<Record<keyof Storage, Kind>> = {
  accounts: 'table',
  findings: 'table',
  hints: 'table',
  requests: 'table',
  drains: 'table',
  journal: 'table',
  budget: 'table',
  secrets: 'table',
  reconcile: 'queue',
  sweep: 'queue',
  resourceEvents: 'queue',
  leases: 'container',
  config: 'container',
};

const ROLES: Readonly<Record<Kind, string>> = {
  table: 'Storage Table Data Reader',
  queue: 'Storage Queue Data Reader',
  container: 'Storage Blob Data Reader',
};

/** Asks each store whether it is there. Nothing is made. */
export function readStores(endpoints: RequestEndpoints, credential: TokenCredential): Promise<Store[]> {
  const queues = openedOnce(async () => openQueues(known(endpoints.queue), credential));
  const blobs = openedOnce(async () => openBlobs(known(endpoints.blob), credential));
  const ask: Readonly<Record<Kind, (name: string) => Promise<unknown>>> = {
    table: (name) => {
      const client = new TableClient(endpoints.table, name, credential, { httpClient: briefClient() });
      return client
        .listEntities({ queryOptions: { select: ['PartitionKey'] } })
        .byPage({ maxPageSize: 1 })
        .next();
    },
    queue: async (name) => (await queues()).getQueueClient(name).getProperties(),
    container: async (name) => (await blobs()).getContainerClient(name).getProperties(),
  };
  const endpointOf = { table: endpoints.table, queue: endpoints.queue, container: endpoints.blob };
  return Promise.all(
    Object.entries(STORES).map(async ([key, kind]) => {
      const name = key === 'resourceEvents' ? 'resource-events' : key;
      const what = `the ${kind} ${name}`;
      try {
        await told({ what, endpoint: endpointOf[kind], role: ROLES[kind] }, () => ask[kind](name));
        return { name: `${kind} ${name}`, refused: null, isForbidden: false };
      } catch (error) {
        return { name: `${kind} ${name}`, refused: whyUnseen(error), isForbidden: isForbidden(error) };
      }
    }),
  );
}

function isForbidden(error: unknown): boolean {
  return error instanceof NotAsked && isRestError(error.cause) && error.cause.statusCode === 403;
}
