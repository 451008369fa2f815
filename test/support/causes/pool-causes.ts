import type { StartTask } from '../../../shared/core/model/pool-parts.ts';
import type { SecretVersion, UserSecret } from '../../../shared/core/model/secret.ts';
import { aSecret, aVersion, having, marked, VAULT, versionId } from '../rotations/examples.ts';
import { behind, groupRule, outboundGroup, securityGroup } from '../security-groups.ts';
import {
  anAccount,
  anAutoStorage,
  anImage,
  aPool,
  identityId,
  natPool,
  retiredParts,
  SUBNET_ID,
  securityRule,
  snapshotOf,
} from '../snapshots.ts';
import { type Cause, onFacets, onPools } from './cause.ts';

type Parts = Parameters<typeof aPool>[0];

const NODES = identityId('nodes');
const OTHER = identityId('other');
const CLOUD_SERVICE = { kind: 'cloud-service', inferred: false } as const;
const MACHINE = { kind: 'virtual-machine', windows: false } as const;

function pool(parts: Parts, facets = {}) {
  return snapshotOf({ pools: [aPool(parts)], facets });
}

/** What an older api-version shows of the pool. */
function retired(parts: Parameters<typeof retiredParts>[0]) {
  return { retired: { known: [retiredParts(parts)] } };
}

function startTask(parts: Partial<StartTask>): Parts {
  return { startTask: { user: null, asksForAnyToken: false, ...parts } };
}

function secret(path: string, holds: NonNullable<NonNullable<Parts>['secretPlaces']>[number]['holds']) {
  return pool({ secretPlaces: [{ path: `properties.${path}`, name: null, holds }] });
}

/** Of the places that hold a secret, those stay that do not. */
function withoutSecretAt(place: RegExp) {
  return onPools(({ secretPlaces }) => ({ secretPlaces: secretPlaces.filter(({ path }) => !place.test(path)) }));
}

const EXTENSION = 'properties.deploymentConfiguration.virtualMachineConfiguration.extensions[kv]';
const CERTIFICATES = 'https://kv.vault.azure.net/secrets/cert';

function extension(parts: object) {
  const settings = { pollingInterval: '3600', certificates: [], clientId: 'client1', ...parts };
  const identities = [{ id: NODES, principalId: null, clientId: 'client1' }];
  return pool({ keyVaultExtensions: [{ name: 'kv', settings }], identities });
}

function setExtension(parts: object) {
  return onPools(({ keyVaultExtensions }) => ({
    keyVaultExtensions: keyVaultExtensions.map((one) => ({
      ...one,
      settings: one.settings && { ...one.settings, ...parts },
    })),
  }));
}

/** The pool says that it was given version 4, which each cure makes the current one. */
function withSecret(
  main: readonly SecretVersion[],
  pending: readonly SecretVersion[] = [],
  parts: Partial<UserSecret> = {},
  marker: string | null = '4',
) {
  const metadata = marked(aPool(), 'render', marker === null ? null : versionId(marker));
  const users = [{ name: 'render', elevationLevel: null }];
  return pool({ users, metadata }, secrets(main, pending, parts));
}

function secrets(
  main: readonly SecretVersion[],
  pending: readonly SecretVersion[] = [],
  parts: Partial<UserSecret> = {},
) {
  return { secrets: { known: [aSecret({ versions: { known: having(main, pending) }, ...parts })] } };
}

const MADE = new Date('2026-11-25T00:00:00Z');
const EARLIER = new Date('2026-11-24T00:00:00Z');
const expires = new Date('2027-02-01T00:00:00Z');
const given = aVersion('4', MADE, { expires });
const undone = ['7', '8'].map((digit) =>
  aVersion(digit, MADE, { enabled: false, tags: { replaces: versionId('3') }, expires }),
);

const closed = behind({ known: securityGroup(groupRule(200, { access: 'Deny', sources: ['Internet'] })) });

