import { AUTHORIZATION_VERSIONS, serveAuthorization } from './authorization.ts';
import { unknownVersion } from './errors.ts';
import { EVENT_GRID_VERSIONS, serveEventTopics } from './event-topics.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { INSIGHTS_VERSIONS, serveInsights } from './insights.ts';
import { NETWORK_VERSIONS, serveNetwork } from './network.ts';
import { REGISTRATION_VERSIONS, scopeOfRegistration, serveRegistration } from './registration.ts';
import { STORAGE_VERSIONS, serveStorageAccounts } from './storage-accounts.ts';
import type { Store } from './store.ts';
import {
  MANAGEMENT_GROUP_VERSIONS,
  SUBSCRIPTION_VERSIONS,
  SUBSCRIPTIONS,
  serveManagementGroups,
  serveSubscriptions,
} from './subscriptions.ts';
import { BATCH_VERSIONS, type Retired } from './versions.ts';

/** A resource provider beside Batch. It is only read. */
interface Service {
  /** Its api-versions. */
  readonly versions: readonly string[];
  /** Null for what it does not know. Throws a Refusal where it answers with an error. */
  readonly get: (store: Store, request: ArmRequest, pageSize: number) => Answer | null;
}

const SERVICES = new Map<string, Service>([
  ['microsoft.authorization', { versions: AUTHORIZATION_VERSIONS, get: serveAuthorization }],
  ['microsoft.eventgrid', { versions: EVENT_GRID_VERSIONS, get: serveEventTopics }],
  ['microsoft.insights', { versions: INSIGHTS_VERSIONS, get: serveInsights }],
  ['microsoft.management', { versions: MANAGEMENT_GROUP_VERSIONS, get: serveManagementGroups }],
  ['microsoft.network', { versions: NETWORK_VERSIONS, get: serveNetwork }],
  ['microsoft.storage', { versions: STORAGE_VERSIONS, get: serveStorageAccounts }],
]);

/**
 * Throws when the provider of the path has no such api-version, or has it no more.
 * https://github.com/Azure/azure-rest-api-specs/tree/main/specification/batch/resource-manager/Microsoft.Batch
 */
export function demandVersion(path: string, apiVersion: string, retired: Pick<Retired, 'versions'>): void {
  const batch = BATCH_VERSIONS.filter((version) => !retired.versions.includes(version));
  const { versions, type } = serviceOf(path) ?? { versions: batch, type: 'batchAccounts' };
  if (!versions.includes(apiVersion)) throw unknownVersion(apiVersion, type, versions);
}

/** Who answers for the path and for which type of resource: the last provider that it names. Null: Batch. */
export function serviceOf(path: string): (Service & { readonly type: string }) | null {
  if (SUBSCRIPTIONS.test(path))
    return { versions: SUBSCRIPTION_VERSIONS, get: serveSubscriptions, type: 'subscriptions' };
  if (scopeOfRegistration(path) !== null)
    return { versions: REGISTRATION_VERSIONS, get: serveRegistration, type: 'providers' };
  const [, namespace = '', type = ''] = /.*\/providers\/([^/]+)\/([^/]+)/i.exec(path) ?? [];
  const service = SERVICES.get(namespace.toLowerCase());
  return service === undefined ? null : { ...service, type };
}
