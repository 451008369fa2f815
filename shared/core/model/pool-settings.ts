import { type NatPool, natPoolInWords, normalNatPool, type Unmodelled } from './nat-pool.ts';
import type { User } from './pool-parts.ts';
import { secretId } from './secret.ts';
import { byKey, listOf, type Setting, wordSet } from './setting.ts';
import { millisecondsOf } from './time.ts';

/** What a change can set on a pool. */
export interface PoolSettings {
  readonly identityIds: readonly string[];
  /** The endpoint configuration's NAT pools; null when there is no endpoint configuration. */
  readonly endpoints: readonly NatPool[] | null;
  /** `publicIPAddressConfiguration.provision`; UserManaged also where addresses are named. Null means BatchManaged. */
  readonly publicIp: string | null;
  /** The named users, in the order of the body. */
  readonly users: readonly User[];
  /** Null where a partial body does not say. */
  readonly scale: Scale | null;
  readonly metadata: readonly MetadataItem[];
}

/** What becomes of tasks on a node that goes. Azure never tells it back. */
export const DEALLOCATIONS = ['Requeue', 'Terminate', 'TaskCompletion', 'RetainedData'] as const;
export type Deallocation = (typeof DEALLOCATIONS)[number];

/** How many nodes the pool is to have. */
export type Scale =
  | {
      readonly kind: 'fixed';
      readonly dedicated: number;
      readonly lowPriority: number;
      /** ISO 8601; absent leaves it as it is. */
      readonly resizeTimeout?: string;
      /** Only where a size is asked for; absent leaves it to Azure, which takes Requeue. */
      readonly deallocation?: Deallocation;
    }
  /** `interval`: ISO 8601; null means 15 minutes. */
  | { readonly kind: 'autoscale'; readonly formula: string; readonly interval: string | null };

/** A pair of the owner's own; Batch gives it no meaning. */
export interface MetadataItem {
  readonly name: string;
  /** Null where the body has none. */
  readonly value: string | null;
  readonly unmodelled: Unmodelled;
}

interface PoolSetting<Value> extends Setting<Value> {
  /**
   * Whether it is written only to a pool without nodes: Batch accepts no other, or nodes would not get it.
   * https://learn.microsoft.com/azure/batch/batch-pool-update-properties
   */
  readonly onlyAtZero: boolean;
}

export const POOL_SETTINGS: { readonly [Key in keyof PoolSettings]: PoolSetting<PoolSettings[Key]> } = {
  identityIds: {
    title: 'identities',
    path: 'identity',
    // Batch accepts it at any size, but nodes keep the identities that they were made with.
    onlyAtZero: true,
    normal: wordSet,
    inWords: (ids) => [`set the identities of the pool to ${listOf(ids)}`],
  },
  endpoints: {
    title: 'endpoint rules',
    path: 'properties.networkConfiguration.endpointConfiguration',
    onlyAtZero: true,
    normal: (natPools) => (natPools ?? []).toSorted(byKey(({ name }) => name)).map(normalNatPool),
    inWords: (natPools) => (natPools === null ? ['remove endpointConfiguration'] : natPools.map(natPoolInWords)),
  },
  publicIp: {
    title: 'public addresses',
    path: 'properties.networkConfiguration.publicIPAddressConfiguration',
    onlyAtZero: true,
    normal: (provision) => (provision ?? 'BatchManaged').toLowerCase(),
    inWords: (provision) => [`set publicIPAddressConfiguration.provision to ${provision ?? 'BatchManaged'}`],
  },
  users: {
    title: 'named users',
    path: 'properties.userAccounts',
    onlyAtZero: true,
    normal: (users) =>
      users
        .toSorted(byKey(({ name }) => name))
        .map(({ name, elevationLevel }) => [name, (elevationLevel ?? 'NonAdmin').toLowerCase()]),
    inWords: (users) => [`set userAccounts to ${listOf(users.map(userInWords))}`],
  },
  scale: {
    title: 'size',
    path: 'properties.scaleSettings',
    onlyAtZero: false,
    normal: (scale) => scale && normalScale(scale),
    inWords: (scale) => (scale === null ? [] : [scaleInWords(scale)]),
  },
  metadata: {
    title: 'metadata',
    path: 'properties.metadata',
    onlyAtZero: false,
    normal: (items) => items.map(({ name, value }) => [name, value]).toSorted(byKey((pair) => pair.join('\n'))),
    // Without the values, which have no bound.
    inWords: (items) => [`set the metadata of the pool to the items ${listOf(items.map(({ name }) => name))}`],
  },
};

function normalScale(scale: Scale): unknown {
  if (scale.kind === 'fixed') return [scale.dedicated, scale.lowPriority];
  const interval = scale.interval ?? 'PT15M';
  return [scale.formula, millisecondsOf(interval) ?? interval];
}

function userInWords({ name, elevationLevel, secret }: User): string {
  const given = secret === undefined ? '' : `, with version ${secret.version} of ${secretId(secret)}`;
  return `${name} (${elevationLevel ?? 'NonAdmin'}${given})`;
}

function scaleInWords(scale: Scale): string {
  if (scale.kind === 'fixed')
    return `set the size of the pool to ${scale.dedicated} dedicated and ${scale.lowPriority} low-priority nodes`;
  return `set the autoscale formula of the pool, evaluated each ${scale.interval ?? 'PT15M'}, to: ${scale.formula}`;
}
