import { autoStorageOf, usesAutoStorage, usesManagedIdentity } from '../../../shared/core/identities/auto-storage.ts';
import {
  type Scenario,
  type ScenarioNumber,
  type Situation,
  scenariosOf,
} from '../../../shared/core/identities/scenarios.ts';
import { identitiesSeen, mayAccess, principalOf } from '../../../shared/core/identities/storage-access.ts';
import { includesId } from '../../../shared/core/model/ids.ts';
import type { Pool } from '../../../shared/core/model/pool.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';

/**
 * The scenarios that may hold for the nodes and tasks of the pool: one, or the first two where it is not known whether
 * the node identity may read. Null where there is no prediction: auto-storage is absent, not seen or not by managed
 * identity, the account could not be read, or the body of the pool is partial.
 */
function predict(pool: Pool, snapshot: Snapshot): readonly Scenario[] | null {
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
        ? 'Nodes start, and whether the packages arrive depends on whether the node identity may read auto-storage (scenario 1 or 2).'
        : 'Whether tasks get their files from auto-storage depends on whether the node identity may read it (scenario 1 or 2).',
    ];
  return scenarios.flatMap(({ number, resourceFiles: { error } }) => {
    if (number === 1 || error === null) return [];
    const what = withPackages
      ? `${nodes} will ${NODES_WILL[number]}`
      : `Tasks that take files from auto-storage will fail with ${error.code}`;
    return [`${what} (scenario ${number}).`];
  });
}

function situationOf(pool: Pool, snapshot: Snapshot): Situation | null {
  if ('unknown' in snapshot.account || pool.shows === 'some') return null;
  const facet = autoStorageOf(snapshot.account.known);
  if ('unknown' in facet || facet.known === null || !usesManagedIdentity(facet.known)) return null;
  const { nodeIdentityId, storageAccountId } = facet.known;
  if (nodeIdentityId === null) return { named: false, mayRead: null, onPool: null };
  const principalId = principalOf(nodeIdentityId, [...pool.identities, ...identitiesSeen(snapshot)]);
  const mayRead = mayAccess('readBlobs', principalId, storageAccountId, snapshot.facets.roleAssignments);
  return {
    named: true,
    mayRead: 'known' in mayRead ? mayRead.known : null,
    onPool: includesId(pool.settings.identityIds, nodeIdentityId),
  };
}
