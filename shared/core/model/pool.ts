import type { UserAssignedIdentity } from './identity.ts';
import type { KeyVaultExtension, SecretPlace, StartTask } from './pool-parts.ts';
import type { PoolSettings } from './pool-settings.ts';
import type { Shows } from './shows.ts';

export interface Pool {
  readonly id: string;
  readonly shows: Shows;
  /** Of the body that was read; null where a file's body has none. */
  readonly etag: string | null;
  /** Its body tells of a newer api-version than it was read at, which hides a part of it. */
  readonly isNewer: boolean;
  /** Null where the body does not show it. */
  readonly creationTime: Date | null;
  /** Null where the body does not show it. */
  readonly deployment: Deployment | null;
  readonly interNodeCommunication: boolean;
  readonly subnetId: string | null;
  /** `publicIPAddressConfiguration.ipFamilies` shows IPv6 beside IPv4. */
  readonly hasIpv6: boolean;
  /** `publicIPAddressConfiguration.ipTags` shows tags of the addresses. */
  readonly hasIpTags: boolean;
  readonly usesApplicationPackages: boolean;
  /** The start task takes files from a container of the auto-storage account. */
  readonly usesAutoStorageContainers: boolean;
  readonly identityReferences: readonly IdentityReference[];
  /** Of the pool's identities, as far as the body shows them. */
  readonly identities: readonly UserAssignedIdentity[];
  readonly nodes: PoolNodes;
  readonly startTask: StartTask | null;
  readonly diskEncryption: DiskEncryption;
  /** Null where the body shows no virtual machine configuration. */
  readonly image: Image | null;
  readonly launch: Launch;
  readonly keyVaultExtensions: readonly KeyVaultExtension[];
  readonly secretPlaces: readonly SecretPlace[];
  readonly settings: PoolSettings;
  readonly source: Source;
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

export interface DiskEncryption {
  /** `securityProfile.encryptionAtHost`. */
  readonly atHost: boolean;
  /** `diskEncryptionConfiguration.targets`: `OsDisk`, `TemporaryDisk`. */
  readonly targets: readonly string[];
}

/** What its nodes are made from. */
export interface Image {
  /** `nodeAgentSkuId`, such as `batch.node.ubuntu 24.04`. */
  readonly nodeAgent: string;
  /** An image of your own or of a gallery: `imageReference` names it by an id. */
  readonly isOwn: boolean;
  /** Of the marketplace; null where the body shows none. */
  readonly publisher: string | null;
  readonly offer: string | null;
  readonly sku: string | null;
}

/** `securityProfile`, as far as it says how a node starts. */
export interface Launch {
  /** `securityType`: `trustedLaunch` or `confidentialVM`; null when absent. */
  readonly securityType: string | null;
  readonly secureBoot: boolean;
  readonly vTpm: boolean;
}

/** An `identityReference` in the pool's body and the ARM path where it stands. */
export interface IdentityReference {
  readonly path: string;
  readonly identityId: string;
}

/** How many nodes there are; null where a partial body does not say. How many there will be is setting `scale`. */
export interface PoolNodes {
  readonly dedicated: number | null;
  readonly lowPriority: number | null;
  readonly allocationState: string | null;
}

/** The body that the edge read, for the edge alone: core and rules only carry it. */
type Source = unknown;

export function isReadable(pool: Pool | UnreadablePool): pool is Pool {
  return !('unreadable' in pool);
}

/** Cloud services are always Windows. */
export function isWindows(deployment: Deployment): boolean {
  return deployment.kind === 'cloud-service' || deployment.windows;
}
