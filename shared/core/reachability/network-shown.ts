import type { Pool } from '../model/pool.ts';
import type { UnknownReason } from '../model/reading.ts';
import { mayLack } from '../model/shows.ts';

/** Why it is not known how the nodes are connected; null when the body is whole or shows its networkConfiguration. */
export function whyNetworkUnknown(pool: Pool): UnknownReason | null {
  const { endpoints, publicIp } = pool.settings;
  const isShown = pool.subnetId !== null || endpoints !== null || publicIp !== null;
  return isShown ? null : mayLack(pool, 'a networkConfiguration');
}
