import type { FacetName, Facets } from '../../core/model/facet.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import type { Arm } from '../arm/arm.ts';
import type { ArmError } from '../arm/arm-error.ts';
import { readConnections } from './connections.ts';
import { readDiagnosticSettings } from './diagnostic-settings.ts';
import { readPerimeters } from './perimeters.ts';
import { type ProviderReads, providerReads } from './provider-reads.ts';
import { readRetiredParts } from './retired-parts.ts';
import { readStorageAccess } from './role-assignments.ts';
import { readSubnets } from './subnets.ts';

/** What Resource Manager tells. */
type ArmFacet = Exclude<FacetName, 'secrets'>;

type Readers = { readonly [Name in ArmFacet]: (reads: ProviderReads, seen: Snapshot) => Promise<Facets[Name]> };

const READERS: Readers = {
  roleAssignments: readStorageAccess,
  diagnosticSettings: (reads, { accountId }) => readDiagnosticSettings(reads, accountId),
  subnets: readSubnets,
  retired: (reads, { accountId }) => readRetiredParts(reads, accountId),
  connections: readConnections,
  perimeters: (reads, { accountId }) => readPerimeters(reads, accountId),
};

export interface FacetsRead {
  readonly facets: Facets;
  /** The refusal of one of them that asks to come back last. */
  readonly throttled: ArmError | null;
}

/** The facets that judging what was read takes. */
export type FacetsNeeded = (seen: Snapshot) => ReadonlySet<FacetName>;

/** The facets of `seen`; those that are not needed stay as they are. What one tells may make another needed. */
export async function readFacets(arm: Arm, seen: Snapshot, needed: FacetsNeeded): Promise<FacetsRead> {
  const reads = providerReads(arm);
  const asked = new Set<FacetName>();
  let { facets } = seen;
  for (;;) {
    const more = new Set([...needed({ ...seen, facets })].filter((name) => !asked.has(name)));
    if (more.size === 0) return { facets, throttled: reads.throttled() };
    facets = await readThose(reads, { ...seen, facets }, more);
    for (const name of more) asked.add(name);
  }
}

async function readThose(reads: ProviderReads, seen: Snapshot, names: ReadonlySet<FacetName>): Promise<Facets> {
  async function read<Name extends ArmFacet>(name: Name): Promise<Facets[Name]> {
    return names.has(name) ? await READERS[name](reads, seen) : seen.facets[name];
  }
  const [roleAssignments, diagnosticSettings, subnets, retired, connections, perimeters] = await Promise.all([
    read('roleAssignments'),
    read('diagnosticSettings'),
    read('subnets'),
    read('retired'),
    read('connections'),
    read('perimeters'),
  ]);
  const { secrets } = seen.facets;
  return { roleAssignments, diagnosticSettings, subnets, retired, connections, perimeters, secrets };
}
