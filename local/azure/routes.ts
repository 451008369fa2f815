import { parseAccountId, parsePoolId } from '../../shared/core/model/resource-id.ts';
import { deleteAccount, getAccount, listAccounts, listKeys, patchAccount } from './accounts.ts';
import { armError, notServed } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { Refusal } from './exchange.ts';
import { listConnections, listPerimeters } from './network-parts.ts';
import { page } from './page.ts';
import { deletePool, disableAutoScale, stopPoolResize } from './pool-actions.ts';
import { getPool, patchPool } from './pools.ts';
import { serviceOf } from './services.ts';
import type { Store } from './store.ts';
import type { StoredAccount } from './stored.ts';

const ACCOUNTS_OF_SUBSCRIPTION = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Batch\/batchAccounts$/i;
const BELOW =
  /^(.*)\/(pools|privateEndpointConnections|networkSecurityPerimeterConfigurations|listKeys|disableAutoScale|stopResize)$/i;
const OPERATION_RESULT = /\/(?:operationResults|poolOperationResults)\/[^/]+$/i;

/** The provider's answer to a call that ARM let through. Throws a Refusal for everything it does not do. */
export function route(store: Store, request: ArmRequest, pageSize: number): Answer {
  const { method, path, body } = request;
  const service = serviceOf(path);
  if (service !== null) {
    const answer = method === 'GET' ? service.get(store, request, pageSize) : null;
    return answer ?? notDone(request);
  }
  const pool = parsePoolId(path);
  if (pool !== null) {
    if (method === 'GET') return getPool(store, pool);
    if (method === 'PATCH') return patchPool(store, pool, body, request);
    if (method === 'DELETE') return deletePool(store, pool, request.caller.appid);
  }
  const account = parseAccountId(path);
  if (account !== null) {
    if (method === 'GET') return getAccount(store, account);
    if (method === 'PATCH') return patchAccount(store, account, body);
    if (method === 'DELETE') return deleteAccount(store, account);
  }
  const subscription = ACCOUNTS_OF_SUBSCRIPTION.exec(path)?.[1];
  if (method === 'GET' && subscription !== undefined)
    return pageOfBatch(listAccounts(store, subscription), request, pageSize);
  if (method === 'GET' && OPERATION_RESULT.test(path)) return { status: 200 };
  return routeBelow(store, request, pageSize);
}

function routeBelow(store: Store, request: ArmRequest, pageSize: number): Answer {
  const { method, path } = request;
  const [, above = '', last = ''] = BELOW.exec(path) ?? [];
  const account = parseAccountId(above);
  const pool = parsePoolId(above);
  switch (`${method} ${last.toLowerCase()}`) {
    case 'GET pools':
      if (account !== null) return pageOfBatch(store.poolsIn(account), request, pageSize);
      break;
    case 'GET privateendpointconnections':
      if (account !== null) return page(listConnections(store, account), request, pageSize);
      break;
    case 'GET networksecurityperimeterconfigurations':
      if (account !== null) return page(listPerimeters(store, account), request, pageSize);
      break;
    case 'POST listkeys':
      if (account !== null) return listKeys(store, account);
      break;
    case 'POST disableautoscale':
      if (pool !== null) return disableAutoScale(store, pool, request.caller.appid);
      break;
    case 'POST stopresize':
      if (pool !== null) return stopPoolResize(store, pool);
  }
  return notDone(request);
}

function notDone({ method, path }: ArmRequest): never {
  throw new Refusal(armError(404, 'InvalidResourceType', `This local Azure does not do ${method} ${path}.`));
}

function pageOfBatch(all: readonly StoredAccount[], request: ArmRequest, pageSize: number): Answer {
  const unknown = ['$filter', '$select'].find((name) => request.query.has(name));
  if (unknown !== undefined) throw notServed(unknown);
  return page(all, request, pageSize);
}

/** The body of a request as JSON; undefined when there is none. */
export function parseBody(given: string): unknown {
  if (given === '') return undefined;
  try {
    return JSON.parse(given);
  } catch {
    const message = 'The request content was invalid and could not be deserialized.';
    throw new Refusal(armError(400, 'InvalidRequestContent', message));
  }
}
