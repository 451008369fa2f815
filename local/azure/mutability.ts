import { invalidPropertyValue, propertyCannotBeUpdated } from './errors.ts';
import type { Json } from './json.ts';
import { part, text } from './json.ts';
import { isSteady, nodesOf } from './pool-state.ts';
import type { Refusals } from './refusals.ts';
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

interface Rules {
  readonly apiVersion: string;
  readonly retired: Pick<Retired, 'classicMode'>;
  readonly refusals: Pick<Refusals, 'publicAddresses'>;
}

/** Throws when the pool does not take these properties at this size and version. */
export function demandPatchable(pool: StoredPool, properties: Json, { apiVersion, retired, refusals }: Rules): void {
  const frozen = Object.keys(properties).filter((name) => !AT_ANY_SIZE.includes(name));
  const [first] = frozen;
  if (first !== undefined && (apiVersion < EVERYTHING_PATCHABLE_SINCE || nodesOf(pool) > 0 || !isSteady(pool)))
    throw propertyCannotBeUpdated(first);
  if (refusals.publicAddresses && properties['networkConfiguration'] !== undefined)
    demandSameAddresses(part(pool.body, 'properties'), properties);
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

function demandSameAddresses(before: Json, after: Json): void {
  const addresses = (properties: Json) => part(properties, 'networkConfiguration', 'publicIPAddressConfiguration');
  const [was, is] = [addresses(before), addresses(after)];
  for (const name of ['provision', 'ipAddressIds'])
    if (JSON.stringify(was[name]) !== JSON.stringify(is[name]))
      throw propertyCannotBeUpdated(`networkConfiguration.publicIPAddressConfiguration.${name}`);
}
