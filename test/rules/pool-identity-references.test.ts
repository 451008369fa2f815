import { setPool } from '../../shared/core/model/change.ts';
import type { IdentityReference, Pool } from '../../shared/core/model/pool.ts';
import { notShown, unreadable } from '../../shared/core/model/reading.ts';
import { poolIdentityReferences } from '../../shared/rules/pool-identity-references.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anAutoStorage, aPool, identityId, snapshotOf, storageId } from '../support/snapshots.ts';

const [NODES, VAULT, REGISTRY] = [identityId('nodes'), identityId('vault'), identityId('registry')];
const FILE = 'properties.startTask.resourceFiles[setup.sh].identityReference';
const TASK_REGISTRY = 'properties.startTask.containerSettings.registry.identityReference';
const POOL_REGISTRY =
  'properties.deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerRegistries[acr1.azurecr.io].identityReference';
const MOUNT = 'properties.mountConfiguration[data].azureBlobFileSystemConfiguration.identityReference';

function referring(identityIds: readonly string[], references: readonly [path: string, identityId: string][]): Pool {
  return aPool({ identityIds, identityReferences: references.map(([path, identityId]) => ({ path, identityId })) });
}

/** What may be added in most cases here. */
const options = { assignable: [NODES, VAULT, REGISTRY] };

function withPool(pool: Pool) {
  return snapshotOf({ pools: [pool] });
}

/** A pool that uses application packages and refers to an identity that it lacks, in an account with a node identity. */
function predicted(
  name: string,
  ending: string,
  parts: { carries?: string; mayRead?: boolean; uses?: boolean; node?: string | null },
) {
  const { carries = NODES, mayRead, uses = true, node = NODES } = parts;
  const pool = {
    ...referring([carries], [[FILE, VAULT]]),
    usesApplicationPackages: uses,
    identities: [{ id: carries, principalId: 'p-nodes', clientId: null }],
  };
  const access = {
    principalId: 'p-nodes',
    storageAccountId: storageId('store1'),
    isGone: false,
    writeBlobs: { known: false },
  };
  const roleAssignments =
    mayRead === undefined
      ? { unknown: notShown('not read') }
      : { known: [{ ...access, readBlobs: { known: mayRead } }] };
  const account = anAccount({ autoStorage: anAutoStorage({ nodeIdentityId: node }) });
  const fix = setPool(pool, { identityIds: [carries, VAULT] });
  const why = new RegExp(`^It refers to ${VAULT}, .* that the pool does not have\\.${ending}$`);
  return {
    name,
    options,
    snapshot: snapshotOf({ account, pools: [pool], facets: { roleAssignments } }),
    expect: [{ path: FILE, why, fix }],
  };
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
    options,
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
      snapshot: snapshotOf({
        account: { unknown: unreadable('no properties') },
        pools: [referring([NODES], [[FILE, NODES]])],
      }),
    },
  ],
  violating: [
    {
      name: '3: a pool that names identities which nobody allowed, one of another subscription',
      snapshot: withPool(
        referring(
          [],
          [
            [FILE, VAULT],
            [MOUNT, VAULT.replace(/^\/subscriptions\/[^/]+/, '/subscriptions/elsewhere')],
          ],
        ),
      ),
      expect: [
        { path: FILE, desired: [VAULT], fix: { manual: /see who named .*not in option assignable; / } },
        { path: MOUNT, fix: { manual: /see who named .*elsewhere.*not in option assignable; / } },
      ],
    },
    {
      name: 'of two, one may not be added by the option',
      options: { assignable: [REGISTRY.toUpperCase()] },
      snapshot: withPool(
        referring(
          [],
          [
            [FILE, VAULT],
            [TASK_REGISTRY, REGISTRY],
          ],
        ),
      ),
      expect: [
        { path: FILE, fix: { manual: /^In this order: \(1\) see who named .*not in option assignable; \(2\) / } },
        { path: TASK_REGISTRY, fix: setPool(aPool(), { identityIds: [REGISTRY] }) },
      ],
    },
    alone(FILE),
    alone(TASK_REGISTRY),
    alone(POOL_REGISTRY),
    alone(MOUNT),
    predicted('nothing is predicted where all is well', '', { mayRead: true }),
    predicted('nothing is predicted for a pool that does not use auto-storage', '', { uses: false }),
    predicted('both scenarios where the permission is not known', ' Nodes start, .*\\.', {}),
    predicted('the packages will not arrive', ' Nodes of this pool will start .*\\.', {
      mayRead: false,
    }),
    predicted('nodes will not start', ' Nodes of this pool will stay in Starting\\.', { node: null }),
    predicted('the node identity is missing too', ' Nodes of this pool will become Unusable .*\\.', {
      carries: REGISTRY,
    }),
    {
      name: 'what names no identity is for a person, and is not assigned with the others',
      options,
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
      options,
      snapshot: withPool(several),
      expect: [
        missing(several, { path: FILE, identityId: VAULT }, [NODES, VAULT, REGISTRY]),
        missing(several, { path: TASK_REGISTRY, identityId: REGISTRY }, [NODES, VAULT, REGISTRY]),
        missing(several, { path: MOUNT, identityId: VAULT.toUpperCase() }, [NODES, VAULT, REGISTRY]),
      ],
    },
    {
      name: 'several are missing at one path: one finding that adds all',
      options,
      snapshot: withPool(atOnePath),
      expect: [missing(atOnePath, { path: FILE, identityId: VAULT }, [VAULT, REGISTRY])],
    },
  ],
  unknown: [
    {
      name: 'a pool without creation time',
      snapshot: withPool(aPool({ shows: 'some', creationTime: null })),
      expect: [{ path: 'identity.userAssignedIdentities', unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a pool without deployment',
      snapshot: withPool({ ...several, shows: 'some', deployment: null }),
      expect: [{ path: 'identity.userAssignedIdentities', unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
