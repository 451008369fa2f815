import type { Pool } from '../../shared/core/model/pool.ts';
import type { KeyVaultExtensionSettings } from '../../shared/core/model/pool-parts.ts';
import { poolCertificateRotation } from '../../shared/rules/pool-certificate-rotation.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, identityId, snapshotOf } from '../support/snapshots.ts';

const EXTENSIONS = 'properties.deploymentConfiguration.virtualMachineConfiguration.extensions';
const SETTINGS = `${EXTENSIONS}[keyvault].settings`;
const INTERVAL = `${SETTINGS}.secretsManagementSettings.pollingIntervalInS`;
const CLIENT = `${SETTINGS}.authenticationSettings.msiClientId`;
const CERT = 'https://kv1.vault.azure.net/secrets/cert1';
const VERSION = `${CERT}/0123456789abcdef0123456789abcdef`;
const PORT = 'https://kv1.vault.azure.net:443/certificates/cert2';
const [ONE, TWO] = ['00000000-0000-0000-0000-00000000001a', '00000000-0000-0000-0000-00000000001b'];
const DESIRED_CLIENT = 'the client id of an identity of the pool';

const good: KeyVaultExtensionSettings = {
  pollingInterval: '3600',
  certificates: [{ url: CERT, isPinned: false }],
  clientId: ONE,
};

function identity(name: string, clientId: string | null) {
  return { id: identityId(name), principalId: null, clientId };
}

function poolWith(settings: Partial<KeyVaultExtensionSettings> | null, overrides: Partial<Pool> = {}): Pool {
  return aPool({
    identities: [identity('vault', ONE), identity('nodes', TWO)],
    keyVaultExtensions: [{ name: 'keyvault', settings: settings && { ...good, ...settings } }],
    ...overrides,
  });
}

function withPool(...parts: Parameters<typeof poolWith>) {
  return snapshotOf({ pools: [poolWith(...parts)] });
}

const pinned = {
  path: `${SETTINGS}.secretsManagementSettings.observedCertificates[${VERSION}]`,
  observed: VERSION,
  desired: CERT,
  why: /a renewed one is never fetched/,
  fix: {
    manual:
      /^In this order: \(1\) make a new pool .* but with the URL https:\/\/kv1.vault.azure.net\/secrets\/cert1; \(2\) move .*; \(3\) delete /,
  },
};
const unpolled = {
  path: INTERVAL,
  observed: null,
  desired: 'an interval in seconds',
  fix: { manual: /^In this order: \(1\) make .* but with a pollingIntervalInS, in seconds, such as "3600"; \(2\)/ },
};
const nameless = {
  path: CLIENT,
  observed: null,
  desired: DESIRED_CLIENT,
  why: /does not say with which identity/,
  fix: {
    manual: /but with a msiClientId: the client id .*, one of 0+-.*1a \(\S+\/vault\), 0+-.*1b \(\S+\/nodes\); \(2\)/,
  },
};

testRule(poolCertificateRotation, {
  compliant: [
    { name: 'no Key Vault extension', snapshot: snapshotOf({}) },
    { name: 'a certificate without version, polled, with an identity of the pool', snapshot: withPool({}) },
    { name: 'the client id in another case', snapshot: withPool({ clientId: ONE.toUpperCase() }) },
    { name: 'no certificate', snapshot: withPool({ certificates: [] }) },
    {
      name: 'the client id is shown, that of another identity is not',
      snapshot: withPool({}, { identities: [identity('nodes', null), identity('vault', ONE)] }),
    },
    {
      name: 'a body without creation time that shows the identity',
      snapshot: withPool({}, { shows: 'some', creationTime: null }),
    },
    {
      name: 'a cloud-service pool, which has no extensions',
      snapshot: snapshotOf({ pools: [aPool({ deployment: { kind: 'cloud-service', inferred: false } })] }),
    },
  ],
  violating: [
    {
      name: 'a certificate is pinned',
      snapshot: withPool({ certificates: [{ url: VERSION, isPinned: true }] }),
      expect: [pinned],
    },
    {
      name: 'one of two is pinned, twice, under certificates',
      snapshot: withPool({
        certificates: [
          { url: CERT, isPinned: false },
          { url: `${PORT}/v1/`, isPinned: true },
          { url: `${PORT}/v1/`, isPinned: true },
        ],
      }),
      expect: [
        {
          path: `${SETTINGS}.secretsManagementSettings.observedCertificates[${PORT}/v1/]`,
          observed: `${PORT}/v1/`,
          desired: PORT,
          fix: { manual: /with the URL https:\/\/kv1.vault.azure.net:443\/certificates\/cert2; \(2\)/ },
        },
      ],
    },
    { name: 'no interval', snapshot: withPool({ pollingInterval: null }), expect: [unpolled] },
    { name: 'no client id', snapshot: withPool({ clientId: null }), expect: [nameless] },
    {
      name: 'no client id, in a partial body that shows no identity: its lack decides',
      snapshot: withPool(
        { clientId: null },
        { shows: 'some', creationTime: null, identities: [identity('vault', null)] },
      ),
      expect: [
        {
          ...nameless,
          fix: { manual: /but with a msiClientId: the client id .*, one of \S+\/vault; \(2\)/ },
        },
      ],
    },
    {
      name: 'the client id of no identity of the pool',
      snapshot: withPool({ clientId: 'another' }),
      expect: [{ ...nameless, observed: 'another', why: /another is of no identity of the pool/ }],
    },
    {
      name: 'a client id, and the pool has no identity',
      snapshot: withPool({}, { identities: [] }),
      expect: [
        {
          path: CLIENT,
          observed: ONE,
          desired: DESIRED_CLIENT,
          fix: { manual: /but with a msiClientId: the client id of a user-assigned identity that the pool is given/ },
        },
      ],
    },
    {
      name: 'all faults at once, each with its own finding',
      snapshot: withPool({ certificates: [{ url: VERSION, isPinned: true }], pollingInterval: null, clientId: null }),
      expect: [pinned, unpolled, nameless],
    },
    {
      name: 'of two extensions one is faulty, the other cannot be read',
      snapshot: snapshotOf({
        pools: [
          poolWith(null, {
            keyVaultExtensions: [
              { name: 'keyvault', settings: { ...good, pollingInterval: null } },
              { name: 'other', settings: null },
            ],
          }),
        ],
      }),
      expect: [
        unpolled,
        { path: `${EXTENSIONS}[other].settings`, unknown: /no secretsManagementSettings/, code: 'unreadable' },
      ],
    },
  ],
  unknown: [
    {
      name: 'settings that cannot be read',
      snapshot: withPool(null),
      expect: [{ path: SETTINGS, unknown: /no secretsManagementSettings/, code: 'unreadable' }],
    },
    {
      name: 'a body without deploymentConfiguration',
      snapshot: snapshotOf({ pools: [aPool({ shows: 'some', deployment: null })] }),
      expect: [{ path: EXTENSIONS, unknown: /has no deploymentConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'the client id may be of an identity whose client id is not shown',
      snapshot: withPool({ clientId: TWO }, { identities: [identity('vault', ONE), identity('nodes', null)] }),
      expect: [{ path: CLIENT, unknown: /does not show the client id of \S+\/nodes$/, code: 'not-shown' }],
    },
    {
      name: 'the client id may be of an identity that a partial body lacks',
      snapshot: withPool({}, { identities: [], shows: 'some', creationTime: null }),
      expect: [{ path: CLIENT, unknown: /does not show all identities of the pool$/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
