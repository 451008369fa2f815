import { setPool } from '../../shared/core/change.ts';
import type { IdentityReference, Pool } from '../../shared/core/pool.ts';
import { poolIdentityReferences } from '../../shared/rules/pool-identity-references.ts';
import { anySnapshot } from '../arbitraries.ts';
import { testRule } from '../rule-tester.ts';
import { aPool, identityId, snapshotOf } from '../snapshots.ts';

const [NODES, VAULT, REGISTRY] = [identityId('nodes'), identityId('vault'), identityId('registry')];
const FILE = 'properties.startTask.resourceFiles[setup.sh].identityReference';
const TASK_REGISTRY = 'properties.startTask.containerSettings.registry.identityReference';
const POOL_REGISTRY =
  'properties.deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerRegistries[acr1.azurecr.io].identityReference';
const MOUNT = 'properties.mountConfiguration[data].azureBlobFileSystemConfiguration.identityReference';

function referring(identityIds: readonly string[], references: readonly [path: string, identityId: string][]): Pool {
  return aPool({ identityIds, identityReferences: references.map(([path, identityId]) => ({ path, identityId })) });
}

function withPool(pool: Pool) {
  return snapshotOf({ pools: [pool] });
}

/** A violation at `path`, whose change makes the pool's identities `desired`. */
function missing(pool: Pool, { path, identityId }: IdentityReference, desired: readonly string[]) {
  const fix = setPool(pool, { identityIds: desired });
  return { path, observed: pool.settings.identityIds, desired, why: new RegExp(`refers to ${identityId},`), fix };
}

function alone(path: string) {
  const pool = referring([NODES], [[path, VAULT]]);
  return {
    name: `one is missing at ${path}`,
    snapshot: withPool(pool),
    expect: [missing(pool, { path, identityId: VAULT }, [NODES, VAULT])],
  };
}

const several = referring(
  [NODES],
  [
    [FILE, VAULT],
    [TASK_REGISTRY, REGISTRY],
    [POOL_REGISTRY, NODES],
    [MOUNT, VAULT.toUpperCase()],
  ],
);
const atOnePath = referring(
  [],
  [
    [FILE, VAULT],
    [FILE, REGISTRY],
    [FILE, VAULT],
  ],
);

testRule(poolIdentityReferences, {
  compliant: [
    { name: 'no references', snapshot: withPool(aPool()) },
    { name: 'identities that nothing refers to', snapshot: withPool(aPool({ identityIds: [NODES] })) },
    {
      name: 'all are there, in other cases',
      snapshot: withPool(
        referring(
          [NODES, VAULT.toLowerCase()],
          [
            [FILE, NODES.toUpperCase()],
            [MOUNT, VAULT],
          ],
        ),
      ),
    },
    {
      name: 'the account could not be read',
      snapshot: snapshotOf({ account: { unknown: 'no properties' }, pools: [referring([NODES], [[FILE, NODES]])] }),
    },
  ],
  violating: [
    alone(FILE),
    alone(TASK_REGISTRY),
    alone(POOL_REGISTRY),
    alone(MOUNT),
    {
      name: 'what names no identity is for a person, and is not assigned with the others',
      snapshot: withPool(
        aPool({
          identityReferences: [
            { path: FILE, identityId: 'refUserId123' },
            { path: MOUNT, identityId: VAULT },
          ],
        }),
      ),
      expect: [
        { path: FILE, fix: { manual: /^Name a user-assigned identity by its ARM id at / } },
        { path: MOUNT, desired: [VAULT], fix: setPool(aPool(), { identityIds: [VAULT] }) },
      ],
    },
    {
      name: 'several are missing: each adds all, each once',
      snapshot: withPool(several),
      expect: [
        missing(several, { path: FILE, identityId: VAULT }, [NODES, VAULT, REGISTRY]),
        missing(several, { path: TASK_REGISTRY, identityId: REGISTRY }, [NODES, VAULT, REGISTRY]),
        missing(several, { path: MOUNT, identityId: VAULT.toUpperCase() }, [NODES, VAULT, REGISTRY]),
      ],
    },
    {
      name: 'several are missing at one path: one finding that adds all',
      snapshot: withPool(atOnePath),
      expect: [missing(atOnePath, { path: FILE, identityId: VAULT }, [VAULT, REGISTRY])],
    },
  ],
  unknown: [
    {
      name: 'a pool without creation time',
      snapshot: withPool(aPool({ creationTime: null })),
      expect: [{ path: 'identity.userAssignedIdentities', unknown: /partial/ }],
    },
    {
      name: 'a pool without deployment',
      snapshot: withPool({ ...several, deployment: null }),
      expect: [{ path: 'identity.userAssignedIdentities', unknown: /partial/ }],
    },
  ],
  converges: anySnapshot,
});
