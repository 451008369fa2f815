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

/**
 * Azure's names make 220 and 300 characters. A table key holds 512, and both become one.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 * https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-limitations
 */
const LONGEST_ACCOUNT = 400;
const LONGEST_POOL = 500;

/** The account's id, or null when `text` is not exactly one. */
export function parseAccountId(text: string): AccountId | null {
  if (text.length > LONGEST_ACCOUNT) return null;
  const id = parseResourceId(text, 'Microsoft.Batch/batchAccounts');
  const [account] = id?.names ?? [];
  if (id === null || account === undefined) return null;
  return { text: id.text, subscription: id.subscription, resourceGroup: id.resourceGroup, account };
}

/** The pool's id, or null when `text` is not exactly one. */
export function parsePoolId(text: string): PoolId | null {
  if (text.length > LONGEST_POOL) return null;
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

const ALL_ASCII = /^\p{ASCII}*$/u;

/**
 * Ids are compared as Azure does it, without the case of ASCII letters: two of them name one thing when their keys are equal.
 * Unicode folds more: to it the Kelvin sign is a k, and another resource would be taken for this one.
 */
export function idKey(id: string): string {
  return ALL_ASCII.test(id) ? id.toLowerCase() : id.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function sameId(a: string, b: string): boolean {
  return idKey(a) === idKey(b);
}

/** Whether `text` is the ARM id of a user-assigned identity. */
export function isIdentityId(text: string): text is ArmId {
  return identityParts(text) !== null;
}

interface IdentityParts {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** The names in the ARM id of a user-assigned identity, or null when `text` is not exactly one. */
export function identityParts(text: string): IdentityParts | null {
  const id = parseResourceId(text, 'Microsoft.ManagedIdentity/userAssignedIdentities');
  const [name] = id?.names ?? [];
  return id === null || name === undefined
    ? null
    : { subscription: id.subscription, resourceGroup: id.resourceGroup, name };
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
