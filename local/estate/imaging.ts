import type { Body } from './parts.ts';
import {
  account,
  accountId,
  fixed,
  identityId,
  keyVaultExtension,
  LINUX,
  natPool,
  network,
  pool,
  rule,
  storageId,
  subnetId,
  TRADING,
  UBUNTU,
  userAssigned,
  WINDOWS,
} from './parts.ts';

const group = 'imaging';
const id = accountId(TRADING, group, 'contosoimaging');
const nodes = identityId(TRADING, group, 'imaging-nodes');
const ENCRYPTED = { ...UBUNTU, securityProfile: { encryptionAtHost: true } };

/** contosoimaging lost its own identity, its node identity was never given a role, and it lets no node report to it. */
export const imaging: { accounts: Body[]; pools: Body[] } = {
  accounts: [
    account(id, 'germanywestcentral', {
      properties: {
        allowedAuthenticationModes: ['AAD'],
        autoStorage: {
          storageAccountId: storageId(TRADING, group, 'contosoimagingdata'),
          lastKeySync: '2025-06-11T07:40:02.5500931Z',
          authenticationMode: 'BatchAccountManagedIdentity',
          nodeIdentityReference: { resourceId: nodes },
        },
        networkProfile: {
          accountAccess: { defaultAction: 'Deny', ipRules: [{ action: 'Allow', value: '198.51.100.0/24' }] },
          nodeManagementAccess: { defaultAction: 'Deny' },
        },
      },
    }),
  ],
  pools: [
    // In order itself; its packages will not arrive, since the identity may not read them.
    pool(id, 'packages-no-role', '2026-03-02T11:21:45.0038812Z', {
      identity: userAssigned(nodes),
      properties: {
        ...fixed(0),
        deploymentConfiguration: { virtualMachineConfiguration: ENCRYPTED },
        applicationPackages: [{ id: `${id}/applications/segment`, version: '2.0' }],
      },
    }),
    pool(id, 'admin-start-task', '2026-04-21T15:02:30.7719003Z', {
      identity: userAssigned(nodes),
      properties: {
        ...fixed(2),
        deploymentConfiguration: LINUX,
        startTask: {
          commandLine: '/bin/bash -c ./setup.sh',
          environmentSettings: [
            { name: 'REGION', value: 'germanywestcentral' },
            { name: 'RESULTS_PASSWORD', value: 'not a real one' },
          ],
          userIdentity: { autoUser: { scope: 'Pool', elevationLevel: 'Admin' } },
          maxTaskRetryCount: 0,
          waitForSuccess: true,
        },
      },
    }),
    pool(id, 'named-admins', '2026-02-11T09:12:10.4412870Z', {
      properties: {
        ...fixed(0),
        deploymentConfiguration: { virtualMachineConfiguration: ENCRYPTED },
        userAccounts: [
          { name: 'operator', elevationLevel: 'Admin' },
          { name: 'worker', elevationLevel: 'NonAdmin' },
        ],
      },
    }),
    // Certificates of the retired kind, and one from a vault that is pinned to a version.
    pool(id, 'certificates', '2026-01-30T13:33:09.1180200Z', {
      identity: userAssigned(nodes),
      properties: {
        ...fixed(0),
        certificates: [{ id: `${id}/certificates/sha1-0123456789abcdef0123456789abcdef01234567` }],
        deploymentConfiguration: {
          virtualMachineConfiguration: {
            ...(WINDOWS['virtualMachineConfiguration'] as Body), // a constant of parts.ts
            extensions: [
              keyVaultExtension('KeyVaultForWindows', nodes, {
                url: 'https://contosoimaging.vault.azure.net/secrets/scanner/0123456789abcdef0123456789abcdef',
              }),
            ],
          },
        },
      },
    }),
    // Open by its own rules; the security group of its subnet shuts the internet out.
    pool(id, 'shut-by-subnet', '2024-02-08T16:20:51.9024417Z', {
      properties: {
        ...fixed(0),
        deploymentConfiguration: { virtualMachineConfiguration: ENCRYPTED },
        ...network({
          subnetId: subnetId(TRADING, group, 'scanners'),
          endpointConfiguration: {
            inboundNatPools: [natPool('ssh', 22, 40_000, [rule(150, 'Allow', 'Internet'), rule(3500, 'Deny', '*')])],
          },
        }),
      },
    }),
  ],
};
