import * as fc from 'fast-check';
import type { Image, Launch } from '../../shared/core/model/pool.ts';
import type { KeyVaultExtension, SecretPlace, StartTask, User } from '../../shared/core/model/pool-parts.ts';
import type { MetadataItem, Scale } from '../../shared/core/model/pool-settings.ts';
import { words, wordsOrNull } from './arbitrary-words.ts';

export const USERS = ['render', 'admin1', 'Batch'];

export const anyUsers: fc.Arbitrary<User[]> = fc
  .subarray(USERS)
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record({ name: fc.constant(name), elevationLevel: wordsOrNull('Admin', 'NonAdmin', 'Admin') }),
      ),
    ),
  );

export const anyStartTask: fc.Arbitrary<StartTask> = fc.record({
  user: fc.oneof(
    fc.constant(null),
    fc.record({
      kind: fc.constant('auto' as const),
      elevationLevel: wordsOrNull('Admin', 'NonAdmin'),
      scope: wordsOrNull('Pool', 'Task'),
    }),
    fc.record({ kind: fc.constant('named' as const), name: fc.constantFrom(...USERS, 'nobody') }),
  ),
  asksForAnyToken: fc.boolean(),
});

/** @param clientIds of identities that a pool may have */
export function anyKeyVaultExtensions(clientIds: readonly string[]): fc.Arbitrary<KeyVaultExtension[]> {
  const settings = fc.record({
    pollingInterval: fc.constantFrom('3600', null),
    certificates: fc.array(
      fc.constantFrom(
        { url: 'https://kv1.vault.azure.net/secrets/cert1', isPinned: false },
        { url: 'https://kv1.vault.azure.net/secrets/cert1/0123456789abcdef0123456789abcdef', isPinned: true },
      ),
      { maxLength: 2 },
    ),
    clientId: fc.constantFrom(...clientIds, null),
  });
  const extension = fc.record({ name: fc.constant('keyvault'), settings: fc.option(settings, { freq: 5 }) });
  return fc.array(extension, { maxLength: 1 });
}

const START = 'properties.startTask';
const MOUNTS = 'properties.mountConfiguration';
const HOLDS: readonly SecretPlace[] = [
  { path: `${START}.commandLine`, name: null, holds: { kind: 'signature' } },
  { path: `${START}.commandLine`, name: null, holds: { kind: 'named', name: 'DB_PASSWORD' } },
  { path: `${START}.resourceFiles[setup.sh].httpUrl`, name: null, holds: { kind: 'signature' } },
  { path: `${START}.containerSettings.containerRunOptions`, name: null, holds: { kind: 'account-key' } },
  {
    path: `${START}.environmentSettings[DB_PASSWORD]`,
    name: 'DB_PASSWORD',
    holds: { kind: 'named', name: 'DB_PASSWORD' },
  },
  { path: `${START}.environmentSettings[REGION]`, name: 'REGION', holds: { kind: 'token' } },
  { path: 'properties.metadata[owner]', name: 'owner', holds: { kind: 'password' } },
  {
    path: `${MOUNTS}[data].azureBlobFileSystemConfiguration`,
    name: null,
    holds: { kind: 'mount-key', share: 'blob' },
  },
  {
    path: `${MOUNTS}[share].azureFileShareConfiguration`,
    name: null,
    holds: { kind: 'mount-key', share: 'azure-files' },
  },
  { path: `${START}.containerSettings.registry`, name: null, holds: { kind: 'registry-password' } },
];

export const anySecretPlaces: fc.Arbitrary<SecretPlace[]> = fc.subarray([...HOLDS], { maxLength: 3 });

export const anyDiskEncryption = fc.record({
  atHost: fc.boolean(),
  targets: fc.subarray(['OsDisk', 'TemporaryDisk']).chain((targets) => fc.tuple(...targets.map((one) => words(one)))),
});

export const anyImage: fc.Arbitrary<Image> = fc.oneof(
  fc.record({
    nodeAgent: words(
      'batch.node.ubuntu 20.04',
      'batch.node.ubuntu 22.04',
      'batch.node.ubuntu 24.04',
      'batch.node.moss 1',
    ),
    isOwn: fc.boolean(),
    publisher: wordsOrNull('microsoft-dsvm'),
    offer: wordsOrNull('ubuntu-hpc'),
    sku: wordsOrNull('2204', '2404'),
  }),
  fc.record({
    nodeAgent: words('batch.node.windows amd64'),
    isOwn: fc.boolean(),
    publisher: wordsOrNull('MicrosoftWindowsServer'),
    offer: words('WindowsServer'),
    sku: wordsOrNull('2012-R2-Datacenter', '2016-Datacenter', '2022-datacenter', '2031-datacenter'),
  }),
);

export const anyLaunch: fc.Arbitrary<Launch> = fc.record({
  securityType: wordsOrNull('TrustedLaunch', 'ConfidentialVM', 'Standard'),
  secureBoot: fc.boolean(),
  vTpm: fc.boolean(),
});

export const anyScale: fc.Arbitrary<Scale> = fc.oneof(
  fc.record({
    kind: fc.constant('fixed' as const),
    dedicated: fc.constantFrom(0, 0, 2),
    lowPriority: fc.constantFrom(0, 0, 3),
  }),
  fc.record({
    kind: fc.constant('autoscale' as const),
    formula: fc.constantFrom('$TargetDedicatedNodes = 0;', '$TargetDedicatedNodes = 2;'),
    interval: fc.constantFrom(null, 'PT5M', 'PT15M'),
  }),
);

export const anyMetadata: fc.Arbitrary<MetadataItem[]> = fc.array(
  fc.record({
    name: fc.constantFrom('owner', 'cost-centre', 'warden:drain'),
    value: fc.constantFrom('', 'rendering', '4711'),
    unmodelled: fc.constant({}),
  }),
  { maxLength: 3 },
);
