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
  PRODUCTION,
  pool,
  rule,
  storageId,
  subnetId,
  UBUNTU,
  userAssigned,
  WINDOWS,
} from './parts.ts';

const group = 'rendering';
const id = accountId(PRODUCTION, group, 'contosorender');
const nodes = identityId(PRODUCTION, group, 'render-nodes');
const registry = identityId(PRODUCTION, group, 'render-registry');
const telemetry = identityId(PRODUCTION, group, 'render-telemetry');

/**
 * contosorender lets shared keys in (repairable) and has auto-storage by managed identity, but names no identity for
 * its nodes: the pools with application packages share exactly one, and the policy of the demo names it.
 */
export const rendering: { accounts: Body[]; pools: Body[] } = {
  accounts: [
    account(id, 'westeurope', {
      identity: userAssigned(identityId(PRODUCTION, group, 'render-account')),
      tags: { env: 'prod', owner: 'rendering' },
      properties: {
        autoStorage: {
          storageAccountId: storageId(PRODUCTION, group, 'contosorenderassets'),
          lastKeySync: '2023-04-03T08:12:45.1200345Z',
          authenticationMode: 'BatchAccountManagedIdentity',
        },
      },
    }),
  ],
  pools: [
    // Made before July 2024, so port 22 is published by default; empty, so it is repaired at once.
    pool(id, 'linux-open-ssh', '2023-05-11T09:30:12.4412398Z', {
      properties: { ...fixed(0), deploymentConfiguration: LINUX },
    }),
    // Open on 3389 with nodes at work: waits for a drain.
    pool(id, 'windows-rdp-busy', '2023-09-18T14:02:51.3391207Z', {
      properties: {
        ...fixed(3, 1),
        deploymentConfiguration: WINDOWS,
        userAccounts: [
          {
            name: 'render',
            elevationLevel: 'NonAdmin',
            windowsUserConfiguration: { loginMode: 'Batch' },
          },
        ],
        ...network({
          endpointConfiguration: { inboundNatPools: [natPool('rdp', 3389, 15000, [rule(200, 'Allow', 'Internet')])] },
        }),
      },
    }),
    pool(id, 'packages-autoscale', '2024-09-02T07:45:33.8120044Z', {
      identity: userAssigned(nodes, telemetry),
      properties: {
        ...autoscale(
          '$samples = $PendingTasks.GetSample(TimeInterval_Minute * 15);\n$TargetDedicatedNodes = min(20, avg($samples));',
        ),
        deploymentConfiguration: LINUX,
        applicationPackages: [{ id: `${id}/applications/blender`, version: '4.2' }],
        // Two identities, and a request for a token that names neither.
        startTask: {
          commandLine:
            'curl -H Metadata:true "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://storage.azure.com/"',
          maxTaskRetryCount: 0,
          waitForSuccess: true,
        },
        ...network({
          subnetId: subnetId(PRODUCTION, group, 'render'),
          publicIPAddressConfiguration: { provision: 'NoPublicIPAddresses' },
        }),
      },
    }),
    pool(id, 'packages-containers', '2025-12-09T11:20:07.5530192Z', {
      identity: userAssigned(nodes, registry),
      properties: {
        ...fixed(2),
        deploymentConfiguration: {
          virtualMachineConfiguration: {
            ...UBUNTU,
            containerConfiguration: {
              type: 'DockerCompatible',
              containerImageNames: ['contosorender.azurecr.io/denoise:3'],
              containerRegistries: [
                { registryServer: 'contosorender.azurecr.io', identityReference: { resourceId: registry } },
              ],
            },
          },
        },
        applicationPackages: [{ id: `${id}/applications/blender`, version: '4.2' }],
      },
    }),
  ],
};
