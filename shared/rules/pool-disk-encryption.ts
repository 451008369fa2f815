import { z } from 'zod';
import { manual } from '../core/model/change.ts';
import { NO_DEPLOYMENT } from '../core/model/shows.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inOrder } from '../core/model/words.ts';
import { defineRule } from '../core/policy/rule.ts';

/** The disks of a node hold the files of its tasks. */
export const poolDiskEncryption = defineRule({
  id: 'pool-disk-encryption',
  scope: 'pool',
  title: 'The disks of nodes are encrypted, by Batch or at the host',
  advice: 'make a new pool whose disks are encrypted',
  severity: 'medium',
  sources: ['security-best-practices'],
  reads: ['properties.deploymentConfiguration', 'account.properties.poolAllocationMode'],
  sets: [],
  breaks: null,
  permissions: [],
  options: z.strictObject({}),

  check({ deployment, diskEncryption, image }, { snapshot }) {
    if (deployment === null) return [{ path: 'properties.deploymentConfiguration', unknown: NO_DEPLOYMENT }];
    // Cloud-service pools are for pool-virtual-machine-configuration: this cannot be set on them.
    if (deployment.kind === 'cloud-service' || diskEncryption.atHost) return [];
    const { windows } = deployment;
    const { targets: observed } = diskEncryption;
    const desired = windows ? ['OsDisk', 'TemporaryDisk'] : ['TemporaryDisk'];
    const missing = desired.filter((disk) => !observed.some((target) => target.toLowerCase() === disk.toLowerCase()));
    if (missing.length === 0) return [];
    const path = 'properties.deploymentConfiguration.virtualMachineConfiguration.diskEncryptionConfiguration.targets';
    const why = `Neither the host nor Batch encrypts ${missing.join(' and ')}.`;
    return [{ path, observed, desired, why, fix: manual(whatToDo(windows, image?.isOwn === true, snapshot)) }];
  },
});

/** https://learn.microsoft.com/azure/batch/disk-encryption */
function whatToDo(windows: boolean, isOwn: boolean, { account }: Snapshot): string {
  const targets = windows ? 'the targets OsDisk and TemporaryDisk' : 'the target TemporaryDisk';
  const byBatch = `diskEncryptionConfiguration with ${targets}`;
  const isUserSubscription =
    'known' in account && account.known.poolAllocationMode?.toLowerCase() === 'usersubscription';
  const choose =
    isOwn && !windows
      ? `choose a size that supports encryption at host: for Linux images of your own Batch encrypts disks only there, by encryptionAtHost in securityProfile or by ${byBatch}`
      : `see which encryption the size and the image of the nodes support: encryptionAtHost in securityProfile, or ${byBatch}`;
  return inOrder(
    ...(isUserSubscription
      ? [
          'see that encryption at host is registered for the subscription, where you want it: the nodes of this account are made there',
        ]
      : []),
    choose,
    'make a new pool with it',
    'move the jobs to it, and delete this pool',
  );
}
