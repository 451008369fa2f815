import { z } from 'zod';
import { type Fix, manual, setPool } from '../core/model/change.ts';
import type { Pool } from '../core/model/pool.ts';
import { undecided } from '../core/model/reading.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import { whyNetworkUnknown } from '../core/reachability/network-shown.ts';

const DESIRED = 'NoPublicIPAddresses';

/** Nodes in a subnet need no public address; one is only a door. */
export const poolPublicIp = defineRule({
  id: 'pool-public-ip',
  scope: 'pool',
  title: 'Pool nodes have no public IP address',
  advice: 'give the subnet a way out, then set NoPublicIPAddresses',
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: ['properties.networkConfiguration', 'properties.deploymentConfiguration'],
  sets: ['publicIp', 'endpoints'],
  breaks: 'SSH, RDP and whatever else reaches nodes from outside the network; nodes without another way out',
  permissions: [
    'Microsoft.Batch/batchAccounts/pools/write',
    // The body carries the subnet.
    'Microsoft.Network/virtualNetworks/subnets/join/action',
  ],
  options: z.strictObject({ allowUserManaged: z.boolean().default(false), egress: z.literal('confirmed').optional() }),

  check(pool, { options }) {
    const path = 'properties.networkConfiguration.publicIPAddressConfiguration.provision';
    const unknown = whyNetworkUnknown(pool);
    if (unknown !== null) return [{ path, unknown }];
    const { publicIp: observed } = pool.settings;
    const provision = (observed ?? 'BatchManaged').toLowerCase();
    if (provision === DESIRED.toLowerCase()) return [];
    const isUserManaged = provision === 'usermanaged';
    if (isUserManaged && options.allowUserManaged) return [];
    if (!isUserManaged && provision !== 'batchmanaged')
      return [{ path, unknown: undecided(`what the provision ${observed} means is not known`) }];
    const whose = isUserManaged ? ' of yours, by provision or ipAddressIds' : '';
    const why = `Its nodes have public addresses${whose}: a door that nodes in a subnet do not need.`;
    const fix = isUserManaged ? manual(KEEP_OR_REPLACE) : fixOf(pool, options.egress === 'confirmed');
    return [{ path, observed, desired: DESIRED, why, fix }];
  },
});

function fixOf(pool: Pool, confirmed: boolean): Fix {
  if (pool.deployment?.kind === 'cloud-service') return manual(MAKE_ANEW);
  const missing = whatIsMissing(pool, confirmed);
  if (missing.length === 0) return setPool(pool, { publicIp: DESIRED, endpoints: null });
  return manual(inOrder(...missing, ...TAKE_AWAY));
}

function whatIsMissing(pool: Pool, confirmed: boolean): string[] {
  return [
    ...(pool.shows === 'some' ? [SEE_WHOLE] : []),
    ...(pool.subnetId === null ? ['put the pool into a subnet of a virtual network, at zero nodes'] : []),
    ...(confirmed ? [] : [EGRESS]),
    ...(pool.hasIpv6 ? [tryFirst('ipFamilies with IPv6')] : []),
    ...(pool.hasIpTags ? [tryFirst('ipTags')] : []),
  ];
}

const SEE_WHOLE =
  'see in the whole body of the pool, since this one is partial, that it has a virtualMachineConfiguration';
const EGRESS =
  'see that nodes get out of the subnet without public addresses, by a NAT gateway, a firewall or private endpoints, to all that they need: what tasks use, and the node management endpoint of the account, and say so: option egress, confirmed';

function tryFirst(what: string): string {
  return `see on a pool that nobody needs whether Batch takes ${DESIRED} together with ${what}, which no document says; where it does not, make a new pool without public addresses instead`;
}

const TAKE_AWAY = [
  'resize the pool to zero nodes: only then does Batch accept it',
  `set provision to ${DESIRED} and leave endpointConfiguration out, sending the rest of networkConfiguration as it is`,
  'give the pool its nodes back',
];

const KEEP_OR_REPLACE = `${inOrder(
  'see who relies on these addresses, such as partners who let in nobody else',
  'prepare a subnet that nodes get out of without public addresses of their own: where others rely on an address, through one that stays the same, such as that of a NAT gateway',
  'make a new pool there without public addresses',
  'move the jobs to it, and delete this pool',
)} If the addresses are to stay, set option allowUserManaged.`;

const MAKE_ANEW = inOrder(
  'prepare a subnet that nodes get out of without public addresses',
  'make a new pool there, with a virtualMachineConfiguration and without public addresses',
  'move the jobs to it, and delete this pool',
);