export const POOL_CAUSES: { readonly [id: string]: readonly Cause[] } = {
  'pool-subnet': [
    {
      name: 'there is none',
      snapshot: pool({}),
      cure: onPools(() => ({ subnetId: SUBNET_ID })),
      says: /resize the pool to zero nodes.*set subnetId/,
    },
    {
      name: 'it is none of the allowed ones',
      snapshot: pool({ subnetId: `${SUBNET_ID}-other` }),
      options: { allowed: [SUBNET_ID] },
      cure: onPools(() => ({ subnetId: SUBNET_ID })),
      says: /choose one of .*see that nodes reach from there/,
    },
    {
      name: 'the nodes are cloud services',
      snapshot: pool({ deployment: CLOUD_SERVICE }),
      cure: onPools(() => ({ deployment: MACHINE, subnetId: SUBNET_ID })),
      says: /make a new pool in it, with a virtualMachineConfiguration/,
    },
  ],
  'pool-subnet-nsg': [
    {
      name: 'the subnet has no group',
      snapshot: pool({ subnetId: SUBNET_ID, endpoints: [natPool()] }, behind({ known: null })),
      cure: onFacets(closed),
      says: /create a network security group/,
    },
    {
      name: 'the group lets the internet in',
      snapshot: pool({ subnetId: SUBNET_ID, endpoints: [natPool()] }, behind({ known: securityGroup(groupRule(300)) })),
      cure: onFacets(closed),
      says: /in the network security group .*nsg1, write an inbound rule/,
    },
  ],
  'pool-public-ip': [
    {
      name: 'there is no subnet, and nobody vouches for a way out',
      snapshot: pool({}),
      cure: onPools(() => ({ subnetId: SUBNET_ID, publicIp: 'NoPublicIPAddresses' })),
      says: /put the pool into a subnet .*egress, confirmed.*set provision to NoPublicIPAddresses/,
    },
    {
      name: 'nobody vouches for a way out',
      snapshot: pool({ subnetId: SUBNET_ID }),
      cure: onPools(() => ({ publicIp: 'NoPublicIPAddresses' })),
      says: /^In this order: \(1\) see that nodes get out of the subnet/,
    },
    {
      name: 'the addresses are of IPv6 too',
      snapshot: pool({ subnetId: SUBNET_ID, hasIpv6: true }),
      options: { egress: 'confirmed' },
      cure: onPools(() => ({ publicIp: 'NoPublicIPAddresses' })),
      says: /^In this order: \(1\) see on a pool that nobody needs .*ipFamilies with IPv6/,
    },
    {
      name: 'the addresses have tags',
      snapshot: pool({ subnetId: SUBNET_ID, hasIpTags: true }),
      options: { egress: 'confirmed' },
      cure: onPools(() => ({ publicIp: 'NoPublicIPAddresses' })),
      says: /^In this order: \(1\) see on a pool that nobody needs .*together with ipTags/,
    },
    {
      name: 'the addresses are the owner’s',
      snapshot: pool({ subnetId: SUBNET_ID, publicIp: 'UserManaged' }),
      cure: onPools(() => ({ publicIp: 'NoPublicIPAddresses' })),
      says: /see who relies on these addresses/,
    },
    {
      name: 'the nodes are cloud services',
      snapshot: pool({ subnetId: SUBNET_ID, deployment: CLOUD_SERVICE }),
      cure: onPools(() => ({ deployment: MACHINE, publicIp: 'NoPublicIPAddresses' })),
      says: /make a new pool there, with a virtualMachineConfiguration/,
    },
  ],
  'pool-remote-access': [
    {
      name: 'the pool may have no endpoint configuration',
      snapshot: pool({ subnetId: SUBNET_ID, publicIp: 'NoPublicIPAddresses', endpoints: [natPool()] }),
      cure: onPools(() => ({ endpoints: null })),
      says: /remove endpointConfiguration/,
    },
    {
      name: 'nodes speak to each other on the port, and the virtual network gets in',
      snapshot: pool({
        subnetId: SUBNET_ID,
        interNodeCommunication: true,
        endpoints: [natPool({ rules: [securityRule({ sourceAddressPrefix: 'Internet' })] })],
      }),
      cure: onFacets(behind({ known: securityGroup(groupRule(100, { access: 'Deny', destinationPorts: ['22'] })) })),
      says: /the nodes need no port 22 among themselves.*a rule of the network security group of its subnet/,
    },
    {
      name: 'the nodes are cloud services',
      snapshot: pool({ deployment: CLOUD_SERVICE, endpoints: [natPool({ rules: [] })] }),
      cure: onPools(() => ({ deployment: MACHINE, endpoints: null })),
      says: /create a pool with a virtual machine configuration/,
    },
    {
      name: 'the pool has all NAT pools that it may have, and none for its default port',
      snapshot: pool({
        creationTime: new Date('2023-03-01T00:00:00Z'),
        endpoints: [1, 2, 3, 4, 5].map((i) =>
          natPool({
            name: `other${i}`,
            backendPort: 8000 + i,
            frontendPortRangeStart: 10000 + 200 * i,
            frontendPortRangeEnd: 10100 + 200 * i,
            rules: [securityRule({ priority: 200 + i })],
          }),
        ),
      }),
      cure: onPools(({ settings }) => ({
        endpoints: [...(settings.endpoints ?? []).slice(1), natPool({ rules: [securityRule()] })],
      })),
      says: /remove a NAT pool that is not needed.*add a TCP NAT pool for backend port 22/,
    },
    {
      name: 'the port is published by default, and a NAT pool has it for UDP',
      snapshot: pool({
        creationTime: new Date('2023-03-01T00:00:00Z'),
        endpoints: [natPool({ protocol: 'UDP', rules: [securityRule()] })],
      }),
      cure: onPools(() => ({ endpoints: [natPool({ rules: [securityRule()] })] })),
      says: /move what uses NAT pool ssh to another backend port/,
    },
  ],
  'pool-identity': [
    {
      name: 'it is not assignable',
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) }),
        pools: [aPool({ usesApplicationPackages: true })],
      }),
      cure: onPools(({ settings }) => ({ identityIds: [...settings.identityIds, NODES] })),
      says: /not in option assignable; .*add it at zero nodes/,
    },
    {
      name: 'a second identity would break the start task',
      options: { assignable: [NODES] },
      snapshot: snapshotOf({
        account: anAccount({ autoStorage: anAutoStorage({ nodeIdentityId: NODES }) }),
        pools: [
          aPool({ usesApplicationPackages: true, identityIds: [OTHER], ...startTask({ asksForAnyToken: true }) }),
        ],
      }),
      cure: onPools(({ settings }) => ({ identityIds: [...settings.identityIds, NODES] })),
      says: /let the start task say for which identity.*add .*nodes at zero nodes/,
    },
  ],
  'pool-identity-references': [
    {
      name: 'it is not assignable',
      snapshot: pool({ identityReferences: [{ path: 'properties.startTask', identityId: NODES }] }),
      options: { assignable: [] },
      cure: onPools(({ settings }) => ({ identityIds: [...settings.identityIds, NODES] })),
      says: /not in option assignable; .*add it at zero nodes/,
    },
    {
      name: 'it is no id of an identity',
      snapshot: pool({ identityReferences: [{ path: 'properties.startTask', identityId: 'nodes' }] }),
      cure: onPools(({ identityReferences, settings }) => ({
        identityReferences: identityReferences.map((one) =>
          one.identityId.startsWith('/') ? one : { ...one, identityId: settings.identityIds[0] ?? NODES },
        ),
        identityIds: settings.identityIds.length === 0 ? [NODES] : settings.identityIds,
      })),
      says: /^Name a user-assigned identity by its ARM id at properties\.startTask\.$/,
    },
  ],
  'pool-allowed-identities': [
    {
      name: 'one is not allowed',
      snapshot: pool({ identityIds: [NODES, OTHER] }),
      options: { allowed: [NODES] },
      cure: onPools(({ settings }) => ({ identityIds: settings.identityIds.filter((id) => id !== OTHER) })),
      says: /remove it, sending all other identities/,
    },
    {
      name: 'one is not allowed, and an extension signs in as it',
      snapshot: pool({
        identityIds: [OTHER],
        identities: [{ id: OTHER, principalId: null, clientId: 'client1' }],
        keyVaultExtensions: [
          { name: 'kv', settings: { pollingInterval: '3600', certificates: [], clientId: 'client1' } },
        ],
      }),
      options: { allowed: [NODES] },
      cure: onPools(() => ({ identityIds: [], identities: [], keyVaultExtensions: [] })),
      says: /make a new pool without it, whose Key Vault extension kv/,
    },
  ],
  'pool-ambiguous-identity': [
    {
      name: 'the start task names none of several',
      snapshot: pool({ identityIds: [NODES, OTHER], ...startTask({ asksForAnyToken: true }) }),
      cure: onPools(({ startTask }) => ({ startTask: startTask && { ...startTask, asksForAnyToken: false } })),
      says: /&client_id= .*or &mi_res_id=/,
    },
  ],
  'pool-named-user-elevation': [
    {
      name: 'a user is an administrator',
      snapshot: pool({ users: [{ name: 'render', elevationLevel: 'Admin' }] }),
      cure: onPools(() => ({ users: [{ name: 'render', elevationLevel: 'NonAdmin' }] })),
      says: /with render as NonAdmin/,
    },
    {
      name: 'the start task runs as that administrator',
      snapshot: pool({
        users: [{ name: 'render', elevationLevel: 'Admin' }],
        ...startTask({ user: { kind: 'named', name: 'render' } }),
      }),
      cure: onPools(() => ({ users: [{ name: 'render', elevationLevel: 'NonAdmin' }], ...startTask({}) })),
      says: /give the start task another user/,
    },
  ],
  'pool-start-task-elevation': [
    {
      name: 'an auto-user',
      snapshot: pool(startTask({ user: { kind: 'auto', elevationLevel: 'Admin', scope: null } })),
      cure: onPools(() => startTask({ user: { kind: 'auto', elevationLevel: 'NonAdmin', scope: null } }) ?? {}),
      says: /try the start task as a NonAdmin user/,
    },
  ],
  'pool-auto-user-scope': [
    {
      name: 'the auto-user of the pool',
      snapshot: pool(startTask({ user: { kind: 'auto', elevationLevel: null, scope: 'Pool' } })),
      cure: onPools(() => startTask({ user: { kind: 'auto', elevationLevel: null, scope: 'Task' } }) ?? {}),
      says: /set scope to Task/,
    },
  ],
  'pool-plain-secrets': [
    {
      name: 'in a URL',
      snapshot: secret('startTask.resourceFiles[setup.sh].httpUrl', { kind: 'signature' }),
      cure: withoutSecretAt(/httpUrl$/),
      says: /take the signature off the URL/,
    },
    {
      name: 'in the command line',
      snapshot: secret('startTask.commandLine', { kind: 'account-key' }),
      cure: withoutSecretAt(/commandLine$/),
      says: /let the command work with a token/,
    },
    {
      name: 'in the settings of an extension',
      snapshot: secret(`${EXTENSION.replace('properties.', '')}.settings`, { kind: 'account-key' }),
      cure: withoutSecretAt(/settings$/),
      says: /protectedSettings/,
    },
    {
      name: 'as a key of a mount',
      snapshot: secret('mountConfiguration[data].azureBlobFileSystemConfiguration', {
        kind: 'mount-key',
        share: 'blob',
      }),
      cure: withoutSecretAt(/BlobFileSystem/),
      says: /set an identityReference .*sending mountConfiguration whole/,
    },
    {
      name: 'as the password of a registry',
      snapshot: secret('startTask.containerSettings.registry', { kind: 'registry-password' }),
      cure: withoutSecretAt(/registry$/),
      says: /pull from the registry/,
    },
    {
      name: 'in an environment setting',
      snapshot: secret('startTask.environmentSettings[DB_PASSWORD]', {
        kind: 'named',
        name: 'DB_PASSWORD',
      }),
      cure: withoutSecretAt(/environmentSettings/),
      says: /put the value into a Key Vault/,
    },
  ],
  'pool-virtual-machine-configuration': [
    {
      name: 'cloud services',
      snapshot: pool({ deployment: CLOUD_SERVICE }),
      cure: onPools(() => ({ deployment: MACHINE })),
      says: /make a new pool with it, in a virtualMachineConfiguration/,
    },
  ],
  'pool-disk-encryption': [
    {
      name: 'on Linux',
      snapshot: pool({ diskEncryption: { atHost: false, targets: [] } }),
      cure: onPools(() => ({ diskEncryption: { atHost: false, targets: ['TemporaryDisk'] } })),
      says: /diskEncryptionConfiguration with the target TemporaryDisk/,
    },
    {
      name: 'on Linux, with an image of your own',
      snapshot: pool({ diskEncryption: { atHost: false, targets: [] }, image: anImage({ isOwn: true }) }),
      cure: onPools(() => ({ diskEncryption: { atHost: true, targets: [] } })),
      says: /choose a size that supports encryption at host/,
    },
    {
      name: 'on Windows',
      snapshot: pool({
        diskEncryption: { atHost: false, targets: [] },
        deployment: { kind: 'virtual-machine', windows: true },
      }),
      cure: onPools(() => ({ diskEncryption: { atHost: false, targets: ['OsDisk', 'TemporaryDisk'] } })),
      says: /with the targets OsDisk and TemporaryDisk/,
    },
  ],
  'pool-image-support': [
    {
      name: 'the agent ends',
      snapshot: pool({ image: anImage({ nodeAgent: 'batch.node.ubuntu 20.04' }) }),
      cure: onPools(({ image }) => ({ image: image && { ...image, nodeAgent: 'batch.node.ubuntu 24.04' } })),
      says: /choose an image with another node agent/,
    },
    {
      name: 'the image ends before its agent',
      snapshot: pool({ image: anImage({ nodeAgent: 'batch.node.el 9', publisher: 'almalinux', offer: 'almalinux' }) }),
      cure: onPools(({ image }) => ({ image: image && { ...image, publisher: 'rocky', offer: 'rocky' } })),
      says: /choose another image than almalinux/,
    },
    {
      name: 'the agent of an image of your own ends',
      snapshot: pool({ image: anImage({ nodeAgent: 'batch.node.ubuntu 20.04', isOwn: true }) }),
      cure: onPools(({ image }) => ({ image: image && { ...image, nodeAgent: 'batch.node.ubuntu 24.04' } })),
      says: /build your image anew/,
    },
  ],
  'pool-subnet-outbound': [
    {
      name: 'the group stops nodes',
      snapshot: pool(
        { subnetId: SUBNET_ID },
        behind({ known: outboundGroup(groupRule(200, { access: 'Deny', destinations: ['Internet'] })) }),
      ),
      cure: onFacets(
        behind({
          known: outboundGroup(
            groupRule(200, { access: 'Deny', destinations: ['Internet'] }),
            groupRule(199, { destinations: ['BatchNodeManagement.westeurope'], destinationPorts: ['443'] }),
          ),
        }),
      ),
      says: /write an outbound rule that allows: .* BatchNodeManagement\.westeurope.*a priority below 200/,
    },
  ],
  'pool-trusted-launch': [
    {
      name: 'there is no security profile',
      snapshot: pool({ launch: { securityType: null, secureBoot: false, vTpm: false } }),
      cure: onPools(() => ({ launch: { securityType: 'trustedLaunch', secureBoot: true, vTpm: true } })),
      says: /with securityType trustedLaunch/,
    },
    {
      name: 'secure boot is off',
      snapshot: pool({ launch: { securityType: 'trustedLaunch', secureBoot: false, vTpm: true } }),
      cure: onPools(({ launch }) => ({ launch: { ...launch, secureBoot: true } })),
      says: /make a new pool as this one, with secureBootEnabled/,
    },
  ],
  'pool-node-communication': [
    {
      name: 'the mode that nodes have is classic',
      snapshot: pool({}, retired({ targetCommunicationMode: 'Simplified', currentCommunicationMode: 'Classic' })),
      cure: onFacets(retired({ targetCommunicationMode: 'Simplified', currentCommunicationMode: 'Simplified' })),
      says: /\(2\) resize the pool to zero nodes once/,
    },
    {
      name: 'the mode that nodes are to have is classic',
      snapshot: pool({}, retired({ targetCommunicationMode: 'Classic', currentCommunicationMode: 'Simplified' })),
      cure: onFacets(retired({ targetCommunicationMode: 'Simplified', currentCommunicationMode: 'Simplified' })),
      says: /\(2\) set targetNodeCommunicationMode to Simplified/,
    },
  ],
  'pool-certificates': [
    {
      name: 'Batch installs one',
      snapshot: pool({}, retired({ certificateIds: ['certificates/sha1-0123'] })),
      cure: onFacets(retired({})),
      says: /Key Vault extension \(KeyVaultForLinux\)/,
    },
  ],
  'pool-certificate-rotation': [
    {
      name: 'one version is named',
      snapshot: extension({ certificates: [{ url: `${CERTIFICATES}/0123`, isPinned: true }] }),
      cure: setExtension({ certificates: [{ url: CERTIFICATES, isPinned: false }] }),
      says: /with the URL https:\/\/kv\.vault\.azure\.net\/secrets\/cert;/,
    },
    {
      name: 'no interval',
      snapshot: extension({ pollingInterval: null }),
      cure: setExtension({ pollingInterval: '3600' }),
      says: /with a pollingIntervalInS/,
    },
    {
      name: 'no identity',
      snapshot: extension({ clientId: null }),
      cure: setExtension({ clientId: 'client1' }),
      says: /with a msiClientId/,
    },
  ],
  'pool-named-user-secret': [
    {
      name: 'there is none',
      snapshot: withSecret([], [], {}, null),
      cure: () => withSecret([given]),
      says: /set the secret \S+ to the password that render has, with the tags account=/,
    },
    {
      name: 'the newest version is disabled',
      snapshot: withSecret([{ ...given, enabled: false }]),
      cure: onFacets(secrets([given])),
      says: /^Enable the newest version/,
    },
    {
      name: 'it is of another user',
      snapshot: withSecret([aVersion('4', MADE, { tags: { user: 'setup' } })]),
      cure: onFacets(secrets([given], [], { main: { vault: VAULT, name: 'another' }, isBound: true })),
      says: /bind another secret to render/,
    },
    {
      name: 'nothing says whose it is',
      snapshot: withSecret([{ ...given, tags: {} }]),
      cure: onFacets(secrets([{ ...given, tags: {} }], [], { isBound: true })),
      says: /or bind it in namedUsers\.bindings/,
    },
    {
      name: 'two versions were made in one second',
      snapshot: withSecret(['2', '3'].map((digit) => aVersion(digit, EARLIER, { expires }))),
      cure: onFacets(secrets([...['2', '3'].map((digit) => aVersion(digit, EARLIER, { expires })), given])),
      says: /Add to \S+ the version that is to hold/,
    },
    {
      name: 'what is to replace it is disabled',
      snapshot: withSecret([aVersion('3', EARLIER, { expires: MADE })], undone, {}, '3'),
      cure: () => withSecret([aVersion('3', EARLIER, { expires: MADE }), given], undone),
      says: /See who disables the versions of \S+-pending, .*or add a version to/,
    },
  ],
};
