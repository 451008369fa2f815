import type { Facet } from '../core/facet.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Subnet } from '../core/subnet.ts';
import type { FacetReads } from './facet-reads.ts';

/** The subnets of the pools that have public addresses, with their security groups. */
export async function readSubnets(_reads: FacetReads, _seen: Snapshot): Promise<Facet<readonly Subnet[]>> {
  return { unknown: 'subnets are not read yet' };
}
