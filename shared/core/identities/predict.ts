import { includesId } from '../model/ids.ts';
import type { Pool } from '../model/pool.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { autoStorageOf, usesAutoStorage, usesManagedIdentity } from './auto-storage.ts';
import { type Scenario, type ScenarioNumber, type Situation, scenariosOf } from './scenarios.ts';
import { identitiesSeen, mayAccess, principalOf } from './storage-access.ts';

/**
 * The scenarios that may hold for the nodes and tasks of the pool: one, or the first two where it is not known whether
 * the node identity may read. Null where there is no prediction: auto-storage is absent, not seen or not by managed
 * identity, the account could not be read, or the body of the pool is partial.
 */
export function predict(pool: Pool, snapshot: Snapshot): readonly Scenario[] | null {
  const situation = situationOf(pool, snapshot);
  return situation === null ? null : scenariosOf(situation);
}

/**
 * What will happen to the pool's nodes, or else to tasks: the sentence with which the `why` of a finding ends. None
 * where all will be well, where there is no prediction, and for a pool that does not use auto-storage.
 */
export function predictionOf(pool: Pool, snapshot: Snapshot): readonly string[] {
  if (!usesAutoStorage(pool)) return [];
  return sentences(predict(pool, snapshot) ?? [], [pool], 'Nodes of this pool');
}

/** The same for all of the pools to which just that scenario applies. */
export function predictionOfThose(
  pools: readonly Pool[],
  number: ScenarioNumber,
  snapshot: Snapshot,
): readonly string[] {
  const affected = pools.filter(usesAutoStorage).filter((pool) => {
    const [scenario, other] = predict(pool, snapshot) ?? [];
    return scenario?.number === number && other === undefined;
  });
  const [first] = affected;
  if (first === undefined) return [];
  return sentences(predict(first, snapshot) ?? [], affected, 'Nodes of pools with application packages');
}

const NODES_WILL: { readonly [Number in Exclude<ScenarioNumber, 1>]: string } = {
  2: 'start and become Idle, but the packages will not arrive',
  3: 'stay in Starting',
  4: 'become Unusable with ApplicationPackageError',
};

function sentences(scenarios: readonly Scenario[], pools: readonly Pool[], nodes: string): string[] {
  const withPackages = pools.some(({ usesApplicationPackages }) => usesApplicationPackages);
  if (scenarios.length > 1)
    return [
      withPackages
        ? 'Nodes start, and whether the packages arrive depends on whether the node identity may read auto-storage.'
        : 'Whether tasks get their files from auto-storage depends on whether the node identity may read it.',
    ];
  return scenarios.flatMap(({ number, resourceFiles: { error } }) => {
    if (number === 1 || error === null) return [];
    const what = withPackages
      ? `${nodes} will ${NODES_WILL[number]}`
      : `Tasks that take files from auto-storage will fail with ${error.code}`;
    return [`${what}.`];
  });
}

function situationOf(pool: Pool, snapshot: Snapshot): Situation | null {
  if ('unknown' in snapshot.account || pool.shows === 'some') return null;
  const facet = autoStorageOf(snapshot.account.known);
  if ('unknown' in facet || facet.known === null || !usesManagedIdentity(facet.known)) return null;
  const { nodeIdentityId, storageAccountId } = facet.known;
  if (nodeIdentityId === null) return { named: false, mayRead: null, onPool: null };
  const principalId =
    principalOf(nodeIdentityId, pool.identities) ?? principalOf(nodeIdentityId, identitiesSeen(snapshot));
  const mayRead = mayAccess('readBlobs', principalId, storageAccountId, snapshot.facets.roleAssignments);
  return {
    named: true,
    mayRead: 'known' in mayRead ? mayRead.known : null,
    onPool: includesId(pool.settings.identityIds, nodeIdentityId),
  };
}
