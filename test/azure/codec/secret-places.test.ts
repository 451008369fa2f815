import { expect, test } from 'vitest';
import { decodePool } from '../../../shared/azure/codec/pool-codec.ts';
import { poolPlainSecrets } from '../../../shared/rules/pool-plain-secrets.ts';
import pools from '../../contract/examples/PoolList.json' with { type: 'json' };
import { identityId, POOL_ID, snapshotOf } from '../../support/snapshots.ts';

/** Stands for every secret: nothing but the body itself may hold it. */
const FAKE = 'hunter2';
const SAS = `?sv=2024&sig=${FAKE}`;
const BLOB = 'https://store1.blob.core.windows.net';
const MACHINE = 'properties.deploymentConfiguration.virtualMachineConfiguration';
const MOUNTS = 'properties.mountConfiguration';
const BY_IDENTITY = { identityReference: { resourceId: identityId('nodes') } };

function startTask(parts: object) {
  return { properties: { startTask: { commandLine: '/bin/true', ...parts } } };
}

function machine(parts: object) {
  return {
    properties: { deploymentConfiguration: { virtualMachineConfiguration: { nodeAgentSkuId: 'x', ...parts } } },
  };
}

function mounts(...mountConfiguration: object[]) {
  return { properties: { mountConfiguration } };
}

function blobMount(parts: object) {
  const mount = { accountName: 'store1', containerName: 'c1', relativeMountPath: 'data', ...parts };
  return mounts({ azureBlobFileSystemConfiguration: mount });
}

/** Each with the path and the kind of what is found, in order. */
const FOUND: readonly (readonly [name: string, body: unknown, ...places: string[]])[] = [
  [
    'a signature in httpUrl',
    startTask({ resourceFiles: [{ filePath: 'setup.sh', httpUrl: `${BLOB}/c/setup.sh${SAS}` }] }),
    'properties.startTask.resourceFiles[setup.sh].httpUrl signature',
  ],
  [
    'a signature in storageContainerUrl: the path names it without its query',
    startTask({ resourceFiles: [{ storageContainerUrl: `${BLOB}/tools${SAS}` }] }),
    `properties.startTask.resourceFiles[${BLOB}/tools].storageContainerUrl signature`,
  ],
  [
    'a signature beside an identity',
    startTask({ resourceFiles: [{ filePath: 'a', httpUrl: `${BLOB}/c/a?SIG=${FAKE}`, ...BY_IDENTITY }] }),
    'properties.startTask.resourceFiles[a].httpUrl signature',
  ],
  [
    'a signature in the command line, its ampersand escaped',
    startTask({ commandLine: `curl ${BLOB}/c/a?sv=2024\\u0026sig=${FAKE}` }),
    'properties.startTask.commandLine signature',
  ],
  [
    'an encoded signature in the command line',
    startTask({ commandLine: `get --url ${encodeURIComponent(`${BLOB}/c/a${SAS}`)}` }),
    'properties.startTask.commandLine signature',
  ],
  [
    'an account key and a signature in the command line',
    startTask({ commandLine: `tool "AccountName=a;AccountKey=${FAKE}" ${BLOB}/c${SAS}` }),
    'properties.startTask.commandLine signature',
    'properties.startTask.commandLine account-key',
  ],
  [
    'an account key with another name before it, and a space',
    startTask({ commandLine: `tool --StorageAccountKey = ${FAKE}` }),
    'properties.startTask.commandLine account-key',
  ],
  [
    'an account key in run options',
    startTask({ containerSettings: { imageName: 'i', containerRunOptions: `-e C=accountkey=${FAKE}` } }),
    'properties.startTask.containerSettings.containerRunOptions account-key',
  ],
  [
    'a registry of the start task with a user name',
    startTask({ containerSettings: { imageName: 'i', registry: { username: 'u', password: FAKE } } }),
    'properties.startTask.containerSettings.registry registry-password',
  ],
  [
    'environment settings whose values are shown',
    startTask({
      environmentSettings: [
        { name: 'DB_PASSWORD', value: FAKE },
        { name: 'REGION', value: 'westeurope' },
      ],
    }),
    'properties.startTask.environmentSettings[DB_PASSWORD] named DB_PASSWORD',
  ],
  [
    'registries with a user name',
    machine({
      containerConfiguration: {
        containerRegistries: [
          { registryServer: 'acr1.azurecr.io', username: 'u' },
          { username: 'u', password: FAKE, identityReference: {} },
        ],
      },
    }),
    `${MACHINE}.containerConfiguration.containerRegistries[acr1.azurecr.io] registry-password`,
    `${MACHINE}.containerConfiguration.containerRegistries[docker.io] registry-password`,
  ],
  [
    'a signature and a key in the settings of extensions, at any depth',
    machine({
      extensions: [
        { name: 'e1', publisher: 'p', type: 't', settings: { files: [{ url: `${BLOB}/c${SAS}` }] } },
        { name: 'e2', publisher: 'p', type: 't', settings: `{"connection":"AccountKey=${FAKE}"}` },
      ],
    }),
    `${MACHINE}.extensions[e1].settings signature`,
    `${MACHINE}.extensions[e2].settings account-key`,
  ],
  [
    'a blob mount without identity',
    blobMount({ accountKey: FAKE }),
    `${MOUNTS}[data].azureBlobFileSystemConfiguration mount-key blob`,
  ],
  [
    'a signature in the options of a blob mount with identity',
    blobMount({ ...BY_IDENTITY, blobfuseOptions: `--sas=${SAS}` }),
    `${MOUNTS}[data].azureBlobFileSystemConfiguration.blobfuseOptions signature`,
  ],
  [
    'mounts by key, with keys in options',
    mounts(
      { azureFileShareConfiguration: { relativeMountPath: 'f', mountOptions: `AccountKey=${FAKE}`, accountKey: FAKE } },
      { cifsMountConfiguration: { relativeMountPath: 'c', mountOptions: `AccountKey=${FAKE}`, password: FAKE } },
      { nfsMountConfiguration: { relativeMountPath: 'n', mountOptions: `AccountKey=${FAKE}` } },
    ),
    `${MOUNTS}[f].azureFileShareConfiguration mount-key azure-files`,
    `${MOUNTS}[f].azureFileShareConfiguration.mountOptions account-key`,
    `${MOUNTS}[c].cifsMountConfiguration mount-key cifs`,
    `${MOUNTS}[c].cifsMountConfiguration.mountOptions account-key`,
    `${MOUNTS}[n].nfsMountConfiguration.mountOptions account-key`,
  ],
];

