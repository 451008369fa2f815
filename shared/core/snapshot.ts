import type { NatPool } from './nat-pool.ts';
import { sameId } from './resource-id.ts';

/** A reading that may have failed. Unknown carries the reason and is never a pass. */
export type Facet<T> = { readonly known: T } | { readonly unknown: string };

/** Readings beyond the account and pool bodies. None is read yet: rules that need one say unknown, or leave the fix to a person. */
export type FacetName = 'roleAssignments';

/** All that a rule may see: one account with its pools, as one look read them. */
export interface Snapshot {
  readonly accountId: string;
  readonly account: Facet<Account>;
  readonly pools: readonly (Pool | UnreadablePool)[];
  /** False when a page or a resource could not be read: then nothing is written in this account. */
  readonly complete: boolean;
  /** Why it is not complete, one sentence each. */
  readonly problems: readonly string[];
  readonly roleAssignments: Facet<readonly StorageAccess[]>;
}

export interface Account {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARM's word, or null in a partial body. */
  readonly provisioningState: string | null;
  readonly identity: AccountIdentity;
  readonly settings: AccountSettings;
  readonly source: Source;
}

/** What a change can set on an account. */
export interface AccountSettings {
  /** `allowedAuthenticationModes`; null when absent or null, which allows all. */
  readonly authenticationModes: readonly string[] | null;
  readonly autoStorage: AutoStorage | null;
}

export interface AutoStorage {
  readonly storageAccountId: string;
  /** `StorageKeys` (also meant by null) or `BatchAccountManagedIdentity`. */
  readonly authenticationMode: string | null;
  /** The user-assigned identity that nodes use to read from auto-storage. */
  readonly nodeIdentityId: string | null;
}

export interface AccountIdentity {
  /** `SystemAssigned`, `UserAssigned`, `None`; null when absent. */
  readonly type: string | null;
  /** Of the system-assigned identity. */
  readonly principalId: string | null;
  readonly userAssigned: readonly UserAssignedIdentity[];
}

export interface UserAssignedIdentity {
  readonly id: string;
  readonly principalId: string | null;
}

export interface Pool {
  readonly id: string;
  /** Of the body that was read; null where a file's body has none. */
  readonly etag: string | null;
  /** Null in a partial body. */
  readonly creationTime: Date | null;
  /** Null in a partial body. */
  readonly deployment: Deployment | null;
  readonly interNodeCommunication: boolean;
  readonly subnetId: string | null;
  /** `publicIPAddressConfiguration.provision`; null means BatchManaged. */
  readonly publicIp: string | null;
  readonly usesApplicationPackages: boolean;
  /** The start task takes files from a container of the auto-storage account. */
  readonly usesAutoStorageContainers: boolean;
  readonly identityReferences: readonly IdentityReference[];
  /** Of the pool's identities, as far as the body shows them. */
  readonly identities: readonly UserAssignedIdentity[];
  readonly nodes: PoolNodes;
  readonly settings: PoolSettings;
  readonly source: Source;
}

/** What a change can set on a pool. */
export interface PoolSettings {
  readonly identityIds: readonly string[];
  /** The endpoint configuration's NAT pools; null when there is no endpoint configuration. */
  readonly endpoints: readonly NatPool[] | null;
}

/** A pool whose body does not parse: it is there, and nothing more can be said. */
export interface UnreadablePool {
  readonly id: string;
  readonly unreadable: string;
}

export type Deployment =
  | { readonly kind: 'virtual-machine'; readonly windows: boolean }
  /** Retired; `inferred` when the body shows a deployment without a virtual machine configuration. */
  | { readonly kind: 'cloud-service'; readonly inferred: boolean };

/** An `identityReference` in the pool's body and the ARM path where it stands. */
export interface IdentityReference {
  readonly path: string;
  readonly identityId: string;
}

/** How many nodes there are and will be; null where a partial body does not say. */
export interface PoolNodes {
  readonly dedicated: number | null;
  readonly lowPriority: number | null;
  readonly allocationState: string | null;
  readonly scale:
    | { readonly kind: 'fixed'; readonly dedicated: number; readonly lowPriority: number }
    | { readonly kind: 'autoscale' }
    | null;
}

/** The body that the edge read, for the edge alone: core and rules only carry it. */
type Source = unknown;

/** What one identity may do in one storage account. */
export interface StorageAccess {
  readonly principalId: string;
  readonly storageAccountId: string;
  readonly readBlobs: Facet<boolean>;
  readonly writeBlobs: Facet<boolean>;
}

export function isReadable(pool: Pool | UnreadablePool): pool is Pool {
  return !('unreadable' in pool);
}

/** The pool of that id, if it was read. */
export function findPool({ pools }: Snapshot, id: string): Pool | undefined {
  return pools.filter(isReadable).find((pool) => sameId(pool.id, id));
}
