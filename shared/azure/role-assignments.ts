import type { Facet, StorageAccess } from '../core/facet.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { FacetReads } from './facet-reads.ts';

/** What the account's and the node identity may do on the auto-storage account. */
export async function readStorageAccess(_reads: FacetReads, _seen: Snapshot): Promise<Facet<readonly StorageAccess[]>> {
  return { unknown: 'role assignments are not read yet' };
}
