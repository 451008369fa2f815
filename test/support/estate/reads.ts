/** How often a look at an account of the estate reads beside its body and its pools, with every rule on. */
interface ProviderReads {
  readonly diagnosticSettings: number;
  /** One for each principal, and each role definition once. */
  readonly assignments: number;
  readonly definitions: number;
  /** One for each storage account. */
  readonly denyAssignments: number;
  readonly subnets: number;
  readonly securityGroups: number;
  /** One where the account's own settings let everyone in. */
  readonly perimeters: number;
  /** One where the account's body hides the group of a connection. */
  readonly connections: number;
}

/** The paths of these reads. */
export const BEYOND_BODIES =
  /\/providers\/Microsoft\.(?:Authorization|Insights|Network)\/|\/(?:networkSecurityPerimeterConfigurations|privateEndpointConnections)$/i;

const NONE: ProviderReads = {
  diagnosticSettings: 1,
  assignments: 0,
  definitions: 0,
  denyAssignments: 0,
  subnets: 0,
  securityGroups: 0,
  perimeters: 1,
  connections: 0,
};

/** As the estate's bodies, roles and subnets have it, counted by hand; each list fits a page. */
export const FACET_READS: Readonly<Record<string, ProviderReads>> = {
  // Its own identity is in a group that is Owner of the blobs; it names no node identity.
  contosorender: { ...NONE, assignments: 1, definitions: 1, denyAssignments: 1, subnets: 1, securityGroups: 1 },
  // Its own identity and that of its nodes have a role each; one pool is in a subnet.
  contosogenomics: { ...NONE, assignments: 2, definitions: 2, denyAssignments: 1, subnets: 1 },
  // It has no auto-storage; its nodes report over a private endpoint, and public access is disabled.
  contosotrading: { ...NONE, perimeters: 0 },
  // It has no identity that could be asked about.
  contosolegacy: NONE,
  // It lost its own identity; that of its nodes has a role. It lets in known callers only.
  contosoimaging: {
    ...NONE,
    assignments: 1,
    definitions: 1,
    denyAssignments: 1,
    subnets: 1,
    securityGroups: 1,
    perimeters: 0,
  },
  contosoarchive: { ...NONE, assignments: 1, definitions: 1, denyAssignments: 1, connections: 1 },
};

/** The same once contosorender names the identity of its nodes, which have a role of their own. */
export const FACET_READS_ONCE_REPAIRED: typeof FACET_READS = {
  ...FACET_READS,
  contosorender: { ...NONE, assignments: 2, definitions: 2, denyAssignments: 1, subnets: 1, securityGroups: 1 },
};

export function total(reads: typeof FACET_READS): number {
  return Object.values(reads)
    .flatMap((facets) => Object.values(facets))
    .reduce((sum, n) => sum + n, 0);
}
