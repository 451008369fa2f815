import { z } from 'zod';
import type { Change } from '../../core/model/change.ts';
import { IdentityBody } from './identity-codec.ts';
import { NetworkBody } from './pool-body.ts';

/** The ARM actions that reading accounts and pools takes. */
export const BATCH_READS = ['Microsoft.Batch/batchAccounts/read', 'Microsoft.Batch/batchAccounts/pools/read'] as const;

/** The ARM action that tells an empty list of accounts from one that may not be seen. */
export const LISTING_READ = 'Microsoft.Resources/subscriptions/providers/read';

/** The ARM actions by which the app sees whether it can do its work, and what each is for. */
export const DOCTOR_READS = {
  'Microsoft.Authorization/permissions/read': 'the doctor: what the app may do in the subscription',
  'Microsoft.EventGrid/systemTopics/read': 'the doctor: the topic for events of the subscription',
  'Microsoft.EventGrid/systemTopics/eventSubscriptions/read': 'the doctor: their filter and where they go',
  'Microsoft.Storage/storageAccounts/read': "the doctor: how the app's own storage account is closed",
} as const;

/** What Resource Manager is asked to write: secrets are not its resources. */
type ArmChange = Exclude<Change['kind'], 'set-secret'>;

const WRITES = {
  'set-account': 'Microsoft.Batch/batchAccounts/write',
  'set-pool': 'Microsoft.Batch/batchAccounts/pools/write',
} as const satisfies Record<ArmChange, string>;

const Sent = z.looseObject({
  identity: IdentityBody.nullish(),
  properties: z.looseObject({ networkConfiguration: NetworkBody.nullish() }).nullish(),
});

/**
 * The ARM actions that sending `body` in a PATCH takes: the write, and what Azure demands at each resource that the body
 * names, whether or not it is named anew. `autoStorage` counts for nothing more: it refers to an identity and to a
 * storage account and assigns neither.
 */
export function permissionsOf(kind: ArmChange, body: unknown): string[] {
  const { identity, properties } = Sent.parse(body);
  const network = properties?.networkConfiguration;
  const namesIdentities = Object.keys(identity?.userAssignedIdentities ?? {}).length > 0;
  const namesAddresses = (network?.publicIPAddressConfiguration?.ipAddressIds ?? []).length > 0;
  return [
    WRITES[kind],
    ...(namesIdentities ? ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'] : []),
    ...(network?.subnetId ? ['Microsoft.Network/virtualNetworks/subnets/join/action'] : []),
    ...(namesAddresses ? ['Microsoft.Network/publicIPAddresses/join/action'] : []),
  ];
}
