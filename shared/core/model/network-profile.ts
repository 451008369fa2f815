import type { Unmodelled } from './nat-pool.ts';
import { wordSet } from './setting.ts';

/** Who reaches the account's public endpoints; it counts only while public network access is enabled. */
export interface NetworkProfile {
  /** The endpoint of the Batch API; null when absent. */
  readonly accountAccess: EndpointAccess | null;
  /** The endpoint that nodes report to; null when absent. */
  readonly nodeManagementAccess: EndpointAccess | null;
  readonly unmodelled: Unmodelled;
}

export interface EndpointAccess {
  /** `Allow` (also meant by null) or `Deny`. */
  readonly defaultAction: string | null;
  readonly ipRules: readonly IpRule[];
  readonly unmodelled: Unmodelled;
}

/** An IPv4 address or CIDR that is let in although the default is Deny. */
export interface IpRule {
  readonly value: string;
  readonly unmodelled: Unmodelled;
}

export function normalAccess(access: EndpointAccess | null): unknown {
  return {
    defaultAction: (access?.defaultAction ?? 'Allow').toLowerCase(),
    ipRules: wordSet((access?.ipRules ?? []).map(({ value }) => value)),
  };
}

export function accessInWords({ defaultAction, ipRules }: EndpointAccess): string {
  const exceptions = ipRules.length === 0 ? '' : `, and to allow ${ipRules.map(({ value }) => value).join(', ')}`;
  return `${defaultAction ?? 'Allow'} by default${exceptions}`;
}
