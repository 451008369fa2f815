import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { mayLack, NO_DEPLOYMENT } from '../core/model/shows.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/**
 * Cloud services are retired, and much that secures a pool is not to be had with them.
 * https://azure.microsoft.com/en-us/updates/azure-batch-cloudserviceconfiguration-pools-will-be-retired-on-29-february-2024/
 */
export const poolVirtualMachineConfiguration = defineRule({
  id: 'pool-virtual-machine-configuration',
  scope: 'pool',
  title: 'Pool nodes are virtual machines, not cloud services',
  advice: 'make a new pool of virtual machines and move the jobs',
  severity: 'high',
  sources: ['security-best-practices'],
  reads: ['properties.deploymentConfiguration'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({}),

  check(pool) {
    const path = 'properties.deploymentConfiguration';
    const { deployment } = pool;
    if (deployment === null) return [{ path, unknown: NO_DEPLOYMENT }];
    if (deployment.kind === 'virtual-machine') return [];
    const { inferred } = deployment;
    const unseen = inferred ? mayLack(pool, 'the virtualMachineConfiguration') : null;
    if (unseen !== null) return [{ path, unknown: unseen }];
    const observed = inferred ? 'no virtualMachineConfiguration' : 'cloudServiceConfiguration';
    const why = inferred
      ? 'The body shows no virtualMachineConfiguration. From this it is inferred that the nodes are cloud services, which are retired and which this api-version does not show.'
      : 'The nodes are cloud services, which are retired.';
    return [{ path, observed, desired: 'virtualMachineConfiguration', why, fix: manual(WHAT_TO_DO) }];
  },
});

const WHAT_TO_DO = inOrder(
  'choose an image of a virtual machine for the tasks: cloud services run Windows',
  'make a new pool with it, in a virtualMachineConfiguration, and try the tasks there',
  'move the jobs to it, and delete this pool',
);
