import { parsePoolId } from '../../shared/core/model/resource-id.ts';
import type { Caller } from './caller.ts';
import { Refusal } from './exchange.ts';
import type { Json } from './json.ts';
import { copied, isObject } from './json.ts';
import type { Provider } from './provider.ts';
import { NEWEST } from './versions.ts';
import type { World } from './world.ts';

/** Who writes through ARM beside the app. Throws a Refusal where ARM refuses. */
export interface Person {
  patch(id: string, body: Json, options?: { ifMatch?: string; apiVersion?: string }): Json;
  /** Adds or replaces, as a PUT does. */
  put(body: Json & { id: string }): void;
  /** Makes a pool as the service does: without nodes, and without what the body tells of a past. */
  create(pool: Json & { id: string }): void;
  delete(id: string): void;
  /** `listKeys`, `stopResize`, `disableAutoScale`. */
  act(id: string, action: string): Json;
}

export function personAt(provider: Provider, world: World, caller: Caller): Person {
  const call = (
    method: string,
    path: string,
    body?: unknown,
    options: { ifMatch?: string; apiVersion?: string } = {},
  ) => {
    const apiVersion = options.apiVersion ?? NEWEST;
    const query = new URLSearchParams({ 'api-version': apiVersion });
    const ifMatch = options.ifMatch ?? null;
    const answer = provider.serve({ method, path, query, apiVersion, body, ifMatch, caller, headers: {} });
    if (answer.status >= 400) throw new Refusal(answer);
    return isObject(answer.body) ? copied(answer.body) : {};
  };
  return {
    patch: (id, body, options) => call('PATCH', id, body, options),
    delete: (id) => void call('DELETE', id),
    act: (id, action) => call('POST', `${id}/${action}`),
    create(pool) {
      world.createPool(pool, caller.appid);
      provider.told(pool.id, caller);
    },
    put(body) {
      if (parsePoolId(body.id) !== null) world.setPool(body);
      else world.setAccount(body);
      provider.told(body.id, caller);
    },
  };
}
