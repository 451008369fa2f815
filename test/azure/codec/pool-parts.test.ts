import { describe, expect, test } from 'vitest';
import { MachineBody, StartTaskBody } from '../../../shared/azure/codec/pool-body.ts';
import { decodePool } from '../../../shared/azure/codec/pool-codec.ts';
import {
  decodeDiskEncryption,
  decodeKeyVaultExtensions,
  decodeStartTask,
} from '../../../shared/azure/codec/pool-parts-codec.ts';
import encrypted from '../../contract/examples/PoolCreate_VirtualMachineConfiguration.json' with { type: 'json' };
import whole from '../../contract/examples/PoolGet.json' with { type: 'json' };
import atHost from '../../contract/examples/PoolGet_SecurityProfile.json' with { type: 'json' };
import extended from '../../contract/examples/PoolGet_VirtualMachineConfiguration_Extensions.json' with {
  type: 'json',
};
import recorded from '../../contract/recorded/pools/pool-2022-01-01-userAccounts-startTask.json' with { type: 'json' };

import { POOL_ID } from '../../support/snapshots.ts';

const TOKEN = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=R';

function startTask(body: object) {
  return decodeStartTask(StartTaskBody.parse(body));
}

function machine(body: object) {
  return MachineBody.parse({ nodeAgentSkuId: 'batch.node.ubuntu 24.04', ...body });
}

describe('bodies of the contract', () => {
  const read = (example: { readonly responses: { readonly '200': { readonly body: unknown } } }) =>
    decodePool(example.responses['200'].body, 'all');

  test('PoolGet: an Admin auto-user with scope Pool, a named Admin, no encryption', () => {
    const { startTask, settings, diskEncryption, keyVaultExtensions } = read(whole);
    expect(startTask).toEqual({
      user: { kind: 'auto', elevationLevel: 'Admin', scope: 'Pool' },
      asksForAnyToken: false,
    });
    expect(settings.users).toEqual([{ name: 'username1', elevationLevel: 'Admin' }]);
    expect(diskEncryption).toEqual({ atHost: false, targets: [] });
    expect(keyVaultExtensions).toEqual([]);
  });

  test('PoolCreate_VirtualMachineConfiguration: both disks are encrypted', () => {
    expect(read(encrypted).diskEncryption).toEqual({ atHost: false, targets: ['OsDisk', 'TemporaryDisk'] });
  });

  test('PoolGet_SecurityProfile: encryption at the host', () => {
    expect(read(atHost).diskEncryption).toEqual({ atHost: true, targets: [] });
  });

  test('PoolGet_VirtualMachineConfiguration_Extensions: a Key Vault extension without secretsManagementSettings', () => {
    expect(read(extended).keyVaultExtensions).toEqual([{ name: 'batchextension1', settings: null }]);
  });

  test('as recorded: a cloud-service pool with a user and a start task', () => {
    const { startTask, settings, diskEncryption } = decodePool(recorded, 'all');
    expect(startTask?.user).toEqual({ kind: 'auto', elevationLevel: 'Admin', scope: 'Pool' });
    expect(settings.users).toEqual([{ name: 'UserName', elevationLevel: 'NonAdmin' }]);
    expect(diskEncryption).toEqual({ atHost: false, targets: [] });
  });
});

describe('users', () => {
  const auto = (elevationLevel: string | null, scope: string | null) => ({ kind: 'auto', elevationLevel, scope });

  test.each([
    ['no user', {}, null],
    ['null', { userIdentity: null }, null],
    ['neither kind', { userIdentity: {} }, null],
    ['an empty auto-user', { userIdentity: { autoUser: {} } }, auto(null, null)],
    ['nulls', { userIdentity: { userName: null, autoUser: { scope: null, elevationLevel: null } } }, auto(null, null)],
    ['a scope', { userIdentity: { autoUser: { scope: 'task' } } }, auto(null, 'task')],
    ['an elevation level', { userIdentity: { autoUser: { elevationLevel: 'Admin' } } }, auto('Admin', null)],
    ['a named user', { userIdentity: { userName: 'setup' } }, { kind: 'named', name: 'setup' }],
  ])('of a start task: %s', (_, body, user) => {
    expect(startTask(body)).toEqual({ user, asksForAnyToken: false });
  });

  test('there may be no start task', () => {
    expect([decodeStartTask(null), decodeStartTask(undefined)]).toEqual([null, null]);
  });

  test('of a pool: a level, none, null; nothing else is kept', () => {
    const bodies = [
      { name: 'a', elevationLevel: 'Admin', password: 'x', linuxUserConfiguration: { sshPrivateKey: 'x' } },
      { name: 'b' },
      { name: 'c', elevationLevel: null },
    ];
    expect(decodePool({ id: POOL_ID, properties: { userAccounts: bodies } }, 'all').settings.users).toEqual([
      { name: 'a', elevationLevel: 'Admin' },
      { name: 'b', elevationLevel: null },
      { name: 'c', elevationLevel: null },
    ]);
  });
});

