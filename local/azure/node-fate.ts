import { accountOf, idKey, type PoolId } from '../../shared/core/model/resource-id.ts';
import type { Json } from './json.ts';
import { isObject, part, text } from './json.ts';
import { listConnections } from './network-parts.ts';
import { whyUnreached } from './node-network.ts';
import { principalOf } from './normalise.ts';
import { nodesOf } from './pool-state.ts';
import { mayDo } from './storage-role.ts';
import type { Store } from './store.ts';

/** What becomes of nodes; ARM shows none of it, and counts them all. */
interface NodeFate {
  /** As the data plane names states. */
  readonly state: 'idle' | 'starting' | 'unusable';
  /** Null where all is well; nodes that are idle may lack their packages. */
  readonly why: string | null;
}

/** Of the nodes that a pool has, and of those that start there now: as many as there are, by their fate. */
export interface PoolNodes extends NodeFate {
  readonly count: number;
}

/** The fate of the pool's nodes by what is in effect now; those of an empty pool are those that it would get. */
export function nodesOfPool(store: Store, id: PoolId): PoolNodes {
  const pool = store.pool(id);
  return { count: nodesOf(pool), ...fateOf(store, id, pool.body) };
}

function fateOf(store: Store, id: PoolId, pool: Json): NodeFate {
  const { effects } = store;
  const accountId = accountOf(id.text);
  if (accountId === null) throw new Error(`Not the id of a pool: ${id.text}`);
  const subnet = effects.of(text(part(pool, 'properties', 'networkConfiguration')['subnetId']));
  const securityGroup = effects.of(text(part(subnet, 'properties', 'networkSecurityGroup')['id']));
  const account = effects.of(accountId.text) ?? {};
  const connections = listConnections(store, accountId).map(({ body }) => body);
  const unreached = whyUnreached({ account, pool, connections, subnet, securityGroup });
  if (unreached !== null) return { state: 'unusable', why: `no way to node management: ${unreached}` };
  const missing = referredTo(part(pool, 'properties')).find((identity) => !carries(pool, identity));
  if (missing !== undefined) return { state: 'unusable', why: `identity ${missing} is not on the pool` };
  return fateOfPackages(store, pool, part(store.account(accountId).body, 'properties', 'autoStorage'));
}

/**
 * By the table of a node with application packages.
 * https://learn.microsoft.com/troubleshoot/azure/hpc/batch/use-managed-identities-azure-batch-account-pool
 */
function fateOfPackages(store: Store, pool: Json, autoStorage: Json): NodeFate {
  const well = { state: 'idle', why: null } as const;
  const { applicationPackages } = part(pool, 'properties');
  if (!Array.isArray(applicationPackages) || applicationPackages.length === 0) return well;
  if (!/^BatchAccountManagedIdentity$/i.test(text(autoStorage['authenticationMode']))) return well;
  const identity = text(part(autoStorage, 'nodeIdentityReference')['resourceId']);
  if (identity === '') return { state: 'starting', why: 'the account names no node identity' };
  if (!carries(pool, identity)) return { state: 'unusable', why: 'ApplicationPackageError' };
  const { principalId } = principalOf(identity);
  return mayDo('read', principalId, text(autoStorage['storageAccountId']), store)
    ? well
    : { state: 'idle', why: 'packages are not downloaded' };
}

/** Every `identityReference` at any depth. */
function referredTo(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referredTo);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const id = name === 'identityReference' ? text(part(inner)['resourceId']) : '';
    return id === '' ? referredTo(inner) : [id];
  });
}

function carries(pool: Json, identityId: string): boolean {
  return Object.keys(part(pool, 'identity', 'userAssignedIdentities')).some((id) => idKey(id) === idKey(identityId));
}
