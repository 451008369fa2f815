import type { Pool } from '../model/pool.ts';
import type { Family } from './address-prefix.ts';
import type { Side } from './sender-set.ts';

/** A pool without a subnet has no virtual network of the customer's. */
export function sidesOf({ subnetId }: Pick<Pool, 'subnetId'>): readonly Side[] {
  return subnetId === null ? ['internet'] : ['internet', 'virtual network'];
}

/** The families of the addresses at which its nodes are reached. */
export function familiesOf({ hasIpv6 }: Pick<Pool, 'hasIpv6'>): readonly Family[] {
  return hasIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}
