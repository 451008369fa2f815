import type { AccountSettings } from './account-settings.ts';
import type { AccountIdentity } from './identity.ts';
import type { Shows } from './shows.ts';

export interface Account {
  readonly id: string;
  /** The region, such as `westeurope`; null when absent. */
  readonly location: string | null;
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
