import type { Body } from './parts.ts';
import { account, accountId, fixed, LINUX, natPool, network, pool, rule, storageId, TRADING } from './parts.ts';

const group = 'legacy-apps';
const id = accountId(TRADING, group, 'contosolegacy');

/** contosolegacy reads auto-storage with keys, and has a pool full of fields that older clients do not know. */
export const legacy: { accounts: Body[]; pools: Body[] } = {
  accounts: [
    account(id, 'eastus2', {
      properties: {
        allowedAuthenticationModes: ['SharedKey', 'AAD'],
        autoStorage: {
          storageAccountId: storageId(TRADING, group, 'contosolegacyfiles'),
          lastKeySync: '2021-10-05T18:22:13.4450087Z',
          authenticationMode: 'StorageKeys',
        },
        networkProfile: {
          accountAccess: { defaultAction: 'Allow', ipRules: [{ action: 'Allow', value: '198.51.100.0/24' }] },
        },
      },
    }),
  ],
  pools: [
    // Empty and open; its repair must bring every field back that it does not know.
    pool(id, 'unknown-fields', '2024-06-12T10:10:10.1010101Z', {
      properties: {
        ...fixed(0),
        displayName: 'Nightly reports',
        deploymentConfiguration: {
          virtualMachineConfiguration: {
            imageReference: {
              communityGalleryImageId: '/CommunityGalleries/contoso-9d0f/Images/reports/Versions/1.4.0',
            },
            nodeAgentSkuId: 'batch.node.ubuntu 22.04',
            securityProfile: {
              securityType: 'TrustedLaunch',
              encryptionAtHost: false,
              uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
              proxyAgentSettings: { enabled: false, imds: { mode: 'Audit' } },
            },
            hibernationProfile: { enabled: false },
          },
        },
        ...network({
          publicIPAddressConfiguration: {
            provision: 'BatchManaged',
            ipFamilies: ['IPv4'],
            ipTags: [{ ipTagType: 'FirstPartyUsage', tag: '/Unprivileged' }],
          },
          endpointConfiguration: {
            inboundNatPools: [
              {
                ...natPool('ssh', 22, 20_000, [{ ...rule(150, 'Allow', '*'), description: 'opened in 2024' }]),
                idleTimeoutInMinutes: 4,
              },
              natPool('metrics', 9100, 21_000, [rule(250, 'Deny', '*')]),
            ],
            loadBalancerSku: 'Standard',
          },
          acceleratedConnections: { tier: 'A1' },
        }),
        metadata: [{ name: 'owner', value: 'reports' }],
        resourceTags: { costCentre: '4711' },
        upgradePolicy: { mode: 'manual' },
        rebootPolicy: { window: 'night' },
      },
    }),
    // Made with a cloud service configuration, which today's api-version does not show.
    pool(id, 'cloud-services', '2021-10-05T19:03:44.6071120Z', {
      properties: { ...fixed(0), vmSize: 'STANDARD_D2_V2', deploymentConfiguration: {} },
    }),
    pool(id, 'classic-nodes', '2026-01-08T08:08:08.0808080Z', {
      properties: {
        ...fixed(1),
        currentNodeCommunicationMode: 'Classic',
        targetNodeCommunicationMode: 'Classic',
        deploymentConfiguration: LINUX,
      },
    }),
  ],
};