describe('requests for a token', () => {
  test.each([
    ['a request without a selector', `curl '${TOKEN}' -H Metadata:true`],
    ['with a port, and doubled slashes', `curl http://169.254.169.254:80/metadata//identity/oauth2/token?resource=R`],
    ['in upper case', `curl '${TOKEN.toUpperCase()}'`],
    ['one that reads the client id from the answer', `curl '${TOKEN}' | jq .client_id`],
    ['and one that looks for it there', `curl '${TOKEN}' | grep client_id`],
    ['and one that compares it', `curl '${TOKEN}'; [ $client_id == 1 ]`],
    ['and one that names a variable so', `curl '${TOKEN}'; AZURE_CLIENT_ID=x run`],
    ['two, the first with a selector', `curl '${TOKEN}&client_id=1'; curl '${TOKEN}'`],
    ['two, the second with a selector', `curl '${TOKEN}'; curl '${TOKEN}&client_id=1'`],
  ])('for any identity: %s', (_, commandLine) => {
    expect(startTask({ commandLine })?.asksForAnyToken).toBe(true);
  });

  test.each([
    ['none at all', '/bin/sh -c ./setup.sh'],
    ['no command line', null],
    ['another question', 'curl http://169.254.169.254/metadata/instance'],
    ['client_id', `curl '${TOKEN}&client_id=1'`],
    ['object_id', `curl '${TOKEN}&object_id=1'`],
    ['mi_res_id, in upper case', `curl '${TOKEN}&MI_RES_ID=/subscriptions/1'`],
    ['msi_res_id', `curl '${TOKEN}&msi_res_id=/subscriptions/1'`],
    ['beside the URL', `curl -G '${TOKEN}' --data-urlencode 'client_id=1'`],
    ['in a table of PowerShell', `irm ${TOKEN} -Body @{ client_id = '1' }`],
    ['encoded', `get ${encodeURIComponent(`&client_id=1`)} from ${TOKEN}%26client_id%3D1`],
    ['two, each with a selector', `curl '${TOKEN}&client_id=1'; curl '${TOKEN}&object_id=1'`],
  ])('not for any identity: %s', (_, commandLine) => {
    expect(startTask({ commandLine })?.asksForAnyToken).toBe(false);
  });
});

describe('disk encryption', () => {
  test.each([
    ['none', {}, { atHost: false, targets: [] }],
    ['nulls', { securityProfile: null, diskEncryptionConfiguration: null }, { atHost: false, targets: [] }],
    [
      'null inside',
      { securityProfile: { encryptionAtHost: null }, diskEncryptionConfiguration: { targets: null } },
      { atHost: false, targets: [] },
    ],
    ['off', { securityProfile: { encryptionAtHost: false } }, { atHost: false, targets: [] }],
    ['at the host', { securityProfile: { encryptionAtHost: true } }, { atHost: true, targets: [] }],
    ['a target', { diskEncryptionConfiguration: { targets: ['OsDisk'] } }, { atHost: false, targets: ['OsDisk'] }],
  ])('%s', (_, body, expected) => {
    expect(decodeDiskEncryption(machine(body))).toEqual(expected);
  });

  test('there may be no virtual machine', () => {
    expect(decodeDiskEncryption(null)).toEqual({ atHost: false, targets: [] });
  });
});

