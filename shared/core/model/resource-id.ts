import { type ArmId, parseResourceId } from './arm-id.ts';

/** The parts of a Batch account's ARM id. */
export interface AccountId {
  /** `/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Batch/batchAccounts/{a}`, in the case it was given. */
  readonly text: ArmId;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly account: string;
}

/** The parts of a Batch pool's ARM id. */
export interface PoolId extends AccountId {
  readonly pool: string;
}

/** The account's id, or null when `text` is not exactly one. */
export function parseAccountId(text: string): AccountId | null {
  const id = parseResourceId(text, 'Microsoft.Batch/batchAccounts');
  const [account] = id?.names ?? [];
  if (id === null || account === undefined) return null;
  return { text: id.text, subscription: id.subscription, resourceGroup: id.resourceGroup, account };
}

/** The pool's id, or null when `text` is not exactly one. */
export function parsePoolId(text: string): PoolId | null {
  const id = parseResourceId(text, 'Microsoft.Batch/batchAccounts/pools');
  const [account, pool] = id?.names ?? [];
  if (id === null || account === undefined || pool === undefined) return null;
  return { text: id.text, subscription: id.subscription, resourceGroup: id.resourceGroup, account, pool };
}

/** Of the names between the slashes of an account's id. */
const ACCOUNT_LENGTH = 8;

/**
 * The account that `text`, the id of an account or of anything below one, belongs to; null for anything else. What is below
 * goes into no URL and need be no ARM id: an event may name a diagnostic setting whose name has spaces.
 */
export function accountOf(text: string): AccountId | null {
  return parseAccountId(text.split('/', 1 + ACCOUNT_LENGTH).join('/'));
}

/** ARM ids are compared without case: two ids name one resource when their keys are equal. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

export function sameId(a: string, b: string): boolean {
  return idKey(a) === idKey(b);
}

/** Whether `text` is the ARM id of a user-assigned identity. */
export function isIdentityId(text: string): text is ArmId {
  return parseResourceId(text, 'Microsoft.ManagedIdentity/userAssignedIdentities') !== null;
}

/** Whether `text` is the ARM id of a subnet. */
export function isSubnetId(text: string): text is ArmId {
  return parseResourceId(text, 'Microsoft.Network/virtualNetworks/subnets') !== null;
}

/** Whether `text` is the ARM id of a network security group. */
export function isSecurityGroupId(text: string): text is ArmId {
  return parseResourceId(text, 'Microsoft.Network/networkSecurityGroups') !== null;
}

/** The pool's own name, for people. */
export function poolName({ id }: { readonly id: string }): string {
  return parsePoolId(id)?.pool ?? id;
}
