import { type NatPool, natPoolInWords, normalNatPool, type Unmodelled } from './nat-pool.ts';
import type { User } from './pool-parts.ts';
import { byKey, listOf, type Setting, wordSet } from './setting.ts';

/** What a change can set on a pool. */
export interface PoolSettings {
  readonly identityIds: readonly string[];
  /** The endpoint configuration's NAT pools; null when there is no endpoint configuration. */
  readonly endpoints: readonly NatPool[] | null;
  /** `publicIPAddressConfiguration.provision`; null means BatchManaged. */
  readonly publicIp: string | null;
  /** `Default`, `Classic` or `Simplified`; null when absent. */
  readonly targetCommunicationMode: string | null;
  /** The named users, in the order of the body. */
  readonly users: readonly User[];
  /** Null where a partial body does not say. */
  readonly scale: Scale | null;
  readonly metadata: readonly MetadataItem[];
}

/** How many nodes the pool is to have. */
export type Scale =
  | { readonly kind: 'fixed'; readonly dedicated: number; readonly lowPriority: number }
  /** `interval`: ISO 8601; null means 15 minutes. */
  | { readonly kind: 'autoscale'; readonly formula: string; readonly interval: string | null };

/** A pair of the owner's own; Batch gives it no meaning. */
export interface MetadataItem {
  readonly name: string;
  readonly value: string;
  readonly unmodelled: Unmodelled;
}

interface PoolSetting<Value> extends Setting<Value> {
  /**
   * Whether Batch accepts it only for a pool without nodes.
   * https://learn.microsoft.com/azure/batch/batch-pool-update-properties
   */
  readonly frozen: boolean;
}

export const POOL_SETTINGS: { readonly [Key in keyof PoolSettings]: PoolSetting<PoolSettings[Key]> } = {
  identityIds: {
    title: 'identities',
    path: 'identity',
    // Batch accepts it at any size, but nodes keep the identities they were made with until the pool has been at zero.
    frozen: true,
    normal: wordSet,
    inWords: (ids) => [`set the identities of the pool to ${listOf(ids)}`],
  },
  endpoints: {
    title: 'endpoint rules',
    path: 'properties.networkConfiguration.endpointConfiguration',
    frozen: true,
    normal: (natPools) => (natPools ?? []).toSorted(byKey(({ name }) => name)).map(normalNatPool),
    inWords: (natPools) => (natPools === null ? ['remove endpointConfiguration'] : natPools.map(natPoolInWords)),
  },
  publicIp: {
    title: 'public addresses',
    path: 'properties.networkConfiguration.publicIPAddressConfiguration',
    frozen: true,
    normal: (provision) => (provision ?? 'BatchManaged').toLowerCase(),
    inWords: (provision) => [`set publicIPAddressConfiguration.provision to ${provision ?? 'BatchManaged'}`],
  },
  targetCommunicationMode: {
    title: 'node communication mode',
    path: 'properties.targetNodeCommunicationMode',
    // Accepted at any size; it reaches nodes once the pool has been at zero.
    frozen: false,
    normal: (mode) => (mode ?? 'Default').toLowerCase(),
    inWords: (mode) => [`set targetNodeCommunicationMode to ${mode ?? 'Default'}`],
  },
  users: {
    title: 'named users',
    path: 'properties.userAccounts',
    frozen: true,
    normal: (users) =>
      users
        .toSorted(byKey(({ name }) => name))
        .map(({ name, elevationLevel }) => [name, (elevationLevel ?? 'NonAdmin').toLowerCase()]),
    inWords: (users) => [`set userAccounts to ${listOf(users.map(userInWords))}`],
  },
  scale: {
    title: 'size',
    path: 'properties.scaleSettings',
    frozen: false,
    normal: (scale) => scale && normalScale(scale),
    inWords: (scale) => (scale === null ? [] : [scaleInWords(scale)]),
  },
  metadata: {
    title: 'metadata',
    path: 'properties.metadata',
    frozen: false,
    normal: (items) => items.map(({ name, value }) => [name, value]).toSorted(byKey((pair) => pair.join('\n'))),
    // Not the values: they may be secrets.
    inWords: (items) => [`set the metadata of the pool to the items ${listOf(items.map(({ name }) => name))}`],
  },
};

function normalScale(scale: Scale): unknown {
  return scale.kind === 'fixed' ? [scale.dedicated, scale.lowPriority] : [scale.formula, scale.interval ?? 'PT15M'];
}

function userInWords({ name, elevationLevel }: User): string {
  return `${name} (${elevationLevel ?? 'NonAdmin'})`;
}

function scaleInWords(scale: Scale): string {
  if (scale.kind === 'fixed')
    return `set the size of the pool to ${scale.dedicated} dedicated and ${scale.lowPriority} low-priority nodes`;
  return `set the autoscale formula of the pool, evaluated each ${scale.interval ?? 'PT15M'}, to: ${scale.formula}`;
}