const CLEAN: readonly (readonly [name: string, body: unknown])[] = [
  ['an empty body', { properties: {} }],
  ['nulls', { properties: { startTask: null, deploymentConfiguration: null, mountConfiguration: null } }],
  [
    'files by identity, of the account, and public ones',
    startTask({
      resourceFiles: [
        { filePath: 'a', httpUrl: `${BLOB}/c/a`, ...BY_IDENTITY },
        { autoStorageContainerName: 'tools' },
        { filePath: 'b', httpUrl: 'https://example.com/design=1?version=2' },
      ],
    }),
  ],
  ['words that only contain the words', startTask({ commandLine: 'draw --design=oak --no-sig=1 AccountKeys' })],
  [
    'settings without a value',
    startTask({ environmentSettings: [{ name: 'DB_PASSWORD' }, { name: 'KEY', value: '' }] }),
  ],
  [
    'registries by identity, and public ones',
    machine({
      containerConfiguration: { containerRegistries: [{ registryServer: 'acr1.azurecr.io', ...BY_IDENTITY }, {}] },
      extensions: [{ name: 'e', publisher: 'p', type: 't' }],
    }),
  ],
  ['a blob mount by identity', blobMount({ ...BY_IDENTITY, blobfuseOptions: '-o ro' })],
  ['an NFS mount', mounts({ nfsMountConfiguration: { relativeMountPath: 'n', mountOptions: 'vers=4' } })],
];

function decoded(body: unknown) {
  return decodePool({ id: POOL_ID, ...Object(body) }, 'all');
}

function inWords(body: unknown): string[] {
  return decoded(body).secretPlaces.map(({ path, holds }) => [path, ...Object.values(holds)].join(' '));
}

test.each(FOUND)('finds %s', (_, body, ...places) => {
  expect(inWords(body)).toEqual(places);
});

test.each(CLEAN)('finds nothing in %s', (_, body) => {
  expect(inWords(body)).toEqual([]);
});

test('in the official examples it finds nothing but mounts and a registry', () => {
  expect(pools.responses['200'].body.value.flatMap((body) => decoded(body).secretPlaces)).toEqual([]);
});

test('nothing of a value is in the pool that is judged, nor in a finding', () => {
  const judged = FOUND.map(([, body]) => {
    const pool = decoded(body);
    const options = poolPlainSecrets.options.parse({ keyMounts: true });
    const outcomes = poolPlainSecrets.check(pool, {
      options,
      snapshot: snapshotOf({ pools: [pool] }),
      now: new Date(),
    });
    expect(JSON.stringify(pool.source)).toContain(FAKE);
    return { ...pool, source: null, outcomes };
  });
  expect(judged.flatMap(({ outcomes }) => outcomes).length).toBeGreaterThanOrEqual(FOUND.length);
  expect(JSON.stringify(judged)).not.toContain(FAKE);
});
