import { afterAll, describe, expect, test } from 'vitest';
import { predict, predictionOf, predictionOfThose } from '../../../shared/core/identities/predict.ts';
import type { Scenario } from '../../../shared/core/identities/scenarios.ts';
import type { Account } from '../../../shared/core/model/account.ts';
import type { StorageAccess } from '../../../shared/core/model/facet.ts';
import type { Pool, UnreadablePool } from '../../../shared/core/model/pool.ts';
import { type Reading, readingFailed, undecided, unreadable } from '../../../shared/core/model/reading.ts';
import { anAccount, anAutoStorage, aPool, identityId, poolId, snapshotOf, storageId } from '../../support/snapshots.ts';

const NODES = identityId('nodes');
const SPARE = identityId('spare');
const STORE = storageId('store1');
const MODE = 'BatchAccountManagedIdentity';

interface Parts {
  readonly mode?: string | null;
  readonly named?: string | null;
  readonly mayRead?: boolean | 'unknown';
  /** The name of the identity that the pool carries. */
  readonly carries?: string;
  readonly pool?: Partial<Pool>;
}

/** One pool that uses application packages, and what may be said of it; as in scenario 1. */
function seen({ mode = MODE, named = NODES, mayRead = true, carries = NODES, ...parts }: Parts = {}) {
  const pool = aPool({
    usesApplicationPackages: true,
    identityIds: [carries],
    identities: [{ id: carries, principalId: carries === NODES ? 'p-nodes' : 'p-spare', clientId: null }],
    ...parts.pool,
  });
  const account = anAccount({ autoStorage: anAutoStorage({ authenticationMode: mode, nodeIdentityId: named }) });
  return { pool, snapshot: snapshotOf({ account, pools: [pool], facets: { roleAssignments: readings(mayRead) } }) };
}

function readings(mayRead: boolean | 'unknown'): Reading<readonly StorageAccess[]> {
  if (mayRead === 'unknown') return { unknown: readingFailed('AuthorizationFailed') };
  return { known: ['p-nodes', 'p-spare'].map((principalId) => access(principalId, mayRead)) };
}

function access(principalId: string, mayRead: boolean): StorageAccess {
  return {
    principalId,
    storageAccountId: STORE,
    isGone: false,
    readBlobs: { known: mayRead },
    writeBlobs: { known: false },
  };
}

function numbers(parts: Parts) {
  const { pool, snapshot } = seen(parts);
  return predict(pool, snapshot)?.map(({ number }) => number) ?? null;
}

function sentences(parts: Parts) {
  const { pool, snapshot } = seen(parts);
  return predictionOf(pool, snapshot);
}

/** The first three columns of both tables, as the document has them. */
const GIVEN = 'Given in node identity reference';
const NOT_GIVEN = 'Not given in node identity reference';
const SUFFICIENT = 'Sufficient permissions';
const INSUFFICIENT = 'Insufficient permissions';
const EITHER = 'Sufficient or insufficient permissions';
const SAME = 'Created in pool by using the same managed identity';
const DIFFERENT = 'Created in pool by using a different managed identity';
const ANY = 'Created in pool by using the same or a different managed identity';

interface Columns {
  readonly scenario: number;
  readonly usage: typeof GIVEN | typeof NOT_GIVEN;
  readonly permissions: typeof SUFFICIENT | typeof INSUFFICIENT | typeof EITHER;
  readonly creation: typeof SAME | typeof DIFFERENT | typeof ANY;
}

const ROW_1: Columns = { scenario: 1, usage: GIVEN, permissions: SUFFICIENT, creation: SAME };
const ROW_2: Columns = { scenario: 2, usage: GIVEN, permissions: INSUFFICIENT, creation: SAME };
const ROW_3: Columns = { scenario: 3, usage: NOT_GIVEN, permissions: EITHER, creation: ANY };
const ROW_4: Columns = { scenario: 4, usage: GIVEN, permissions: EITHER, creation: DIFFERENT };

/** "Download application packages from a batch pool": the other columns, and the error that the text quotes. */
const PACKAGE_ROWS = [
  {
    ...ROW_1,
    nodes: 'Started successfully',
    packages: 'Downloaded to the node in the root/applications directory',
    error: null,
  },
  {
    ...ROW_2,
    nodes: 'Started successfully, but in the Idle state',
    packages: 'Not downloaded to the node',
    error: null,
  },
  {
    ...ROW_3,
    nodes: 'Stuck indefinitely in the Starting state',
    packages: 'Not downloaded to the node',
    error: null,
  },
  {
    ...ROW_4,
    nodes: 'Unusable state',
    packages: 'Not downloaded to the node',
    error: {
      code: 'ApplicationPackageError',
      message: 'One or more application packages specified for the pool are invalid',
    },
  },
];

