import { type ArmId, parseArmId, parseResourceId } from './arm-id.ts';
import { idKey } from './resource-id.ts';

/** Whether `text` is the ARM id of a storage account. */
export function isStorageAccountId(text: string): text is ArmId {
  return parse(text) !== null;
}

function parse(text: string) {
  return parseResourceId(text, 'Microsoft.Storage/storageAccounts');
}

/** How what is said of one scope bears on a storage account. */
export type Reach =
  /** It is the storage account itself. */
  | 'at'
  /** It is the resource group, the subscription, a management group or the root. */
  | 'above'
  /** It is a part of the storage account, such as a container. */
  | 'below'
  | 'elsewhere';

/** @param scope as ARM answers it for that storage account: every management group is taken to be above it */
export function reachOf(scope: string, storageAccountId: string): Reach {
  const store = parse(idKey(storageAccountId));
  if (store === null) return 'elsewhere';
  const key = idKey(scope).replace(/\/+$/, '');
  if (key === '') return 'above';
  const id = parseArmId(key);
  if (id === null) return 'elsewhere';
  if (id === store.text) return 'at';
  const subscription = `/subscriptions/${store.subscription}`;
  if (id === subscription || id === `${subscription}/resourcegroups/${store.resourceGroup}`) return 'above';
  if (/^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/.test(id)) return 'above';
  return id.startsWith(`${store.text}/`) ? 'below' : 'elsewhere';
}
