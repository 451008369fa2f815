import type { Account } from './account.ts';
import type { Pool } from './pool.ts';

/** A body that shows only some fields (a `$select`, an export): what it lacks may be there all the same. */
export function isPartial(resource: Account | Pool): boolean {
  if ('provisioningState' in resource) return resource.provisioningState === null;
  return resource.creationTime === null || resource.deployment === null;
}
