import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { found } from '../core/model/found.ts';
import { includesId } from '../core/model/ids.ts';
import type { Pool } from '../core/model/pool.ts';
import { isSubnetId } from '../core/model/resource-id.ts';
import { inOrder, listed } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';
import { whyNetworkUnknown } from '../core/reachability/network-shown.ts';

const SUBNET = 'must be the ARM id of a subnet, such as /subscriptions/.../virtualNetworks/NAME/subnets/NAME';

/** In a subnet, nodes speak to other machines without the internet, and the network's own rules apply to them. */
export const poolSubnet = defineRule({
  id: 'pool-subnet',
  scope: 'pool',
  title: 'Pool nodes are in a subnet of a virtual network',
  advice: 'put the pool into a subnet, at zero nodes',
  severity: 'low',
  sources: ['security-best-practices'],
  reads: ['properties.networkConfiguration', 'properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({
    allowed: z.array(z.string().refine(isSubnetId, { error: ({ input }) => `${SUBNET}; ${found(input)}` })).default([]),
  }),

  check(pool, { options }) {
    const path = 'properties.networkConfiguration.subnetId';
    const unknown = whyNetworkUnknown(pool);
    if (unknown !== null) return [{ path, unknown }];
    const { subnetId: observed } = pool;
    const { allowed } = options;
    if (observed !== null && (allowed.length === 0 || includesId(allowed, observed))) return [];
    const why =
      observed === null
        ? 'The pool is in no subnet: nodes reach machines outside it only over the internet, and no rules of a network apply to them.'
        : `The pool is in the subnet ${observed}, which is not among the allowed ones.`;
    const desired = allowed.length === 0 ? 'a subnet' : `one of ${listed(allowed)}`;
    return [{ path, observed, desired, why, fix: manual(whatToDo(pool, allowed)) }];
  },
});

function whatToDo({ subnetId, deployment }: Pool, allowed: readonly string[]): string {
  const choose =
    allowed.length === 0
      ? 'choose a subnet in the region and the subscription of the account'
      : `choose one of ${listed(allowed)}`;
  const prepare = [
    `${choose}, with a free address for each node`,
    'see that it lets nodes out to TCP port 443 of the service tag BatchNodeManagement, or to a private endpoint for nodeManagement',
    ...(subnetId === null ? [] : ['see that nodes reach from there what they reach from here']),
  ];
  if (deployment?.kind === 'cloud-service')
    return inOrder(
      ...prepare,
      'make a new pool in it, with a virtualMachineConfiguration',
      'move the jobs to it, and delete this pool',
    );
  return inOrder(
    ...prepare,
    'resize the pool to zero nodes: only then does Batch accept it',
    'set subnetId, sending the rest of networkConfiguration as it is',
    'give the pool its nodes back',
  );
}
