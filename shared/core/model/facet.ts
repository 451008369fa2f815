import type { PrivateEndpointConnection } from './account.ts';
import { isFailure, notShown, type Reading } from './reading.ts';
import { partsIn, type RetiredParts, type UnreadableParts } from './retired-parts.ts';
import type { UserSecret } from './secret.ts';
import { keysOf } from './setting.ts';
import type { Subnet } from './subnet.ts';

/** Readings beyond the account and pool bodies. Each fails on its own. */
export interface Facets {
  /** What the account's and the node identity may do on the auto-storage account. */
  readonly roleAssignments: Reading<readonly StorageAccess[]>;
  /** Of the account. */
  readonly diagnosticSettings: Reading<readonly DiagnosticSetting[]>;
  /** Of the pools that are in one. */
  readonly subnets: Reading<readonly Subnet[]>;
  /** Of the pools that the last api-version lists that shows them. */
  readonly retired: Reading<readonly (RetiredParts | UnreadableParts)[]>;
  /** Of the account, with the groups that its body may not show. */
  readonly connections: Reading<readonly PrivateEndpointConnection[]>;
  /** Of the account. */
  readonly perimeters: Reading<readonly Perimeter[]>;
  /** Of the named users of pools, as far as the policy names their vaults. */
  readonly secrets: Reading<readonly UserSecret[]>;
}

export type FacetName = keyof Facets;

/** What each is, for a person, and the ARM actions that reading it takes. */
export const FACETS: {
  readonly [Name in FacetName]: { readonly title: string; readonly permissions: readonly string[] };
} = {
  roleAssignments: {
    title: 'role assignments on the auto-storage account',
    permissions: [
      'Microsoft.Authorization/roleAssignments/read',
      'Microsoft.Authorization/roleDefinitions/read',
      'Microsoft.Authorization/denyAssignments/read',
    ],
  },
  diagnosticSettings: {
    title: 'diagnostic settings of the account',
    permissions: ['Microsoft.Insights/diagnosticSettings/read'],
  },
  subnets: {
    title: "network security groups of the pools' subnets",
    permissions: ['Microsoft.Network/virtualNetworks/subnets/read', 'Microsoft.Network/networkSecurityGroups/read'],
  },
  retired: {
    title: 'the list of pools at api-version 2024-07-01',
    permissions: ['Microsoft.Batch/batchAccounts/pools/read'],
  },
  connections: {
    title: 'the list of private endpoint connections of the account, where its body does not show their groups',
    permissions: ['Microsoft.Batch/batchAccounts/privateEndpointConnections/read'],
  },
  perimeters: {
    title: 'network security perimeters of the account, where it has public endpoints',
    permissions: ['Microsoft.Batch/batchAccounts/networkSecurityPerimeterConfigurations/read'],
  },
  secrets: {
    title: "versions of named users' secrets in Key Vault, without their values",
    // Of the vault, not of Resource Manager.
    permissions: [],
  },
};

/** Why a reading is not there where only files were read. */
export const NOT_IN_FILES = 'a file cannot tell';

export const FACET_NAMES = keysOf(FACETS);

/** What one identity may do in one storage account. */
export interface StorageAccess {
  readonly principalId: string;
  readonly storageAccountId: string;
  /** Azure says that there is no such storage account. */
  readonly isGone: boolean;
  readonly readBlobs: Reading<boolean>;
  readonly writeBlobs: Reading<boolean>;
}

/** A network security perimeter that an account is associated with. */
export interface Perimeter {
  readonly name: string;
  /** `Enforced`, `Learning` or `Audit`; null when absent. */
  readonly accessMode: string | null;
  readonly provisioningState: string | null;
  /** The addresses and CIDRs that the inbound rules of its profile let in. */
  readonly inbound: readonly string[];
}

/** One diagnostic setting: which logs it sends. */
export interface DiagnosticSetting {
  readonly name: string;
  readonly hasDestination: boolean;
  readonly logs: readonly DiagnosticLog[];
}

export interface DiagnosticLog {
  /** `ServiceLog`, `AuditLog` ...; null where a group is named. */
  readonly category: string | null;
  /** `allLogs` or `audit`; null where a category is named. */
  readonly categoryGroup: string | null;
  readonly enabled: boolean;
}

/** Those of which a reading failed, as a whole or in a part. */
export function failedFacets(facets: Facets): FacetName[] {
  const { roleAssignments, subnets, retired, secrets } = facets;
  const parts: Partial<Record<FacetName, readonly Reading<unknown>[]>> = {
    roleAssignments: ('known' in roleAssignments ? roleAssignments.known : []).flatMap(({ readBlobs, writeBlobs }) => [
      readBlobs,
      writeBlobs,
    ]),
    subnets: ('known' in subnets ? subnets.known : []).map(({ securityGroup }) => securityGroup),
    retired: ('known' in retired ? retired.known : []).map(partsIn),
    secrets: ('known' in secrets ? secrets.known : []).map(({ versions }) => versions),
  };
  return FACET_NAMES.filter((name) => [facets[name], ...(parts[name] ?? [])].some(isFailed));
}

function isFailed(reading: Reading<unknown>): boolean {
  return 'unknown' in reading && isFailure(reading.unknown.code);
}

/** Since when each look lacks a reading of a facet, or a part of one; absent where the last look had all of it. */
export type FailedSince = { readonly [Name in FacetName]?: Date };

/** None of them was read, and why. */
export function noFacets(why: string): Facets {
  const unknown = { unknown: notShown(why) };
  return {
    roleAssignments: unknown,
    diagnosticSettings: unknown,
    subnets: unknown,
    retired: unknown,
    connections: unknown,
    perimeters: unknown,
    secrets: unknown,
  };
}
