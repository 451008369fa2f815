import type { Body } from './parts.ts';
import {
  account,
  accountId,
  autoscale,
  fixed,
  identityId,
  keyVaultExtension,
  LINUX,
  natPool,
  network,
  PRODUCTION,
  pool,
  rule,
  storageId,
  subnetId,
  systemAssigned,
  UBUNTU,
  userAssigned,
} from './parts.ts';

const group = 'genomics';
const id = accountId(PRODUCTION, group, 'contosogenomics');
const nodes = identityId(PRODUCTION, group, 'genomics-nodes');
const registry = identityId(PRODUCTION, group, 'genomics-registry');
const packages = [{ id: `${id}/applications/gatk`, version: '4.5' }];

/** contosogenomics is in order itself; of its pools, some lack identities and one lets the internet in. */
export const genomics: { accounts: Body[]; pools: Body[] } = {
  accounts: [
    account(id, 'northeurope', {
      identity: systemAssigned(id),
      tags: { env: 'prod' },
      properties: {
        allowedAuthenticationModes: ['AAD'],
        autoStorage: {
          storageAccountId: storageId(PRODUCTION, group, 'contosogenomicsdata'),
          lastKeySync: '2024-02-19T10:00:21.7701188Z',
          authenticationMode: 'BatchAccountManagedIdentity',
          nodeIdentityReference: { resourceId: nodes },
        },
      },
    }),
  ],
  pools: [
    // Empty, and without the identity that its packages need: repaired at once.
    pool(id, 'packages-no-identity', '2026-01-14T13:08:40.2245017Z', {
      properties: { ...fixed(0), deploymentConfiguration: LINUX, applicationPackages: packages },
    }),
    pool(id, 'packages-with-identity', '2026-01-15T08:31:02.9013378Z', {
      identity: userAssigned(nodes),
      properties: {
        ...autoscale('$TargetDedicatedNodes = max(0, $ActiveTasks.GetSample(1));', 'PT5M'),
        deploymentConfiguration: {
          virtualMachineConfiguration: {
            ...UBUNTU,
            extensions: [
              keyVaultExtension('KeyVaultForLinux', nodes, {
                url: 'https://contosogenomics.vault.azure.net/secrets/sequencer',
              }),
            ],
          },
        },
        applicationPackages: packages,
        startTask: {
          commandLine: "/bin/bash -c 'tar -xzf reference.tgz'",
          resourceFiles: [
            {
              httpUrl: 'https://contosogenomicsdata.blob.core.windows.net/setup/reference.tgz',
              filePath: 'reference.tgz',
              identityReference: { resourceId: nodes },
            },
          ],
          maxTaskRetryCount: 0,
          waitForSuccess: true,
        },
      },
    }),
    // Refers to an identity that it does not have; empty, so repaired at once.
    pool(id, 'registry-not-assigned', '2025-12-20T16:44:19.6108820Z', {
      identity: userAssigned(nodes),
      properties: {
        ...fixed(0),
        applicationPackages: packages,
        deploymentConfiguration: {
          virtualMachineConfiguration: {
            ...UBUNTU,
            containerConfiguration: {
              type: 'DockerCompatible',
              containerRegistries: [
                { registryServer: 'contosogenomics.azurecr.io', identityReference: { resourceId: registry } },
              ],
            },
          },
        },
        mountConfiguration: [
          {
            azureBlobFileSystemConfiguration: {
              accountName: 'contosogenomicsdata',
              containerName: 'genomes',
              relativeMountPath: 'genomes',
              identityReference: { resourceId: nodes },
            },
          },
        ],
      },
    }),
    // Its nodes speak SSH to each other, so only the internet may be shut out.
    pool(id, 'mpi-open-internet', '2024-03-07T06:15:55.0047781Z', {
      properties: {
        ...fixed(0),
        vmSize: 'STANDARD_HB120RS_V3',
        interNodeCommunication: 'Enabled',
        deploymentConfiguration: LINUX,
        ...network({
          subnetId: subnetId(PRODUCTION, group, 'mpi'),
          endpointConfiguration: {
            inboundNatPools: [
              natPool('ssh', 22, 40_000, [rule(150, 'Allow', 'VirtualNetwork'), rule(160, 'Allow', '203.0.113.0/24')]),
            ],
          },
        }),
      },
    }),
  ],
};