describe('Key Vault extensions', () => {
  const CERT = 'https://kv1.vault.azure.net/secrets/cert1';
  const VERSION = '0123456789abcdef0123456789abcdef';
  const extension = (parts: object = {}) => ({
    name: 'kv',
    publisher: 'Microsoft.Azure.KeyVault',
    type: 'KeyVaultForLinux',
    ...parts,
  });
  const withSettings = (settings: unknown) =>
    decodeKeyVaultExtensions(machine({ extensions: [extension({ settings })] }));
  const secrets = (parts: object, others: object = {}) =>
    withSettings({ secretsManagementSettings: parts, ...others })[0]?.settings;

  test('only those of that publisher and type, in any case', () => {
    const extensions = [
      extension({ name: 'a', type: 'keyvaultforwindows', publisher: 'microsoft.azure.keyvault' }),
      extension({ name: 'b' }),
      extension({ name: 'c', type: 'KeyVaultForLinuxes' }),
      extension({ name: 'd', publisher: 'Contoso.KeyVault' }),
    ];
    expect(decodeKeyVaultExtensions(machine({ extensions })).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(decodeKeyVaultExtensions(machine({ extensions: null }))).toEqual([]);
    expect(decodeKeyVaultExtensions(null)).toEqual([]);
  });

  test('as the manual of Batch has it', () => {
    const settings = {
      secretsManagementSettings: {
        pollingIntervalInS: '300',
        requireInitialSync: true,
        observedCertificates: [`${CERT}/${VERSION}`, { url: CERT, certificateStoreLocation: 'LocalMachine' }],
      },
      authenticationSettings: { msiEndpoint: 'http://169.254.169.254/metadata/identity', msiClientId: 'client-1' },
    };
    expect(withSettings(settings)).toEqual([
      {
        name: 'kv',
        settings: {
          pollingInterval: '300',
          certificates: [
            { url: `${CERT}/${VERSION}`, isPinned: true },
            { url: CERT, isPinned: false },
          ],
          clientId: 'client-1',
        },
      },
    ]);
  });

  test.each([
    ['a number', { pollingIntervalInS: 300 }, '300'],
    ['a text', { pollingIntervalInS: '300' }, '300'],
    ['an empty text', { pollingIntervalInS: '' }, null],
    ['null', { pollingIntervalInS: null }, null],
    ['none', {}, null],
  ])('the interval: %s', (_, parts, expected) => {
    expect(secrets(parts)?.pollingInterval).toBe(expected);
  });

  test.each([
    [CERT, CERT, false],
    [`${CERT}/`, `${CERT}/`, false],
    [`${CERT}?api-version=7.4`, CERT, false],
    [`${CERT}/${VERSION}?x=${CERT}`, `${CERT}/${VERSION}`, true],
    [
      `https://kv1.vault.azure.net:443/Certificates/cert1/${VERSION}`,
      `https://kv1.vault.azure.net:443/Certificates/cert1/${VERSION}`,
      true,
    ],
  ])('the certificate %s', (given, url, isPinned) => {
    expect(secrets({ observedCertificates: [given, { url: given }] })?.certificates).toEqual([
      { url, isPinned },
      { url, isPinned },
    ]);
  });

  test.each([
    ['given', { authenticationSettings: { msiClientId: 'client-1' } }, 'client-1'],
    ['empty', { authenticationSettings: { msiClientId: '' } }, null],
    ['null', { authenticationSettings: { msiClientId: null } }, null],
    ['no settings', { authenticationSettings: null }, null],
    ['none', {}, null],
  ])('the client id: %s', (_, others, expected) => {
    expect(secrets({}, others)?.clientId).toBe(expected);
  });

  test.each([
    ['none', undefined],
    ['null', null],
    ['a text', '{"secretsManagementSettings":{}}'],
    ['no secretsManagementSettings', { authenticationSettings: { msiClientId: 'client-1' } }],
    ['a certificate without a URL', { secretsManagementSettings: { observedCertificates: [{}] } }],
  ])('settings that cannot be read: %s', (_, settings) => {
    expect(withSettings(settings)).toEqual([{ name: 'kv', settings: null }]);
  });
});
