/** As in the ids of Batch; one or two dots would lead a URL elsewhere. */
const NAME = '(?!\\.{1,2}(?:/|$))[^/?#%\\\\\\s\\p{Cc}]+';
const STORAGE_ACCOUNT_ID = new RegExp(
  `^((/subscriptions/${NAME})/resourceGroups/${NAME})/providers/Microsoft\\.Storage/storageAccounts/${NAME}$`,
  'iu',
);

/** Whether `text` is the ARM id of a storage account. */
export function isStorageAccountId(text: string): boolean {
  return STORAGE_ACCOUNT_ID.test(text);
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
  const [id = '', group, subscription] = STORAGE_ACCOUNT_ID.exec(storageAccountId.toLowerCase()) ?? [];
  const key = scope.toLowerCase().replace(/\/+$/, '');
  if (key === id) return 'at';
  if (['', subscription, group].includes(key)) return 'above';
  if (/^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/.test(key)) return 'above';
  return key.startsWith(`${id}/`) ? 'below' : 'elsewhere';
}
