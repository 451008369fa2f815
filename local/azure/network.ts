import { notServed, resourceNotFound } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { ok } from './exchange.ts';
import type { Store } from './store.ts';

const PATH =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/(?:virtualNetworks\/[^/]+\/subnets|networkSecurityGroups)\/[^/]+$/i;

/** https://github.com/Azure/azure-rest-api-specs/tree/main/specification/network/resource-manager/Microsoft.Network */
export const NETWORK_VERSIONS = [
  '2022-01-01',
  '2022-05-01',
  '2022-07-01',
  '2022-09-01',
  '2022-11-01',
  '2023-02-01',
  '2023-04-01',
  '2023-05-01',
  '2023-06-01',
  '2023-09-01',
  '2023-11-01',
  '2024-01-01',
  '2024-03-01',
  '2024-05-01',
  '2024-07-01',
  '2024-10-01',
  '2025-01-01',
  '2025-03-01',
  '2025-05-01',
  '2026-01-01',
];

/** A subnet or a network security group; null for what is no path of this provider. */
export function serveNetwork({ resources }: Pick<Store, 'resources'>, { path, query }: ArmRequest): Answer | null {
  if (!PATH.test(path)) return null;
  if (query.has('$expand')) throw notServed('$expand');
  const body = resources.get(path);
  if (body === null) throw resourceNotFound(path);
  return ok(body);
}
