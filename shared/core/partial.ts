import type { Pool } from './snapshot.ts';

/** A body that shows only some fields (a `$select`, an export): what it lacks may be there all the same. */
export function isPartial({ creationTime, deployment }: Pool): boolean {
  return creationTime === null || deployment === null;
}
