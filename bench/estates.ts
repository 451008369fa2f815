import type { Body } from '../local/estate/parts.ts';
import {
  account,
  accountId,
  fixed,
  identityId,
  LINUX,
  natPool,
  network,
  pool,
  rule,
  storageId,
  subnetId,
  UBUNTU,
  userAssigned,
  WINDOWS,
} from '../local/estate/parts.ts';

export interface AccountBodies {
  readonly account: Body;
  readonly pools: readonly Body[];
}

const SUBSCRIPTION = '33333333-cccc-4ccc-8ccc-333333333333';
const DATES = ['2023-05-11T09:30:12.4412398Z', '2025-03-27T12:50:36.1182049Z', '2026-02-03T15:41:28.6640731Z'];

/** One account after the other, each with its pools, as ARM answers them; nothing is kept. The same each time. */
export function* estates(accounts: number, poolsPerAccount: number): Generator<AccountBodies> {
  for (let n = 0; n < accounts; n++) {
    const id = accountId(SUBSCRIPTION, `group${n % 100}`, `account${n}`);
    yield {
      account: accountNumber(n, id),
      pools: Array.from({ length: poolsPerAccount }, (_, p) => poolNumber(n + p, p, id)),
    };
  }
}

/** A pool that every default rule lets pass: private, encrypted, with an identity and no endpoint that is open. */
export function compliantPool(n: number): Body {
  const account = accountId(SUBSCRIPTION, `group${n % 100}`, `account${n}`);
  const machine = { ...UBUNTU, securityProfile: { encryptionAtHost: true } };
  return pool(account, `pool${n}`, DATES[n % 3] ?? '', {
    identity: userAssigned(nodes(n)),
    properties: {
      ...fixed(n % 4),
      deploymentConfiguration: { virtualMachineConfiguration: machine },
      targetNodeCommunicationMode: 'Simplified',
      currentNodeCommunicationMode: 'Simplified',
      ...network({
        subnetId: subnetId(SUBSCRIPTION, `group${n % 100}`, 'batch'),
        publicIPAddressConfiguration: { provision: 'NoPublicIPAddresses' },
      }),
      startTask: {
        commandLine: '/bin/bash -c ./setup.sh',
        environmentSettings: [],
        userIdentity: { autoUser: { scope: 'Task', elevationLevel: 'NonAdmin' } },
        maxTaskRetryCount: 0,
        waitForSuccess: true,
      },
      userAccounts: [{ name: 'worker', elevationLevel: 'NonAdmin' }],
    },
  });
}

function nodes(n: number): string {
  return identityId(SUBSCRIPTION, `group${n % 100}`, `nodes${n % 7}`);
}

function accountNumber(n: number, id: string): Body {
  return account(id, 'westeurope', {
    identity: n % 3 === 0 ? userAssigned(nodes(n)) : { type: 'None' },
    properties: {
      ...(n % 2 === 0 ? { allowedAuthenticationModes: ['AAD'] } : {}),
      ...(n % 4 === 0 ? { publicNetworkAccess: 'Disabled' } : {}),
      ...(n % 3 === 0
        ? {
            autoStorage: {
              storageAccountId: storageId(SUBSCRIPTION, `group${n % 100}`, `store${n}`),
              lastKeySync: DATES[0],
              authenticationMode: n % 2 === 0 ? 'BatchAccountManagedIdentity' : 'StorageKeys',
              ...(n % 4 === 0 ? { nodeIdentityReference: { resourceId: nodes(n) } } : {}),
            },
          }
        : {}),
    },
  });
}

function poolNumber(n: number, index: number, account: string): Body {
  const rules = [
    rule(150, 'Allow', '198.51.100.0/24'),
    rule(160, 'Allow', n % 5 === 0 ? 'Internet' : '10.0.0.0/8'),
    rule(3500, 'Deny', '*'),
  ];
  const endpointConfiguration = { inboundNatPools: [natPool('ssh', 22, 40_000, rules)] };
  return pool(account, `pool${index}`, DATES[n % 3] ?? '', {
    ...(n % 2 === 0 ? { identity: userAssigned(nodes(n), nodes(n + 1)) } : {}),
    properties: {
      ...fixed(n % 4),
      deploymentConfiguration: n % 3 === 0 ? WINDOWS : LINUX,
      ...(n % 6 === 0 ? { applicationPackages: [{ id: `${account}/applications/solver`, version: '1' }] } : {}),
      ...(n % 5 < 2
        ? network({ endpointConfiguration })
        : n % 5 === 2
          ? network({
              subnetId: subnetId(SUBSCRIPTION, `group${n % 100}`, 'batch'),
              publicIPAddressConfiguration: { provision: 'NoPublicIPAddresses' },
            })
          : {}),
      ...(n % 4 === 1
        ? {
            startTask: {
              commandLine: '/bin/bash -c ./setup.sh',
              environmentSettings: [{ name: 'REGION', value: 'westeurope' }],
              userIdentity: { autoUser: { scope: 'Task', elevationLevel: n % 8 === 1 ? 'Admin' : 'NonAdmin' } },
              maxTaskRetryCount: 0,
              waitForSuccess: true,
            },
            userAccounts: [{ name: 'worker', elevationLevel: 'NonAdmin' }],
          }
        : {}),
    },
  });
}
