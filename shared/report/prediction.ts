import { predict } from '../core/identities/predict.ts';
import type { Scenario } from '../core/identities/scenarios.ts';
import type { Pool } from '../core/model/pool.ts';
import type { Snapshot } from '../core/model/snapshot.ts';

/** What will happen to the nodes and tasks of a pool, as far as auto-storage by managed identity decides it. */
export interface Prediction {
  /** Those that may hold; null where nothing can be said. */
  readonly scenarios: readonly Scenario[] | null;
  /** As far as the body shows. */
  readonly hasApplicationPackages: boolean;
}

export function predictionFor(pool: Pool, snapshot: Snapshot): Prediction {
  return { scenarios: predict(pool, snapshot), hasApplicationPackages: pool.usesApplicationPackages };
}

/** What decides between the scenarios. */
export const CASES: { readonly [Number in Scenario['number']]: string } = {
  1: 'the account names a node identity, the pool has it, and it may read auto-storage',
  2: 'the account names a node identity, the pool has it, and it may not read auto-storage',
  3: 'the account names no node identity',
  4: 'the account names a node identity that the pool does not have',
};

export const EITHER = 'Either may come: it is not known whether the node identity may read auto-storage.';
