import type { Permission } from '../identities/role-permissions.ts';
import type { EventFilter, EventSubscription } from './event-subscription.ts';

/** What was seen, or why it could not be: that is never taken for well. */
export type Seen<T> = { readonly known: T } | { readonly unseen: string };

/** What was read of the app and of what it watches. */
export interface Readings {
  readonly at: Date;
  /** False where a person asks, whose own rights these are. */
  readonly isApp: boolean;
  readonly tokens: readonly Token[];
  /** Tables, queues and containers. */
  readonly stores: readonly Store[];
  /** How Resource Manager shows the app's storage account. */
  readonly storageAccount: Seen<StorageAccount>;
  /** Null where there is no such queue. */
  readonly queues: Seen<readonly { readonly queue: string; readonly depth: Depth | null }[]>;
  readonly policy: Seen<PolicySeen>;
  /** What the app itself checked last; null for the app, which is about to tell. */
  readonly own: Seen<OwnChecks> | null;
  readonly subscriptions: readonly SubscriptionReadings[];
}

export interface Token {
  readonly check: 'token-resource-manager' | 'token-storage' | 'token-key-vault' | 'token-event-grid';
  /** Of whom it is asked, such as `https://storage.azure.com`. */
  readonly audience: string;
  /** Why there is none; null where there is one. */
  readonly refused: string | null;
}

export interface Store {
  /** As in `table accounts`. */
  readonly name: string;
  /** Null where it is there. */
  readonly refused: string | null;
  /** It says no to who asks, and may be there. */
  readonly isForbidden: boolean;
}

interface Depth {
  readonly messages: number;
  /** When the oldest came that could be taken now; null when there is none. */
  readonly oldest: Date | null;
}

/** Null is what ARM does not show. */
export interface StorageAccount {
  readonly id: string;
  readonly allowSharedKeyAccess: boolean | null;
  readonly allowBlobPublicAccess: boolean | null;
  readonly minimumTlsVersion: string | null;
  readonly supportsHttpsTrafficOnly: boolean | null;
  readonly publicNetworkAccess: string | null;
  readonly defaultAction: string | null;
  readonly privateEndpoints: number;
}

interface PolicySeen {
  /** Null where it is valid. */
  readonly invalid: string | null;
}

export interface OwnChecks {
  /** Null where it never did. */
  readonly at: Date | null;
  /** What it found: of each check that fails, where and why. */
  readonly failing: readonly string[];
}

/** Of one watched subscription. */
export interface SubscriptionReadings {
  readonly subscription: string;
  readonly permissions: Seen<readonly Permission[]>;
  /** Whether the policy lets a rule write there; null where that is not known. */
  readonly isEnforced: boolean | null;
  /** Those of its system topic for events of Resource Manager. */
  readonly eventSubscriptions: Seen<readonly EventSubscription[]>;
  /** When the last event was received; null where none ever was. */
  readonly lastEvent: Seen<Date | null>;
  /** When Azure last took a write of ours that is a day old, so that its event must have come; null where it took none. */
  readonly lastWrite: Seen<Date | null>;
  readonly unannounced: Seen<Unannounced>;
  /** Of `Microsoft.Batch/batchAccounts`, as the subscription may use them. */
  readonly apiVersions: Seen<readonly string[]>;
}

/** Findings that looks opened lately. */
export interface Unannounced {
  readonly opened: number;
  /** Those on a resource of which no event told in the day before. */
  readonly resources: readonly string[];
  /** On how many days, in UTC, some were opened that the body of an account alone decides. */
  readonly daysOfAccounts: number;
}

/** What was deployed, or should have been. */
export interface Shipped {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly filter: EventFilter;
  readonly apiVersion: string;
  /** Name of the app's storage account. */
  readonly storage: string;
}
