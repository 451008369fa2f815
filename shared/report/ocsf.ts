import { accountOf, parseAccountId, parsePoolId } from '../core/model/resource-id.ts';
import type { Severity } from '../core/policy/rule.ts';

/** https://schema.ocsf.io/1.8.0 */
const VERSION = '1.8.0';

/** The program that tells it. */
export interface Teller {
  readonly version: string;
}

/** What two classes of the same schema have in common. */
export interface Told {
  /** Of this event: what is told again has it again. */
  readonly uid: string;
  readonly at: Date;
  /** Of the look; null where there was none. */
  readonly correlationId: string | null;
  /** An ARM id, or what stands for one. */
  readonly resourceId: string;
}

const SEVERITY_IDS: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };
const SEVERITY_NAMES = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'];

/** An id of an enumeration and its caption, as `status_id` and `status`. */
export function caption(key: string, captions: readonly string[], id: number) {
  return { [`${key}_id`]: id, [key]: captions[id] ?? 'Other' };
}

export function severityOf(severity: Severity) {
  return caption('severity', SEVERITY_NAMES, SEVERITY_IDS[severity]);
}

/** What every event says of itself. */
export function eventOf({ uid, at, correlationId, resourceId }: Told, { version }: Teller) {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1];
  return {
    time: at.getTime(),
    time_dt: at.toISOString(),
    timezone_offset: 0,
    metadata: {
      version: VERSION,
      profiles: ['cloud', 'datetime'],
      product: { name: 'Batch Warden', vendor_name: 'Batch Warden', version },
      log_name: 'batch-warden',
      uid,
      ...(correlationId === null ? {} : { correlation_uid: correlationId }),
    },
    cloud: {
      provider: 'Azure',
      ...(subscription === undefined
        ? {}
        : { account: { uid: subscription, ...caption('type', [], AZURE_SUBSCRIPTION), type: 'Azure Subscription' } }),
    },
  };
}

const AZURE_SUBSCRIPTION = 13;
const RESOURCE_UID = 10;

/** By which a reader that knows no class finds the resource. @param name where in the event it stands */
export function observable(name: string, resourceId: string) {
  return { name, type_id: RESOURCE_UID, type: 'Resource UID', value: resourceId };
}

/** The resource that a finding is about. */
export function affected(resourceId: string) {
  const pool = parsePoolId(resourceId);
  const account = accountOf(resourceId);
  const type =
    pool !== null
      ? 'Microsoft.Batch/batchAccounts/pools'
      : parseAccountId(resourceId) !== null
        ? 'Microsoft.Batch/batchAccounts'
        : null;
  return {
    uid: resourceId,
    ...(account === null ? {} : { name: pool?.pool ?? account.account, group: { name: account.resourceGroup } }),
    ...(type === null ? {} : { type }),
    provider: 'Azure',
    ...caption('role', ['Unknown', 'Target', 'Actor', 'Affected'], 3),
  };
}
