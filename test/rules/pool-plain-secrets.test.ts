import * as fc from 'fast-check';
import type { Pool } from '../../shared/core/model/pool.ts';
import type { SecretPlace } from '../../shared/core/model/pool-parts.ts';
import { poolPlainSecrets } from '../../shared/rules/pool-plain-secrets.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, identityId, snapshotOf } from '../support/snapshots.ts';

const [NODES, VAULT] = [identityId('nodes'), identityId('vault')];
const START = 'properties.startTask';
const MACHINE = 'properties.deploymentConfiguration.virtualMachineConfiguration';
const MOUNTS = 'properties.mountConfiguration';
const BLOB = `${MOUNTS}[data].azureBlobFileSystemConfiguration`;

function holding(places: readonly SecretPlace[], overrides: Parameters<typeof aPool>[0] = {}): Pool {
  return aPool({ secretPlaces: places, identityIds: [NODES], ...overrides });
}

function withPlaces(...places: readonly SecretPlace[]) {
  return snapshotOf({ pools: [holding(places)] });
}

function signature(path: string): SecretPlace {
  return { path, name: null, holds: { kind: 'signature' } };
}

function accountKey(path: string): SecretPlace {
  return { path, name: null, holds: { kind: 'account-key' } };
}

function mount(path: string, share: 'blob' | 'azure-files' | 'cifs'): SecretPlace {
  return { path, name: null, holds: { kind: 'mount-key', share } };
}

function registry(path: string): SecretPlace {
  return { path, name: null, holds: { kind: 'registry-password' } };
}

function named(path: string, name: string): SecretPlace {
  return { path, name: null, holds: { kind: 'named', name } };
}

function setting(name: string, holds: SecretPlace['holds'] = { kind: 'named', name }): SecretPlace {
  return { path: `${START}.environmentSettings[${name}]`, name, holds };
}

function item(list: string, name: string, holds: SecretPlace['holds'] = { kind: 'named', name }): SecretPlace {
  return { path: `${list}[${name}]`, name, holds };
}

const files = mount(`${MOUNTS}[share].azureFileShareConfiguration`, 'azure-files');
const cifs = mount(`${MOUNTS}[team].cifsMountConfiguration`, 'cifs');
const BY_REFERENCE = 'an identityReference to an identity of the pool';
const AS_BLOBS = 'a mount of a blob container with an identityReference';
const OPEN = /in the open: whoever may read the pool can read it\.$/;
const KEPT = /which somebody has to keep and to rotate/;

