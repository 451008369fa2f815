/** The numbers that `managed-identity-behaviour` gives the rows of both its tables of behaviour scenarios. */
export type ScenarioNumber = 1 | 2 | 3 | 4;
type ByScenario<Row> = { readonly [Number in ScenarioNumber]: Row };

/** One scenario: what both tables say of it. */
export interface Scenario {
  readonly number: ScenarioNumber;
  readonly applicationPackages: PackageRow;
  readonly resourceFiles: FileRow;
  /** How a person sees on a node or a task that it is so; null where there is nothing to find out. */
  readonly verify: string | null;
}

/** What happens to the nodes of a pool with application packages. */
interface PackageRow {
  readonly nodes: string;
  readonly packages: string;
  readonly error: BatchError | null;
}

/** What happens to a task that takes resource files from an auto-storage container. */
interface FileRow {
  readonly result: string;
  readonly error: BatchError | null;
}

interface BatchError {
  readonly code: string;
  readonly message: string;
}

/** What decides between the scenarios; null where it does not matter, or is not known. */
export interface Situation {
  /** The account names a node identity. */
  readonly named: boolean;
  /** It may read auto-storage. */
  readonly mayRead: boolean | null;
  /** The pool carries it. */
  readonly onPool: boolean | null;
}

const SITUATIONS: ByScenario<Situation> = {
  1: { named: true, mayRead: true, onPool: true },
  2: { named: true, mayRead: false, onPool: true },
  3: { named: false, mayRead: null, onPool: null },
  4: { named: true, mayRead: null, onPool: false },
};

const NOT_DOWNLOADED = 'Not downloaded to the node';

const APPLICATION_PACKAGES: ByScenario<PackageRow> = {
  1: {
    nodes: 'Started successfully',
    packages: 'Downloaded to the node in the root/applications directory',
    error: null,
  },
  2: { nodes: 'Started successfully, but in the Idle state', packages: NOT_DOWNLOADED, error: null },
  3: { nodes: 'Stuck indefinitely in the Starting state', packages: NOT_DOWNLOADED, error: null },
  4: {
    nodes: 'Unusable state',
    packages: NOT_DOWNLOADED,
    error: {
      code: 'ApplicationPackageError',
      message: 'One or more application packages specified for the pool are invalid',
    },
  },
};

const ACCESS_DENIED: FileRow = {
  result: 'Task fails',
  error: {
    code: 'ResourceContainerAccessDenied',
    message: 'Access for one of the specified Azure Blob container(s) is denied',
  },
};

const RESOURCE_FILES: ByScenario<FileRow> = {
  1: {
    result:
      'Blob file is successfully downloaded to the node in the root/wd/<file-path> directory, as shown in the task overview page',
    error: null,
  },
  2: ACCESS_DENIED,
  3: ACCESS_DENIED,
  4: {
    result: 'Task fails',
    error: {
      code: 'ResourceContainerListMiscError',
      message: 'Miscellaneous error encountered while listing one of the specified Azure Blob container(s)',
    },
  },
};

/** Of `managed-identity-behaviour`, what it says beside the tables. */
const VERIFY: ByScenario<string | null> = {
  1: null,
  2: 'On a node, ask http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://storage.azure.com/&mi_res_id= with the ARM id of the node identity behind it and the header Metadata: true; its client_id has to be that of the identity. With that token, and the header x-ms-version, GET a blob of auto-storage: 403 AuthorizationPermissionMismatch says that the role is missing',
  3: 'On the page of a node, choose Upload batch logs: agent-debug.log repeats "pool not fully joined yet, health=Status.TvmJoinPoolInProgress". A token cannot be tested before the account names a node identity',
  4: 'The page of a node shows ApplicationPackageError; the JSON view of a failed task shows HTTP 400 Bad Request, since no identity of the pool is the one that the account names',
};

/** The scenarios that agree with all that is known of the situation. */
export function scenariosOf({ named, mayRead, onPool }: Situation): readonly Scenario[] {
  return ([1, 2, 3, 4] as const)
    .filter((number) => {
      const row = SITUATIONS[number];
      return row.named === named && agree(row.mayRead, mayRead) && agree(row.onPool, onPool);
    })
    .map((number) => ({
      number,
      applicationPackages: APPLICATION_PACKAGES[number],
      resourceFiles: RESOURCE_FILES[number],
      verify: VERIFY[number],
    }));
}

function agree(row: boolean | null, seen: boolean | null): boolean {
  return row === null || seen === null || row === seen;
}
