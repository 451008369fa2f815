import type { Pool } from '../../shared/core/model/pool.ts';
import { poolDiskEncryption } from '../../shared/rules/pool-disk-encryption.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, anImage, aPool, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.deploymentConfiguration.virtualMachineConfiguration.diskEncryptionConfiguration.targets';

function encrypting(targets: readonly string[], windows = false, overrides: Partial<Pool> = {}) {
  const deployment = { kind: 'virtual-machine', windows } as const;
  return snapshotOf({ pools: [aPool({ deployment, diskEncryption: { atHost: false, targets }, ...overrides })] });
}

const linux = {
  path,
  desired: ['TemporaryDisk'],
  fix: {
    manual: /^In this order: \(1\) see which .* target TemporaryDisk; \(2\) make a new pool with it; \(3\) move /,
  },
};
const windows = {
  path,
  desired: ['OsDisk', 'TemporaryDisk'],
  fix: {
    manual: /^In this order: \(1\) .* targets OsDisk and TemporaryDisk; \(2\) make a new pool with it; \(3\) move /,
  },
};
const atHost = { diskEncryption: { atHost: true, targets: [] } };

testRule(poolDiskEncryption, {
  compliant: [
    { name: 'Linux at the host', snapshot: encrypting([], false, atHost) },
    { name: 'Windows at the host', snapshot: encrypting([], true, atHost) },
    { name: 'Linux, the temporary disk', snapshot: encrypting(['TemporaryDisk']) },
    { name: 'Linux, both disks', snapshot: encrypting(['OsDisk', 'TemporaryDisk']) },
    { name: 'Windows, both disks in another case and order', snapshot: encrypting(['temporarydisk', 'OSDISK'], true) },
    {
      name: 'a cloud-service pool is not judged',
      snapshot: encrypting([], true, { deployment: { kind: 'cloud-service', inferred: false } }),
    },
    {
      name: 'nor is one that is inferred to be',
      snapshot: encrypting([], false, { deployment: { kind: 'cloud-service', inferred: true } }),
    },
    {
      name: 'a body without creation time that shows the encryption',
      snapshot: encrypting(['TemporaryDisk'], false, { shows: 'some', creationTime: null }),
    },
  ],
  violating: [
    {
      name: 'Linux, none',
      snapshot: encrypting([]),
      expect: [{ ...linux, observed: [], why: /encrypts TemporaryDisk\.$/ }],
    },
    {
      name: 'Linux, an image of your own: only a size that supports encryption at host cures it',
      snapshot: encrypting([], false, { image: anImage({ isOwn: true }) }),
      expect: [
        {
          ...linux,
          fix: {
            manual:
              /^In this order: \(1\) choose a size that supports encryption at host: for Linux images of your own .* target TemporaryDisk; \(2\)/,
          },
        },
      ],
    },
    {
      name: 'Windows, an image of your own',
      snapshot: encrypting([], true, { image: anImage({ isOwn: true }) }),
      expect: [windows],
    },
    {
      name: 'Linux, in an account whose nodes are in the subscription',
      snapshot: { ...encrypting([]), account: { known: anAccount({ poolAllocationMode: 'UserSubscription' }) } },
      expect: [
        {
          ...linux,
          fix: { manual: /^In this order: \(1\) see that encryption at host is registered .*; \(2\) see which/ },
        },
      ],
    },
    {
      name: 'Linux, only the OS disk',
      snapshot: encrypting(['OsDisk']),
      expect: [{ ...linux, observed: ['OsDisk'], why: /encrypts TemporaryDisk\.$/ }],
    },
    {
      name: 'Windows, none',
      snapshot: encrypting([], true),
      expect: [{ ...windows, observed: [], why: /encrypts OsDisk and TemporaryDisk\.$/ }],
    },
    {
      name: 'Windows, only the temporary disk',
      snapshot: encrypting(['TemporaryDisk'], true),
      expect: [{ ...windows, observed: ['TemporaryDisk'], why: /encrypts OsDisk\.$/ }],
    },
    {
      name: 'Windows, only the OS disk, without creation time: what is seen decides',
      snapshot: encrypting(['OsDisk'], true, { shows: 'some', creationTime: null }),
      expect: [{ ...windows, observed: ['OsDisk'], why: /encrypts TemporaryDisk\.$/ }],
    },
    {
      name: 'a target that is not known does not count',
      snapshot: encrypting(['DataDisk']),
      expect: [{ ...linux, observed: ['DataDisk'] }],
    },
  ],
  unknown: [
    {
      name: 'a body without deploymentConfiguration',
      snapshot: encrypting([], false, { shows: 'some', deployment: null }),
      expect: [
        { path: 'properties.deploymentConfiguration', unknown: /has no deploymentConfiguration/, code: 'not-shown' },
      ],
    },
  ],
  converges: anySnapshot,
});