testRule(poolPlainSecrets, {
  compliant: [
    { name: 'nothing that holds a secret', snapshot: snapshotOf({}) },
    { name: 'mounts that know no identity', snapshot: withPlaces(files, cifs) },
    {
      name: 'a setting that is allowed, in another case',
      snapshot: withPlaces(setting('SHARD_TOKEN')),
      options: { allowNames: ['other', 'shard_token'] },
    },
    {
      name: 'whatever stands under a name that is allowed',
      snapshot: withPlaces(
        setting('DATA_URL', { kind: 'signature' }),
        setting('STORAGE', { kind: 'named', name: 'SharedAccessKey' }),
        item('properties.metadata', 'owner', { kind: 'password' }),
        item('tags', 'api-token'),
      ),
      options: { allowNames: ['data_url', 'storage', 'owner', 'api-token'] },
    },
    {
      name: 'a name within a text that is allowed',
      snapshot: withPlaces(named(`${START}.commandLine`, 'sort-token')),
      options: { allowNames: ['sort-token'] },
    },
  ],
  violating: [
    {
      name: 'a signature in the URL of a file',
      snapshot: withPlaces(signature(`${START}.resourceFiles[setup.sh].httpUrl`)),
      expect: [
        {
          path: `${START}.resourceFiles[setup.sh].httpUrl`,
          observed: 'a shared access signature (left out here)',
          desired: BY_REFERENCE,
          why: OPEN,
          fix: {
            manual:
              /^In this order: \(1\) let \S+\/nodes read the blobs .*; \(2\) set an identityReference to \S+\/nodes there, and take the signature off the URL .*startTask whole.*; \(3\) replace the secret/,
          },
        },
      ],
    },
    {
      name: 'a signature in the URL of a container, on a pool without identities',
      snapshot: snapshotOf({
        pools: [holding([signature(`${START}.resourceFiles[tools].storageContainerUrl`)], { identityIds: [] })],
      }),
      expect: [
        {
          path: `${START}.resourceFiles[tools].storageContainerUrl`,
          desired: BY_REFERENCE,
          fix: {
            manual:
              /^In this order: \(1\) add a user-assigned identity to the pool at zero nodes: .*; \(2\) let that identity read /,
          },
        },
      ],
    },
    {
      name: 'a signature and an account key in one command line: one finding, which names both and each identity',
      snapshot: snapshotOf({
        pools: [
          holding(
            [signature(`${START}.commandLine`), accountKey(`${START}.commandLine`), signature(`${START}.commandLine`)],
            { identityIds: [NODES, VAULT] },
          ),
        ],
      }),
      expect: [
        {
          path: `${START}.commandLine`,
          observed: 'a shared access signature and an account key (left out here)',
          desired: 'a token of an identity of the pool',
          why: OPEN,
          fix: {
            manual:
              /\(1\) let one of \S+\/nodes, \S+\/vault reach .*; \(2\) take the secret out, .* with a token of that identity .*startTask whole.*; \(3\) replace the secret/,
          },
        },
      ],
    },
    {
      name: 'an account key in container run options',
      snapshot: withPlaces(accountKey(`${START}.containerSettings.containerRunOptions`)),
      expect: [
        {
          path: `${START}.containerSettings.containerRunOptions`,
          observed: 'an account key (left out here)',
          desired: 'a token of an identity of the pool',
          fix: { manual: /\(2\) take the secret out, / },
        },
      ],
    },
    {
      name: 'an account key in the settings of an extension',
      snapshot: withPlaces(accountKey(`${MACHINE}.extensions[logs].settings`)),
      expect: [
        {
          path: `${MACHINE}.extensions[logs].settings`,
          desired: 'an identity of the pool, or protectedSettings',
          why: OPEN,
          fix: {
            manual:
              /\(1\) let \S+\/nodes .*; \(2\) make a new pool .* protectedSettings.*; \(3\) move .*; \(4\) replace/,
          },
        },
      ],
    },
    {
      name: 'a blob mount by key, with a signature in its options',
      snapshot: withPlaces(mount(BLOB, 'blob'), signature(`${BLOB}.blobfuseOptions`)),
      expect: [
        {
          path: BLOB,
          observed: 'a mount of a blob container by a key (left out here)',
          desired: BY_REFERENCE,
          why: KEPT,
          fix: {
            manual:
              /\(1\) let \S+\/nodes use the blobs .*; \(2\) set an identityReference to \S+\/nodes there \(at zero nodes, .*mountConfiguration whole.*; \(3\) rotate/,
          },
        },
        {
          path: `${BLOB}.blobfuseOptions`,
          desired: BY_REFERENCE,
          why: OPEN,
          fix: {
            manual:
              /\(2\) set an identityReference to \S+\/nodes there, and take the secret out of blobfuseOptions .*; \(3\) replace/,
          },
        },
      ],
    },
    {
      name: 'a key in the options of a mount that is not judged itself',
      snapshot: withPlaces(files, accountKey(`${files.path}.mountOptions`)),
      expect: [
        {
          path: `${files.path}.mountOptions`,
          desired: AS_BLOBS,
          fix: { manual: /\(1\) keep the data in a blob container, .*; \(2\) mount that .*; \(3\) replace/ },
        },
      ],
    },
    {
      name: 'keyMounts: mounts that know no identity',
      snapshot: withPlaces(files, cifs),
      options: { keyMounts: true },
      expect: [
        {
          path: files.path,
          observed: 'a mount of an Azure Files share by a key (left out here)',
          desired: AS_BLOBS,
          why: KEPT,
          fix: {
            manual:
              /\(1\) keep the data in a blob container, and let \S+\/nodes use .*; \(2\) mount that with an identityReference to \S+\/nodes \(at zero nodes, .*; \(3\) rotate/,
          },
        },
        {
          path: cifs.path,
          observed: 'a mount of a CIFS share by a key (left out here)',
          desired: AS_BLOBS,
          fix: { manual: /\(3\) rotate/ },
        },
      ],
    },
    {
      name: 'registries with a password: of the pool, and of the start task',
      snapshot: withPlaces(
        registry(`${MACHINE}.containerConfiguration.containerRegistries[acr1.azurecr.io]`),
        registry(`${START}.containerSettings.registry`),
      ),
      expect: [
        {
          path: `${MACHINE}.containerConfiguration.containerRegistries[acr1.azurecr.io]`,
          observed: 'a registry with a user name and a password (left out here)',
          desired: BY_REFERENCE,
          why: KEPT,
          fix: {
            manual:
              /\(1\) let \S+\/nodes pull .*; \(2\) set an identityReference to \S+\/nodes there, and take the user name away \(in a new pool; or at zero nodes, .*; \(3\) rotate/,
          },
        },
        {
          path: `${START}.containerSettings.registry`,
          desired: BY_REFERENCE,
          fix: { manual: /\(2\) set an identityReference .*the user name away \(send startTask whole.*; \(3\) rotate/ },
        },
      ],
    },
    {
      name: 'a setting whose value opens storage: a token of the identity takes its place',
      snapshot: withPlaces(setting('DATA_URL', { kind: 'signature' }), setting('STORAGE', { kind: 'account-key' })),
      options: { allowNames: ['sig', 'AccountKey', `${START}.environmentSettings[STORAGE]`] },
      expect: [
        {
          path: `${START}.environmentSettings[DATA_URL]`,
          observed: 'a shared access signature (left out here)',
          desired: 'a token of an identity of the pool',
          fix: {
            manual:
              /\(1\) let \S+\/nodes reach .*; \(2\) take the secret out, and let the start task and the tasks work .*; \(3\) replace the secret: whoever may read the pool has been able to see it\.$/,
          },
        },
        { path: `${START}.environmentSettings[STORAGE]`, fix: { manual: /\(2\) take the secret out, / } },
      ],
    },
    {
      name: 'passwords, tokens and private keys in a command line: a vault takes their place',
      snapshot: withPlaces(
        signature(`${START}.commandLine`),
        named(`${START}.commandLine`, 'DB_PASSWORD'),
        { path: `${START}.commandLine`, name: null, holds: { kind: 'password' } },
        { path: `${START}.commandLine`, name: null, holds: { kind: 'token' } },
        { path: `${START}.commandLine`, name: null, holds: { kind: 'private-key' } },
      ),
      expect: [
        {
          path: `${START}.commandLine`,
          observed:
            'a shared access signature and a value named DB_PASSWORD and a password and a token and a private key (left out here)',
          desired: 'a secret in a Key Vault, which an identity of the pool may read',
          why: OPEN,
          fix: {
            manual:
              /\(1\) put the value into a Key Vault; \(2\) let \S+\/nodes read .*; \(3\) let the command fetch it .*startTask whole.*; \(4\) replace .* name it in option allowNames\.$/,
          },
        },
      ],
    },
    {
      name: 'a password in the URL of a file, which no identity can take the place of where the file is',
      snapshot: withPlaces({
        path: `${START}.resourceFiles[a].httpUrl`,
        name: null,
        holds: { kind: 'password' },
      }),
      expect: [
        {
          path: `${START}.resourceFiles[a].httpUrl`,
          observed: 'a password (left out here)',
          desired: 'a blob, with an identityReference to an identity of the pool',
          fix: { manual: /\(1\) keep the file in a blob container, .*; \(2\) give its URL there, .*; \(3\) replace/ },
        },
      ],
    },
    {
      name: 'metadata and tags',
      snapshot: withPlaces(
        item('properties.metadata', 'db', { kind: 'named', name: 'Password' }),
        item('properties.resourceTags', 'api-token'),
        item('tags', 'url', { kind: 'signature' }),
      ),
      options: { allowNames: ['tags'] },
      expect: [
        {
          path: 'properties.metadata[db]',
          observed: 'a value named Password (left out here)',
          desired: 'nothing that is secret',
          why: OPEN,
          fix: {
            manual:
              /\(1\) put the value into a Key Vault, .*; \(2\) take it out of the metadata \(send metadata whole\); \(3\) replace .* allowNames\.$/,
          },
        },
        {
          path: 'properties.resourceTags[api-token]',
          fix: { manual: /\(2\) take the tag away \(send the tags whole\); \(3\) replace/ },
        },
        { path: 'tags[url]', fix: { manual: /\(2\) take the tag away / } },
      ],
    },
    {
      name: 'a URL of a share that is not judged itself',
      snapshot: withPlaces(files, signature(`${files.path}.azureFileUrl`), signature(`${cifs.path}.source`)),
      expect: [
        {
          path: `${files.path}.azureFileUrl`,
          desired: AS_BLOBS,
          fix: { manual: /\(2\) mount that .*; \(3\) replace/ },
        },
        { path: `${cifs.path}.source`, desired: AS_BLOBS, fix: { manual: /\(2\) mount that .*; \(3\) replace/ } },
      ],
    },
    {
      name: 'settings that are named as secrets, one of them allowed',
      snapshot: withPlaces(setting('DB_PASSWORD'), setting('storageKey'), setting('API_TOKEN')),
      options: { allowNames: ['StorageKey'] },
      expect: [
        {
          path: `${START}.environmentSettings[DB_PASSWORD]`,
          observed: 'a value named DB_PASSWORD (left out here)',
          desired: 'a secret in a Key Vault, which an identity of the pool may read',
          why: OPEN,
          fix: {
            manual:
              /\(1\) put the value into a Key Vault; \(2\) let \S+\/nodes read it there .*; \(3\) let the start task fetch it .*; \(4\) replace the secret.* name it in option allowNames\.$/,
          },
        },
        { path: `${START}.environmentSettings[API_TOKEN]`, fix: { manual: /allowNames\.$/ } },
      ],
    },
    {
      name: 'a partial body: what is seen decides',
      snapshot: snapshotOf({
        pools: [holding([setting('DB_PASSWORD')], { shows: 'some', deployment: null, identityIds: [] })],
      }),
      expect: [
        {
          path: `${START}.environmentSettings[DB_PASSWORD]`,
          fix: { manual: /^In this order: \(1\) add a user-assigned identity .* its body shows none, / },
        },
      ],
    },
  ],
  unknown: [
    {
      name: 'a partial body that shows no secret',
      snapshot: snapshotOf({ pools: [holding([files], { shows: 'some', creationTime: null })] }),
      expect: [{ path: '', unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
  options: fc.record({ allowNames: fc.subarray(['db_password', 'REGION']), keyMounts: fc.boolean() }),
});
