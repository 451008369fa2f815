import { formulaRefused, growthRefused } from './errors.ts';
import type { Json } from './json.ts';
import { nodesOf } from './pool-state.ts';
import { conditionOfScale } from './scale.ts';
import type { StoredPool } from './stored.ts';

/**
 * Changes of which no document says that Batch takes them, each refused while it is set. What is documented to be
 * refused is refused always.
 */
export interface Refusals {
  /**
   * Another provision or other addresses of a pool: what a pool has is fixed once it is there.
   * https://learn.microsoft.com/azure/batch/create-pool-public-ip
   */
  publicAddresses: boolean;
  /**
   * Auto-storage by managed identity while the account's identity has no role there that is in effect.
   * https://learn.microsoft.com/troubleshoot/azure/hpc/batch/use-managed-identities-azure-batch-account-pool
   */
  autoStorageWithoutRole: boolean;
  /** A formula of constants that comes to no node. */
  zeroFormula: boolean;
  /** Scale settings that ask for more nodes than there are, or by a formula that may: who refuses them. */
  growth: 'policy' | 'quota' | null;
}

/** Throws when these properties hold scale settings that are refused now. */
export function demandPermitted(
  pool: StoredPool,
  properties: Json,
  { zeroFormula, growth }: Pick<Refusals, 'zeroFormula' | 'growth'>,
): void {
  const scale = conditionOfScale({ properties });
  const target = scale.kind === 'fixed' ? scale : scale.target;
  const wanted = target === null ? Infinity : target.dedicated + target.lowPriority;
  if (zeroFormula && scale.kind === 'autoscale' && wanted === 0) throw formulaRefused();
  if (growth !== null && wanted > nodesOf(pool)) throw growthRefused(growth);
}
