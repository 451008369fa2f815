/** The parts of a Batch account's ARM id. */
export interface AccountId {
  /** `/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Batch/batchAccounts/{a}`, in the case it was given. */
  readonly text: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly account: string;
}

/** The parts of a Batch pool's ARM id. */
export interface PoolId extends AccountId {
  readonly pool: string;
}

/** A name within an id: ids become URLs and table keys, so what has a meaning there is no part of a name. */
const NAME = '([^/?#%\\\\\\s\\p{Cc}]+)';
const BATCH_ID = new RegExp(
  `^(/subscriptions/${NAME}/resourceGroups/${NAME}/providers/Microsoft\\.Batch/batchAccounts/${NAME})(?:/pools/${NAME})?(/.*)?$`,
  'iu',
);

/** The account's id, or null when `text` is not exactly one. A subscription need not be a GUID. */
export function parseAccountId(text: string): AccountId | null {
  const id = accountOf(text);
  return id !== null && id.text === text ? id : null;
}

/** The pool's id, or null when `text` is not exactly one. */
export function parsePoolId(text: string): PoolId | null {
  const [, , subscription, resourceGroup, account, pool, rest] = BATCH_ID.exec(text) ?? [];
  if (!subscription || !resourceGroup || !account || !pool || rest !== undefined) return null;
  return { text, subscription, resourceGroup, account, pool };
}

/** The account that `text`, the id of an account or of anything below one, belongs to; null for anything else. */
export function accountOf(text: string): AccountId | null {
  const [, id, subscription, resourceGroup, account] = BATCH_ID.exec(text) ?? [];
  if (!id || !subscription || !resourceGroup || !account) return null;
  return { text: id, subscription, resourceGroup, account };
}

/** ARM ids are compared without case: two ids name one resource when their keys are equal. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

export function sameId(a: string, b: string): boolean {
  return idKey(a) === idKey(b);
}

const IDENTITY_ID = new RegExp(
  `^/subscriptions/${NAME}/resourceGroups/${NAME}/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/${NAME}$`,
  'iu',
);

/** Whether `text` is the ARM id of a user-assigned identity. */
export function isIdentityId(text: string): boolean {
  return IDENTITY_ID.test(text);
}

/** One or two dots would lead a URL elsewhere. */
const NO_DOTS = '(?!\\.{1,2}(?:/|$))';
const NETWORK_ID = `^/subscriptions/${NO_DOTS}${NAME}/resourceGroups/${NO_DOTS}${NAME}/providers/Microsoft\\.Network`;
const SUBNET_ID = new RegExp(`${NETWORK_ID}/virtualNetworks/${NO_DOTS}${NAME}/subnets/${NO_DOTS}${NAME}$`, 'iu');
const SECURITY_GROUP_ID = new RegExp(`${NETWORK_ID}/networkSecurityGroups/${NO_DOTS}${NAME}$`, 'iu');

/** Whether `text` is the ARM id of a subnet. */
export function isSubnetId(text: string): boolean {
  return SUBNET_ID.test(text);
}

/** Whether `text` is the ARM id of a network security group. */
export function isSecurityGroupId(text: string): boolean {
  return SECURITY_GROUP_ID.test(text);
}

/** The pool's own name, for people. */
export function poolName({ id }: { readonly id: string }): string {
  return parsePoolId(id)?.pool ?? id;
}
