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
const NAME = /^(?!\.{1,2}$)[^/?#%\\\s\p{Cc}\p{Cs}]+$/u;
const ROOTS = ['subscriptions', 'providers'];

/** The id as it is, or null when `text` is none. */
export function parseArmId(text: string): ArmId | null {
  return isArmId(text) ? text : null;
}

function isArmId(text: string): text is ArmId {
  const [beforeFirstSlash, ...names] = text.split('/');
  const isRooted = ROOTS.includes(names[0]?.toLowerCase() ?? '');
  return beforeFirstSlash === '' && isRooted && names.every((name) => NAME.test(name));
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

/** The parts of the ARM id of a resource in a resource group. */
export interface ResourceId {
  readonly text: ArmId;
  readonly subscription: string;
  readonly resourceGroup: string;
  /** One for each part of its type, such as those of an account and a pool. */
  readonly names: readonly string[];
}

const IN_GROUP = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)((?:\/[^/]+\/[^/]+)+)$/i;

/** @param type as ARM writes it, such as `Microsoft.Batch/batchAccounts/pools`; null for an id of another type */
export function parseResourceId(text: string, type: string): ResourceId | null {
  const id = parseArmId(text);
  const [, subscription, resourceGroup, namespace, path] = IN_GROUP.exec(id ?? '') ?? [];
  if (id === null || !subscription || !resourceGroup || !namespace || !path) return null;
  const pairs = path.slice(1).split('/');
  const types = pairs.filter((_, i) => i % 2 === 0);
  if ([namespace, ...types].join('/').toLowerCase() !== type.toLowerCase()) return null;
  return { text: id, subscription, resourceGroup, names: pairs.filter((_, i) => i % 2 === 1) };
}
