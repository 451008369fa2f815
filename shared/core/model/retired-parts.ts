import { notShown, type Reading } from './reading.ts';
import { sameId } from './resource-id.ts';

/** What the newest api-version no longer shows of a pool, as the last one showed it that did. */
export interface RetiredParts {
  readonly poolId: string;
  /** The ids of the certificates that Batch installs on its nodes. */
  readonly certificateIds: readonly string[];
  /** How its nodes are to speak to Batch: `Default`, `Classic` or `Simplified`; null when absent. */
  readonly targetCommunicationMode: string | null;
  /** How they speak now; null when absent. */
  readonly currentCommunicationMode: string | null;
}

/** Those of one pool. */
export function retiredPartsOf(
  { id }: { readonly id: string },
  all: Reading<readonly RetiredParts[]>,
): Reading<RetiredParts> {
  if ('unknown' in all) return all;
  const known = all.known.find(({ poolId }) => sameId(poolId, id));
  return known === undefined ? { unknown: NOT_SHOWN } : { known };
}

const NOT_SHOWN = notShown('what was read of the pool shows neither certificates nor node communication modes');
