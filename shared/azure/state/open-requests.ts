import type { TokenCredential } from '@azure/core-auth';
import { isRestError } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential } from '@azure/identity';
import { accountOf } from '../../core/model/resource-id.ts';
import type { RotationRequest } from '../../core/model/rotation-request.ts';
import { MINUTE } from '../../core/model/time.ts';
import { redacted } from '../../core/plain-secrets/redacted.ts';
import type { Rule } from '../../core/policy/rule.ts';
import type { PolicyRead } from '../../ports.ts';
import { briefClient, patientPolicy } from '../http/patient-client.ts';
import { policyBlob } from './policy-blob.ts';
import { askForRotation } from './requests.ts';
import { isConflict, messageOf } from './storage.ts';
import { enqueueLook } from './work-queues.ts';

const LONGEST = 2 * MINUTE;

/** The app's storage; null where it is not known. Each is https, without a slash at its end. */
export interface RequestEndpoints {
  readonly table: string;
  readonly queue: string | null;
  readonly blob: string | null;
}

/** What a person may do in the app's storage: he signs in as himself, and nothing that is missing is made. */
export interface OpenRequests {
  /** @throws NotAsked where Azure does not take it; what says that nobody is signed in, as it is */
  rotate(request: RotationRequest & { readonly who: string }): Promise<void>;
  /** Asks for a look at the pool's account at once. @throws NotAsked, as above */
  lookAt(request: RotationRequest): Promise<void>;
  /** The app's policy. @throws NotAsked, as above */
  policy(rules: readonly Rule[]): Promise<PolicyRead>;
}

/** For a person: why Azure did not take it, and what to do. */
export class NotAsked extends Error {
  override name = 'NotAsked';
}

export function openRequests(
  { table, queue, blob }: RequestEndpoints,
  credential: TokenCredential = new DefaultAzureCredential({ httpClient: briefClient() }),
): OpenRequests {
  const requests = new TableClient(table, 'requests', credential, { httpClient: briefClient() });
  return {
    rotate: (request) =>
      told(TABLE(table), async () => {
        // A row of that new key that is there already is ours: its answer was lost, and the client sent it again.
        await askForRotation(requests, request, AbortSignal.timeout(LONGEST)).catch((error: unknown) => {
          if (!isConflict(error)) throw error;
        });
      }),
    lookAt: ({ poolId, at }) =>
      told(QUEUE(queue), async () => {
        const { newPipeline, QueueServiceClient } = await import('@azure/storage-queue');
        const pipeline = newPipeline(credential);
        pipeline.factories.push(patientPolicy);
        const client = new QueueServiceClient(known(queue), pipeline).getQueueClient('reconcile');
        const reconcile = {
          sendMessage: client.sendMessage.bind(client),
          createIfNotExists: async () => {}, // by the app alone
        };
        await enqueueLook({ reconcile }, { accountId: accountOf(poolId)?.text ?? '', since: at }, 0);
      }),
    policy: (rules) =>
      told(BLOB(blob), async () => {
        const { BlobServiceClient, newPipeline } = await import('@azure/storage-blob');
        const pipeline = newPipeline(credential);
        pipeline.factories.push(patientPolicy);
        const config = new BlobServiceClient(known(blob), pipeline).getContainerClient('config');
        return policyBlob(async () => config, rules)(AbortSignal.timeout(LONGEST));
      }),
  };
}

function known(endpoint: string | null): string {
  if (endpoint === null) throw new NotAsked('its endpoint is not known');
  return endpoint;
}

/** What is spoken to, and the role that it takes. */
interface Asked {
  readonly what: string;
  readonly endpoint: string | null;
  readonly role: string;
}

const TABLE = (endpoint: string): Asked => ({
  what: 'the table requests',
  endpoint,
  role: 'Storage Table Data Contributor on that table',
});
const QUEUE = (endpoint: string | null): Asked => ({
  what: 'the queue reconcile',
  endpoint,
  role: 'Storage Queue Data Message Sender on that queue',
});
const BLOB = (endpoint: string | null): Asked => ({
  what: 'the policy config/policy.yaml',
  endpoint,
  role: 'Storage Blob Data Reader on the container config',
});

async function told<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRestError(error)) throw error;
    throw new NotAsked(whyNotAsked(error, asked), { cause: error });
  }
}

function whyNotAsked(error: Error & { code?: string; statusCode?: number }, { what, endpoint, role }: Asked): string {
  const { statusCode, code } = error;
  const host = new URL(endpoint ?? 'https://unknown').host;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `there is no storage account at ${host}, or its name is not known here: name that of the app`;
  const said = redacted(`HTTP ${statusCode ?? 'none'}${code === undefined ? '' : ` ${code}`}`);
  if (statusCode === 403)
    return `you may not use ${what} at ${host} (${said}): you need the role ${role}, and the storage's network has to let you in`;
  if (statusCode === 404)
    return `there is no such thing at ${host} as ${what} (${said}): name the storage account of the app`;
  if (statusCode === undefined) return `no answer came from ${host}: ${redacted(messageOf(error))}`;
  return `${host} did not take it (${said}): ${redacted(messageOf(error))}`;
}
