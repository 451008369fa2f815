/** The reads beside those of accounts, of their pools, and of who may list them; each by the path and query of its calls. */
const PATHS = {
  roles: /\/providers\/Microsoft\.Authorization\/(?:roleAssignments|roleDefinitions|denyAssignments)[/?]/i,
  diagnostics: /\/providers\/Microsoft\.Insights\//i,
  networks: /\/providers\/Microsoft\.Network\//i,
  perimeters: /\/networkSecurityPerimeterConfigurations\?/i,
  connections: /\/privateEndpointConnections\?/i,
  /** The second list of pools: what only an older api-version shows. */
  olderPools: /\/pools\?(?:.*&)?api-version=2024-07-01/i,
} as const;

export type FacetKind = keyof typeof PATHS;

/** Every kind there is. */
export const FACET_KINDS: readonly FacetKind[] = [
  'roles',
  'diagnostics',
  'networks',
  'perimeters',
  'connections',
  'olderPools',
];

/** Whether the call reads a facet of one of these kinds. */
export function readsFacet(method: string, url: string, kinds: readonly FacetKind[]): boolean {
  return method === 'GET' && kinds.some((kind) => PATHS[kind].test(url));
}
