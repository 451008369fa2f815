import { invalidPropertyValue, propertyCannotBeUpdated } from './errors.ts';
import type { Json } from './json.ts';
import { part, text } from './json.ts';
import { isSteady, nodesOf } from './pool-state.ts';
import type { StoredPool } from './stored.ts';
import type { Retired } from './versions.ts';

/**
 * Before this version, only what is accepted at any size can be changed at all.
 * https://learn.microsoft.com/azure/batch/batch-pool-update-properties
 */
const EVERYTHING_PATCHABLE_SINCE = '2024-07-01';
const AT_ANY_SIZE = [
  'applicationPackages',
  'certificates',
  'metadata',
  'scaleSettings',
  'startTask',
  'targetNodeCommunicationMode',
];
/** Refused when they are empty. */
const NEVER_EMPTY = ['userAccounts', 'mountConfiguration', 'applicationLicenses', 'displayName'];

/** Throws when the pool does not take these properties at this size and version. */
export function demandPatchable(
  pool: StoredPool,
  properties: Json,
  { apiVersion, retired }: { readonly apiVersion: string; readonly retired: Pick<Retired, 'classicMode'> },
): void {
  const frozen = Object.keys(properties).filter((name) => !AT_ANY_SIZE.includes(name));
  const [first] = frozen;
  if (first !== undefined && (apiVersion < EVERYTHING_PATCHABLE_SINCE || nodesOf(pool) > 0 || !isSteady(pool)))
    throw propertyCannotBeUpdated(first);
  const mode = properties['targetNodeCommunicationMode'];
  if (retired.classicMode && /^classic$/i.test(text(mode)))
    throw invalidPropertyValue('targetNodeCommunicationMode', mode, 'Classic node communication is retired.');
  for (const name of NEVER_EMPTY) {
    const value = properties[name];
    if (value === '' || (Array.isArray(value) && value.length === 0))
      throw invalidPropertyValue(name, value, 'The value must not be empty.');
  }
  const addresses = part(properties, 'networkConfiguration', 'publicIPAddressConfiguration')['ipAddressIds'];
  if (Array.isArray(addresses) && addresses.length === 0)
    throw invalidPropertyValue('ipAddressIds', addresses, 'The value must not be empty.');
}
