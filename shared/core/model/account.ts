import type { AccountIdentity } from './identity.ts';
import type { NetworkProfile } from './network-profile.ts';
import type { Shows } from './shows.ts';

export interface Account {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly shows: Shows;
  readonly identity: AccountIdentity;
  /** `encryption.keySource`: `Microsoft.Batch` or `Microsoft.KeyVault`; null when absent. */
  readonly keySource: string | null;
  /** `BatchService` or `UserSubscription`; null when absent. */
  readonly poolAllocationMode: string | null;
  readonly privateEndpointConnections: readonly PrivateEndpointConnection[];
  readonly settings: AccountSettings;
  readonly source: Source;
}

/** What a change can set on an account. */
export interface AccountSettings {
  /** `allowedAuthenticationModes`; null when absent or null, which allows all. */
  readonly authenticationModes: readonly string[] | null;
  readonly autoStorage: AutoStorage | null;
  /** The ARM ids of its user-assigned identities. */
  readonly identityIds: readonly string[];
  /** `Enabled`, `Disabled` or `SecuredByPerimeter`; null when absent. */
  readonly publicNetworkAccess: string | null;
  readonly networkProfile: NetworkProfile | null;
}

export interface AutoStorage {
  readonly storageAccountId: string;
  /** `StorageKeys` (also meant by null) or `BatchAccountManagedIdentity`. */
  readonly authenticationMode: string | null;
  /** The user-assigned identity that nodes use to read from auto-storage. */
  readonly nodeIdentityId: string | null;
}

export interface PrivateEndpointConnection {
  readonly name: string;
  /** Of `privateLinkServiceConnectionState`: `Approved`, `Pending`, `Rejected`, `Disconnected`. */
  readonly status: string | null;
  readonly provisioningState: string | null;
  /** The sub-resources it leads to: `batchAccount`, `nodeManagement`. */
  readonly groupIds: readonly string[];
}

/** The body that the edge read, for the edge alone: core and rules only carry it. */
type Source = unknown;
