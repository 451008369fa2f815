import { notShown, type Reading, unreadable } from './reading.ts';
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

/** A pool that the last version lists, not as specified. */
export interface UnreadableParts {
  readonly poolId: string;
  /** Why. */
  readonly unreadable: string;
}

/** Those of one pool. */
export function retiredPartsOf(
  { id }: { readonly id: string },
  all: Reading<readonly (RetiredParts | UnreadableParts)[]>,
): Reading<RetiredParts> {
  if ('unknown' in all) return all;
  const known = all.known.find(({ poolId }) => sameId(poolId, id));
  return known === undefined ? { unknown: NOT_SHOWN } : partsIn(known);
}

/** What was read of a pool. */
export function partsIn(known: RetiredParts | UnreadableParts): Reading<RetiredParts> {
  return 'unreadable' in known ? { unknown: unreadable(known.unreadable) } : { known };
}

const NOT_SHOWN = notShown('the body shows neither certificates nor communication modes');
