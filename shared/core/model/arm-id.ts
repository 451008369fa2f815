declare const parsed: unique symbol;

/**
 * An ARM id, or the path of a list below one, in the case it was given: `/name/name/...` under `/subscriptions` or
 * `/providers`. A URL that ends with it leads there and nowhere else. Only the functions here make one.
 */
export type ArmId = string & { readonly [parsed]: true };

/**
 * What has a meaning in a URL, or is replaced there as half a surrogate pair is, is no part of a name. Azure's own rules
 * are narrower and differ from type to type.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
const NAMES = /^(?:\/(?!\.{1,2}(?:\/|$))[^/?#%\\\s\p{Cc}\p{Cs}]+)+$/u;
/** Most names: to match these is quicker. */
const USUAL_NAMES = /^(?:\/\w[\w.-]*)+$/;
const ROOT = /^\/(?:subscriptions|providers)(?:\/|$)/i;

/** The id as it is, or null when `text` is none. */
export function parseArmId(text: string): ArmId | null {
  return isArmId(text) ? text : null;
}

function isArmId(text: string): text is ArmId {
  return (USUAL_NAMES.test(text) || NAMES.test(text)) && ROOT.test(text);
}

/** @param path such as `pools`. @throws TypeError for one that leads elsewhere */
export function below(id: ArmId, path: string): ArmId {
  const whole = parseArmId(`${id}/${path}`);
  if (whole === null) throw new TypeError(`Not a path below ${id}: ${path}`);
  return whole;
}

/** The ARM id of the subscription, or null when `name` is not what subscriptions are named. It need not be a GUID. */
export function parseSubscription(name: string): ArmId | null {
  return /^[\w-]+$/.test(name) ? parseArmId(`/subscriptions/${name}`) : null;
}

/**
 * The ARM id of the management group, or null when `name` is not what those are named.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagement
 */
export function parseManagementGroup(name: string): ArmId | null {
  return /^[\w().-]{1,90}$/.test(name) ? parseArmId(`/providers/Microsoft.Management/managementGroups/${name}`) : null;
}

/** The parts of the ARM id of a resource in a resource group. */
export interface ResourceId {
  readonly text: ArmId;
  readonly subscription: string;
  readonly resourceGroup: string;
  /** One for each part of its type, such as those of an account and a pool. */
  readonly names: readonly string[];
}

/** @param type as ARM writes it, such as `Microsoft.Batch/batchAccounts/pools`; null for an id of another type */
export function parseResourceId(text: string, type: string): ResourceId | null {
  const pattern = PATTERNS.get(type) ?? patternOf(type);
  PATTERNS.set(type, pattern);
  const [, subscription, resourceGroup, ...names] = pattern.exec(text) ?? [];
  if (subscription === undefined || resourceGroup === undefined || !isArmId(text)) return null;
  return { text, subscription, resourceGroup, names };
}

/** By type: there are as many as the code names. */
const PATTERNS = new Map<string, RegExp>();

function patternOf(type: string): RegExp {
  const [namespace = '', ...types] = type.replaceAll('.', '\\.').split('/');
  const path = types.map((part) => `/${part}/([^/]+)`).join('');
  return new RegExp(`^/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/${namespace}${path}$`, 'i');
}
