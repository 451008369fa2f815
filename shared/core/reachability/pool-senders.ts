import type { Pool } from '../model/pool.ts';
import type { Family } from './address-prefix.ts';
import { hasNoPublicIp } from './published-ports.ts';
import type { Side } from './sender-set.ts';

/** A pool without a subnet has no virtual network of the customer's, one without public addresses no internet. */
export function sidesOf(pool: Pick<Pool, 'subnetId' | 'settings'>): readonly Side[] {
  const internet: Side[] = hasNoPublicIp(pool) ? [] : ['internet'];
  return pool.subnetId === null ? internet : [...internet, 'virtual network'];
}

/** The families of the addresses at which its nodes are reached. */
export function familiesOf({ hasIpv6 }: Pick<Pool, 'hasIpv6'>): readonly Family[] {
  return hasIpv6 ? ['IPv4', 'IPv6'] : ['IPv4'];
}
