import type { Body } from './parts.ts';
import {
  account,
  accountId,
  autoscale,
  fixed,
  identityId,
  LINUX,
  natPool,
  network,
  pool,
  privateEndpoint,
  rule,
  subnetId,
  TRADING,
  UBUNTU,
  userAssigned,
  WINDOWS,
} from './parts.ts';

const group = 'trading-risk';
const id = accountId(TRADING, group, 'contosotrading');

/**
 * contosotrading is what an account should look like; of its pools, one cannot be judged from ARM alone, and two are in no
 * subnet, so that their nodes cannot come over the private endpoint.
 */
export const trading: { accounts: Body[]; pools: Body[] } = {
  accounts: [
    account(id, 'uksouth', {
      identity: userAssigned(identityId(TRADING, group, 'risk-account')),
      // Quotas of cores are the subscription's.
      absent: ['dedicatedCoreQuota', 'dedicatedCoreQuotaPerVMFamily', 'lowPriorityCoreQuota'],
      properties: {
        poolAllocationMode: 'UserSubscription',
        keyVaultReference: {
          id: `/subscriptions/${TRADING}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/contosotrading`,
          url: 'https://contosotrading.vault.azure.net/',
        },
        allowedAuthenticationModes: ['AAD'],
        publicNetworkAccess: 'Disabled',
        privateEndpointConnections: ['batchAccount', 'nodeManagement'].map((group) => privateEndpoint(id, group)),
        encryption: {
          keySource: 'Microsoft.KeyVault',
          keyVaultProperties: { keyIdentifier: 'https://contosotrading.vault.azure.net/keys/batch' },
        },
      },
    }),
  ],
  pools: [
    pool(id, 'private-no-public-ip', '2024-05-02T09:00:41.3320915Z', {
      properties: {
        ...fixed(4),
        deploymentConfiguration: {
          virtualMachineConfiguration: { ...UBUNTU, securityProfile: { encryptionAtHost: true } },
        },
        ...network({
          subnetId: subnetId(TRADING, group, 'risk'),
          publicIPAddressConfiguration: { provision: 'NoPublicIPAddresses' },
        }),
      },
    }),
    pool(id, 'windows-rdp-shut', '2022-11-21T17:25:09.7719043Z', {
      properties: {
        ...fixed(0),
        deploymentConfiguration: WINDOWS,
        ...network({
          endpointConfiguration: { inboundNatPools: [natPool('rdp', 3389, 40_000, [rule(3500, 'Deny', '*')])] },
        }),
      },
    }),
    // Made between July 2024 and November 2025: whether port 22 is published depends on the api-version it was made with.
    pool(id, 'default-port-not-told', '2025-03-27T12:50:36.1182049Z', {
      properties: { ...autoscale('$TargetDedicatedNodes = 0;'), deploymentConfiguration: LINUX },
    }),
    // Made after November 2025: nothing is published by default.
    pool(id, 'default-port-shut', '2026-02-03T15:41:28.6640731Z', {
      properties: { ...fixed(1), deploymentConfiguration: LINUX },
    }),
  ],
};
