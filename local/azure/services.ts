import { AUTHORIZATION_VERSIONS, serveAuthorization } from './authorization.ts';
import { unknownVersion } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { INSIGHTS_VERSIONS, serveInsights } from './insights.ts';
import { NETWORK_VERSIONS, serveNetwork } from './network.ts';
import type { Store } from './store.ts';

/** A resource provider beside Batch. It is only read. */
interface Service {
  /** Its api-versions. */
  readonly versions: readonly string[];
  /** Null for what it does not know. Throws a Refusal where it answers with an error. */
  readonly get: (store: Store, request: ArmRequest, pageSize: number) => Answer | null;
}

const SERVICES = new Map<string, Service>([
  ['microsoft.authorization', { versions: AUTHORIZATION_VERSIONS, get: serveAuthorization }],
  ['microsoft.insights', { versions: INSIGHTS_VERSIONS, get: serveInsights }],
  ['microsoft.network', { versions: NETWORK_VERSIONS, get: serveNetwork }],
]);

/** https://github.com/Azure/azure-rest-api-specs/tree/main/specification/batch/resource-manager/Microsoft.Batch */
const BATCH_VERSIONS = [
  '2021-01-01',
  '2021-06-01',
  '2022-01-01',
  '2022-06-01',
  '2022-10-01',
  '2023-05-01',
  '2023-11-01',
  '2024-02-01',
  '2024-07-01',
  '2025-06-01',
];

/** Throws when the provider of the path has no such api-version. */
export function demandVersion(path: string, apiVersion: string): void {
  const { versions, type } = serviceOf(path) ?? { versions: BATCH_VERSIONS, type: 'batchAccounts' };
  if (!versions.includes(apiVersion)) throw unknownVersion(apiVersion, type, versions);
}

/** Who answers for the path and for which type of resource: the last provider that it names. Null: Batch. */
export function serviceOf(path: string): (Service & { readonly type: string }) | null {
  const [, namespace = '', type = ''] = /.*\/providers\/([^/]+)\/([^/]+)/i.exec(path) ?? [];
  const service = SERVICES.get(namespace.toLowerCase());
  return service === undefined ? null : { ...service, type };
}
