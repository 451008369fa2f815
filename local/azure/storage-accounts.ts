import { resourceNotFound } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { ok } from './exchange.ts';
import type { Store } from './store.ts';

const PATH = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i;

/** https://github.com/Azure/azure-rest-api-specs/tree/main/specification/storage/resource-manager/Microsoft.Storage */
export const STORAGE_VERSIONS = ['2023-01-01', '2023-05-01', '2024-01-01', '2025-01-01', '2025-06-01'];

/** The settings of a storage account; null for what is no path of this provider. */
export function serveStorageAccounts({ resources }: Pick<Store, 'resources'>, { path }: ArmRequest): Answer | null {
  if (!PATH.test(path)) return null;
  const body = resources.get(path);
  if (body === null) throw resourceNotFound(path);
  return ok(body);
}
