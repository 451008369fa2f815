import type { AccountId } from '../../shared/core/model/resource-id.ts';
import { idKey } from '../../shared/core/model/resource-id.ts';
import type { Json } from './json.ts';
import { part, parts, text } from './json.ts';
import type { Store } from './store.ts';

/**
 * The private endpoint connections of an account, as its body has them; a resource with the id of one takes its place, so
 * that a body can hide what the list shows, as that of an older client.
 */
export function listConnections(store: Store, id: AccountId): { readonly body: Json }[] {
  const own = parts(part(store.account(id).body, 'properties'), 'privateEndpointConnections');
  const instead = store.resources.below(`${id.text}/privateEndpointConnections`);
  return own
    .map((body) => instead.find((other) => keyOf(other) === keyOf(body)) ?? body)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((body) => ({ body }));
}

/** The network security perimeters that an account is associated with. */
export function listPerimeters(store: Store, id: AccountId): { readonly body: Json }[] {
  store.account(id);
  return store.resources.below(`${id.text}/networkSecurityPerimeterConfigurations`).map((body) => ({ body }));
}

function keyOf(body: Json): string {
  return idKey(text(body['id']));
}