/** "Download task resource files from a batch pool": the other column. */
const FILE_ROWS = [
  {
    ...ROW_1,
    expected:
      'Blob file is successfully downloaded to the node in the root/wd/<file-path> directory, as shown in the task overview page',
  },
  {
    ...ROW_2,
    expected:
      'Task fails because of a ResourceContainerAccessDenied error, error message "Access for one of the specified Azure Blob container(s) is denied"',
  },
  {
    ...ROW_3,
    expected:
      'Task fails because of a ResourceContainerAccessDenied error, error message "Access for one of the specified Azure Blob container(s) is denied"',
  },
  {
    ...ROW_4,
    expected:
      'Task fails because of a ResourceContainerListMiscError error, error message "Miscellaneous error encountered while listing one of the specified Azure Blob container(s)"',
  },
];

/** Every snapshot that the columns of a row mean; also with the permission unknown, where it does not matter. */
function meant({ usage, permissions, creation }: Columns): Parts[] {
  const named = usage === GIVEN ? NODES : null;
  const mayRead = permissions === EITHER ? ([true, false, 'unknown'] as const) : [permissions === SUFFICIENT];
  const carries = creation === ANY ? [NODES, SPARE] : [creation === SAME ? NODES : SPARE];
  return mayRead.flatMap((mayRead) => carries.map((carries) => ({ named, mayRead, carries })));
}

describe('the tables of behaviour scenarios', () => {
  const checked = { rows: 0, snapshots: 0 };

  function predictionsFor(row: Columns) {
    const all = meant(row).map(seen);
    checked.rows += 1;
    checked.snapshots += all.length;
    return all.map(({ pool, snapshot }) => predict(pool, snapshot));
  }

  test.each(PACKAGE_ROWS)('application packages, scenario $scenario', ({ nodes, packages, error, ...row }) => {
    for (const scenarios of predictionsFor(row))
      expect(scenarios).toMatchObject([{ number: row.scenario, applicationPackages: { nodes, packages, error } }]);
  });

  test.each(FILE_ROWS)('task resource files, scenario $scenario', ({ expected, ...row }) => {
    for (const scenarios of predictionsFor(row)) {
      expect(scenarios?.map(({ number }) => number)).toEqual([row.scenario]);
      expect(scenarios?.map(({ resourceFiles }) => inOneText(resourceFiles))).toEqual([expected]);
    }
  });

  afterAll(() => {
    console.log(`predict: ${checked.rows} documented rows, from ${checked.snapshots} snapshots`);
    expect(checked.rows).toBe(8);
  });
});

/** As the table of files writes it. */
function inOneText({ result, error }: Scenario['resourceFiles']): string {
  return error === null ? result : `${result} because of a ${error.code} error, error message "${error.message}"`;
}

