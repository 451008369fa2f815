import { parseAccountId, parsePoolId } from '../../shared/core/resource-id.ts';
import { deleteAccount, getAccount, listAccounts, listKeys, patchAccount } from './accounts.ts';
import { armError } from './errors.ts';
import type { Answer, ArmRequest } from './exchange.ts';
import { Refusal } from './exchange.ts';
import type { Json } from './json.ts';
import { text } from './json.ts';
import { deletePool, disableAutoScale, getPool, patchPool, stopPoolResize } from './pools.ts';
import type { Store, StoredAccount } from './store.ts';

const ACCOUNTS_OF_SUBSCRIPTION = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Batch\/batchAccounts$/i;
const BELOW = /^(.*)\/(pools|listKeys|disableAutoScale|stopResize)$/i;
const OPERATION_RESULT = /\/(?:operationResults|poolOperationResults)\/[^/]+$/i;

/** The provider's answer to a call that ARM let through. Throws a Refusal for everything it does not do. */
export function route(store: Store, request: ArmRequest, pageSize: number): Answer {
  const { method, path, body } = request;
  const pool = parsePoolId(path);
  if (pool !== null) {
    if (method === 'GET') return getPool(store, pool);
    if (method === 'PATCH') return patchPool(store, pool, body, request);
    if (method === 'DELETE') return deletePool(store, pool);
  }
  const account = parseAccountId(path);
  if (account !== null) {
    if (method === 'GET') return getAccount(store, account);
    if (method === 'PATCH') return patchAccount(store, account, body);
    if (method === 'DELETE') return deleteAccount(store, account);
  }
  const subscription = ACCOUNTS_OF_SUBSCRIPTION.exec(path)?.[1];
  if (method === 'GET' && subscription !== undefined) return page(listAccounts(store, subscription), request, pageSize);
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
      if (account !== null) return page(store.poolsIn(account), request, pageSize);
      break;
    case 'POST listkeys':
      if (account !== null) return listKeys(store, account);
      break;
    case 'POST disableautoscale':
      if (pool !== null) return disableAutoScale(store, pool);
      break;
    case 'POST stopresize':
      if (pool !== null) return stopPoolResize(store, pool);
  }
  throw new Refusal(armError(404, 'InvalidResourceType', `This local Azure does not do ${method} ${path}.`));
}

/** A page of a list: those after the skip token's id, and a nextLink when there are more. */
function page(all: readonly StoredAccount[], { query, path, headers }: ArmRequest, pageSize: number): Answer {
  const unknown = ['$filter', '$select'].find((name) => query.has(name));
  if (unknown !== undefined)
    throw new Refusal(armError(501, 'NotImplemented', `This local Azure does not do ${unknown}.`));
  const after = Buffer.from(query.get('$skiptoken') ?? '', 'base64url').toString();
  const left = all.filter(({ body }) => text(body['id']).toLowerCase() > after);
  const size = Math.min(pageSize, Number(query.get('maxresults') ?? pageSize));
  const shown = left.slice(0, size);
  const items = shown.map(({ body, malformed }) => (malformed === undefined ? body : malformed));
  const result: Json = { value: items };
  const last = shown.at(-1);
  if (left.length > size && last !== undefined) {
    const next = new URLSearchParams(query);
    next.set('$skiptoken', Buffer.from(text(last.body['id']).toLowerCase()).toString('base64url'));
    result['nextLink'] = `https://${headers.host ?? ''}${path}?${next.toString()}`;
  }
  return { status: 200, body: result, unchecked: shown.some(({ malformed }) => malformed !== undefined) };
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
