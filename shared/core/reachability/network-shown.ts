import { isPartial } from '../model/partial.ts';
import type { Pool } from '../model/pool.ts';

/** Why it is not known how the nodes are connected; null when the body is whole or shows its networkConfiguration. */
export function whyNetworkUnknown(pool: Pool): string | null {
  const { endpoints, publicIp } = pool.settings;
  const isShown = pool.subnetId !== null || endpoints !== null || publicIp !== null;
  return isPartial(pool) && !isShown ? 'the body of the pool is partial: it may lack a networkConfiguration' : null;
}
