import { ACCOUNT_ID, poolId } from '../snapshots.ts';

export type Body = Record<string, unknown>;

/** A compliant account as ARM answers it. */
export function accountBody(overrides: Body = {}): Body {
  const properties = { provisioningState: 'Succeeded', allowedAuthenticationModes: ['AAD'] };
  return { id: ACCOUNT_ID, name: 'acct1', type: 'Microsoft.Batch/batchAccounts', properties, ...overrides };
}

/** An account that accepts keys. */
export function keyedAccount(): Body {
  return accountBody({
    properties: { provisioningState: 'Succeeded', allowedAuthenticationModes: ['SharedKey', 'AAD'] },
  });
}

/** A compliant pool as ARM answers it: SSH for nobody. */
export function poolBody(name = 'pool1', endpoints: unknown = { inboundNatPools: [nat({ rules: [denyAll] })] }): Body {
  return {
    id: poolId(name),
    name,
    type: 'Microsoft.Batch/batchAccounts/pools',
    etag: 'W/"0x8D4EDFEBFADF4AB"',
    properties: {
      creationTime: '2026-01-10T00:00:00Z',
      allocationState: 'Steady',
      currentDedicatedNodes: 0,
      currentLowPriorityNodes: 0,
      scaleSettings: { fixedScale: { targetDedicatedNodes: 0, targetLowPriorityNodes: 0 } },
      deploymentConfiguration: { virtualMachineConfiguration: { nodeAgentSkuId: 'batch.node.ubuntu 22.04' } },
      networkConfiguration: { endpointConfiguration: endpoints },
    },
  };
}

/** A pool whose SSH is open to everyone. */
export function openPool(name = 'open1', unmodelled: Body = {}): Body {
  return poolBody(name, { inboundNatPools: [nat({ unmodelled })] });
}

const denyAll = { priority: 150, access: 'Deny', sourceAddressPrefix: '*' };

function nat({ rules = [], unmodelled = {} }: { rules?: readonly unknown[]; unmodelled?: Body }) {
  return {
    name: 'ssh',
    protocol: 'TCP',
    backendPort: 22,
    frontendPortRangeStart: 40000,
    frontendPortRangeEnd: 40100,
    networkSecurityGroupRules: rules,
    ...unmodelled,
  };
}