describe('what may hold', () => {
  test('is the first two scenarios when it is not known whether the node identity may read', () => {
    expect(numbers({ mayRead: 'unknown' })).toEqual([1, 2]);
    const { pool, snapshot } = seen();
    const doubtful = {
      ...access('p-nodes', true),
      readBlobs: { unknown: undecided('a condition was not understood') },
    };
    const facets = { ...snapshot.facets, roleAssignments: { known: [doubtful] } };
    expect(predict(pool, { ...snapshot, facets })?.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('is told with ids and modes in any case', () => {
    expect(numbers({ mode: 'batchaccountmanagedidentity', named: NODES.toUpperCase() })).toEqual([1]);
  });

  test.each([
    ['auto-storage by keys', { mode: 'StorageKeys' }],
    ['auto-storage without a mode, which means keys', { mode: null }],
    ['a mode that is not known', { mode: 'Quantum' }],
    ['a pool without creation time', { pool: { shows: 'some' as const, creationTime: null } }],
    ['a pool without deployment', { pool: { shows: 'some' as const, deployment: null } }],
  ])('is not said of %s', (_name, parts) => {
    expect(numbers(parts)).toBeNull();
    expect(sentences(parts)).toEqual([]);
  });

  test.each([
    ['could not be read', { unknown: unreadable('no properties') }],
    ['has no auto-storage', anAccount({ autoStorage: null })],
    ['is partial and shows no auto-storage', anAccount({ autoStorage: null, shows: 'some' })],
  ])('is not said of an account that %s', (_name, account) => {
    const { pool, snapshot } = seen();
    const others = snapshotOf({ account, facets: snapshot.facets });
    expect(predict(pool, others)).toBeNull();
    expect(predictionOf(pool, others)).toEqual([]);
  });
});

describe('the principal of the node identity', () => {
  const entry = (principalId: string | null) => [{ id: NODES.toLowerCase(), principalId, clientId: null }];
  const carrier = (name: string, principalId: string | null) =>
    aPool({ id: poolId(name), usesApplicationPackages: true, identityIds: [NODES], identities: entry(principalId) });
  const accountWith = (principalId: string | null): Account =>
    anAccount({
      autoStorage: anAutoStorage({ nodeIdentityId: NODES }),
      identity: { type: 'UserAssigned', principalId: null, userAssigned: entry(principalId) },
    });

  /** Only one principal may read, so that the prediction tells which one was taken. */
  function taken(account: Account, pool: Pool, ...others: readonly (Pool | UnreadablePool)[]) {
    const principals = ['p-pool', 'p-account', 'p-other'];
    return principals.filter((reader) => {
      const roleAssignments = { known: principals.map((principalId) => access(principalId, principalId === reader)) };
      const snapshot = snapshotOf({ account, pools: [pool, ...others], facets: { roleAssignments } });
      const [scenario, second] = predict(pool, snapshot) ?? [];
      return scenario?.number === 1 && second === undefined;
    });
  }

  const unreadable = { id: poolId('pool3'), unreadable: 'no properties' };
  const other = carrier('pool2', 'p-other');

  test("is the pool's own, else the account's, else another pool's", () => {
    expect(taken(accountWith('p-account'), carrier('pool1', 'p-pool'), other)).toEqual(['p-pool']);
    expect(taken(accountWith('p-account'), carrier('pool1', null), other)).toEqual(['p-account']);
    expect(taken(accountWith(null), carrier('pool1', null), unreadable, other)).toEqual(['p-other']);
  });

  test('is not known when none shows it: then the permission is not either', () => {
    expect(taken(accountWith(null), carrier('pool1', null), unreadable)).toEqual([]);
    const { pool, snapshot } = seen({ pool: { identities: [] } });
    expect(predict(pool, snapshot)?.map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('the sentence at the end of a why', () => {
  const files = { usesApplicationPackages: false, usesAutoStorageContainers: true };
  const both = { usesApplicationPackages: true, usesAutoStorageContainers: true };

  test('speaks of nodes for a pool with application packages', () => {
    const either =
      'Nodes start, and whether the packages arrive depends on whether the node identity may read auto-storage.';
    expect(sentences({})).toEqual([]);
    expect(sentences({ mayRead: false })).toEqual([
      'Nodes of this pool will start and become Idle, but the packages will not arrive.',
    ]);
    expect(sentences({ mayRead: 'unknown' })).toEqual([either]);
    expect(sentences({ named: null, pool: both })).toEqual(['Nodes of this pool will stay in Starting.']);
    expect(sentences({ carries: SPARE })).toEqual([
      'Nodes of this pool will become Unusable with ApplicationPackageError.',
    ]);
  });

  test('speaks of tasks for a pool with files from auto-storage only', () => {
    const fail = (code: string) => [`Tasks that take files from auto-storage will fail with ${code}.`];
    expect(sentences({ pool: files })).toEqual([]);
    expect(sentences({ mayRead: false, pool: files })).toEqual(fail('ResourceContainerAccessDenied'));
    expect(sentences({ mayRead: 'unknown', pool: files })).toEqual([
      'Whether tasks get their files from auto-storage depends on whether the node identity may read it.',
    ]);
    expect(sentences({ named: null, pool: files })).toEqual(fail('ResourceContainerAccessDenied'));
    expect(sentences({ carries: SPARE, pool: files })).toEqual(fail('ResourceContainerListMiscError'));
  });

  test('is not said of a pool that does not use auto-storage', () => {
    expect(sentences({ named: null, pool: { usesApplicationPackages: false } })).toEqual([]);
  });

  test('is said once for several pools: those to which just that scenario applies', () => {
    const { pool, snapshot } = seen({ named: null });
    const [start, fail] = [
      'Nodes of pools with application packages will stay in Starting.',
      'Tasks that take files from auto-storage will fail with ResourceContainerAccessDenied.',
    ];
    const taskUser = { ...pool, ...files };
    expect(predictionOfThose([taskUser, pool], 3, snapshot)).toEqual([start]);
    expect(predictionOfThose([taskUser, taskUser], 3, snapshot)).toEqual([fail]);
    expect(predictionOfThose([taskUser, { ...pool, shows: 'some', creationTime: null }], 3, snapshot)).toEqual([fail]);
    expect(predictionOfThose([{ ...pool, usesApplicationPackages: false }], 3, snapshot)).toEqual([]);
    expect(predictionOfThose([pool], 2, snapshot)).toEqual([]);
    const unsure = seen({ mayRead: 'unknown' });
    expect(predictionOfThose([unsure.pool], 2, unsure.snapshot)).toEqual([]);
  });
});
