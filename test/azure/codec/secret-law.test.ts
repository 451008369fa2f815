import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePool } from '../../../shared/azure/codec/pool-codec.ts';
import { poolPlainSecrets } from '../../../shared/rules/pool-plain-secrets.ts';
import { runs } from '../../support/runs.ts';
import { identityId, POOL_ID, snapshotOf } from '../../support/snapshots.ts';

/** Apart, so that no file seems to hold a private key. */
const BEGIN = '-----BEGIN';

const MACHINE = 'properties.deploymentConfiguration.virtualMachineConfiguration';
const START = 'properties.startTask';

/** Every place of a body that shows a text, with the path of what is found there. */
const PLACES: readonly (readonly [path: string, body: (text: string) => object])[] = [
  [`${START}.commandLine`, (text) => startTask({ commandLine: text })],
  [`${START}.environmentSettings[DATA]`, (text) => startTask({ environmentSettings: [{ name: 'DATA', value: text }] })],
  [
    `${START}.environmentSettings[SECRET_URL]`,
    (text) => startTask({ environmentSettings: [{ name: 'SECRET_URL', value: text }] }),
  ],
  [
    `${START}.containerSettings.containerRunOptions`,
    (text) => startTask({ containerSettings: { containerRunOptions: text } }),
  ],
  [`${START}.resourceFiles[a].httpUrl`, (text) => startTask({ resourceFiles: [{ filePath: 'a', httpUrl: text }] })],
  [
    `${START}.resourceFiles[a].storageContainerUrl`,
    (text) => startTask({ resourceFiles: [{ filePath: 'a', storageContainerUrl: text }] }),
  ],
  [`${MACHINE}.extensions[e].settings`, (text) => extension({ a: [{ b: text }] })],
  [`${MACHINE}.extensions[e].settings`, (text) => extension(JSON.stringify({ a: [{ b: text }] }))],
  [
    `${MACHINE}.extensions[e].settings`,
    (text) => extension({ a: JSON.stringify([{ b: JSON.stringify({ c: text }) }]) }),
  ],
  [`${MACHINE}.extensions[e].settings`, (text) => extension(text)],
  ['properties.metadata[m]', (text) => ({ metadata: [{ name: 'm', value: text }] })],
  ['properties.resourceTags[t]', (text) => ({ resourceTags: { t: text } })],
  [
    'properties.mountConfiguration[d].azureBlobFileSystemConfiguration.blobfuseOptions',
    (text) =>
      mount('azureBlobFileSystemConfiguration', {
        blobfuseOptions: text,
        identityReference: { resourceId: identityId('nodes') },
      }),
  ],
  ...(['azureFileShareConfiguration', 'cifsMountConfiguration', 'nfsMountConfiguration'] as const).flatMap((share) =>
    (['mountOptions', 'source', 'azureFileUrl'] as const).map(
      (field) =>
        [
          `properties.mountConfiguration[d].${share}.${field}`,
          (text: string) => mount(share, { [field]: text }),
        ] as const,
    ),
  ),
];

function startTask(parts: object) {
  return { startTask: parts };
}

function extension(settings: unknown) {
  const machine = { nodeAgentSkuId: 'x', extensions: [{ name: 'e', publisher: 'p', type: 't', settings }] };
  return { deploymentConfiguration: { virtualMachineConfiguration: machine } };
}

function mount(share: string, parts: object) {
  return { mountConfiguration: [{ [share]: { relativeMountPath: 'd', ...parts } }] };
}

/** Ways in which a text holds a value. */
const HOLDING: readonly ((value: string) => string)[] = [
  (value) => `https://store1.blob.core.windows.net/c?sv=2024-11-04&sr=c&sig=${encodeURIComponent(value)}`,
  (value) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${value};EndpointSuffix=core.windows.net`,
  (value) => `Endpoint=sb://b/;SharedAccessKeyName=r;SharedAccessKey=${value}`,
  (value) => `https://u:${value}@example.com/a`,
  (value) => `https://u:${encodeURIComponent(value)}@example.com/a`,
  (value) => `tool --account-key ${value} -v`,
  (value) => `tool --account-key="${value}" -v`,
  (value) => `/bin/sh -c "export DB_PASS='${value}'; run"`,
  (value) => `run -e APIKEY=${value} image`,
  (value) => `store1:core.windows.net:${value}`,
  (value) => `curl -H "Authorization: Bearer ${value}"`,
  (value) => `curl -u me:${value} https://example.com`,
  (value) => `say {"clientSecret": "${value}"}`,
  (value) => `${BEGIN} PRIVATE KEY-----\n${value}`,
];

/** As long as a secret is, so that no word of a finding holds it by chance. */
const secret = fc
  .tuple(fc.constantFrom('q', 'Z'), fc.stringMatching(/^[A-Za-z0-9+]{18,60}$/), fc.constantFrom('', '=', '=='))
  .map((parts) => parts.join(''));
const around = fc.stringMatching(/^[a-z ./-]{0,40}$/);
const holding = fc.constantFrom(...HOLDING);
const place = fc.constantFrom(...PLACES);

function judged(path: string, properties: object) {
  const pool = decodePool({ id: POOL_ID, properties: { creationTime: '2026-01-01T00:00:00Z', ...properties } }, 'all');
  const outcomes = poolPlainSecrets.check(pool, {
    options: poolPlainSecrets.options.parse({}),
    snapshot: snapshotOf({ pools: [pool] }),
    now: new Date(0),
  });
  return {
    places: pool.secretPlaces.filter((one) => one.path === path).length,
    /** All that is kept or said, without the body itself and the metadata, which is a setting. */
    told: JSON.stringify([{ ...pool, source: null, settings: { ...pool.settings, metadata: [] } }, outcomes]),
    violates: outcomes.some((outcome) => 'observed' in outcome && outcome.path === path),
  };
}

test('a secret in any text is found where it is, and nothing of it is told', () => {
  fc.assert(
    fc.property(place, holding, secret, around, around, ([path, body], hold, value, before, after) => {
      const { places, told, violates } = judged(path, body(`${before} ${hold(value)} ${after}`));
      expect(places).toBeGreaterThan(0);
      expect(violates).toBe(true);
      expect(told).not.toContain(value.slice(0, 12));
    }),
    { numRuns: runs(600, 12) },
  );
});

const REFERENCES = ['$OTHER', '${OTHER}', '%OTHER%', '<left-out>', '********', '{{other}}'];

test('what refers to a secret is none', () => {
  const refers = HOLDING.filter((hold) => !/BEGIN PRIVATE/.test(hold('')) && !/%24/.test(hold('$')));
  expect(refers.length).toBe(HOLDING.length - 3);
  fc.assert(
    fc.property(
      place,
      fc.constantFrom(...refers),
      fc.constantFrom(...REFERENCES),
      around,
      ([path, body], hold, value, before) => {
        const { places, violates } = judged(path, body(`${before} ${hold(value)}`));
        expect(places).toBe(0);
        expect(violates).toBe(false);
      },
    ),
    { numRuns: runs(600, 12) },
  );
});

const SAYING = [
  'DB_PASSWORD',
  'APIKEY',
  'storageAccountKey',
  'SAS',
  'credentials',
  'client-secret',
  'MY_CONNECTION_STRING',
];
const REFERRING = ['SECRET_URI', 'TOKEN_FILE', 'PARTITION_KEY', 'SSH_PUBLIC_KEY', 'KEY_VAULT_SECRET_NAME', 'REGION'];
const NAMED: readonly (readonly [path: string, body: (name: string, value: string) => object])[] = [
  [`${START}.environmentSettings`, (name, value) => startTask({ environmentSettings: [{ name, value }] })],
  ['properties.metadata', (name, value) => ({ metadata: [{ name, value }] })],
  ['properties.resourceTags', (name, value) => ({ resourceTags: { [name]: value } })],
  [`${MACHINE}.extensions[e].settings`, (name, value) => extension({ a: [{ [name]: value }] })],
  [`${MACHINE}.extensions[e].settings`, (name, value) => extension(JSON.stringify({ a: { [name]: [value] } }))],
  [`${MACHINE}.extensions[e].settings`, (name, value) => extension([{ name, value }])],
  [`${MACHINE}.extensions[e].settings`, (name, value) => extension({ [name]: { value } })],
];

test('a value whose name says secret is found, unless it is allowed by that name; what refers is not', () => {
  const names = fc.constantFrom(...SAYING, ...REFERRING);
  const values = fc.oneof(
    secret,
    fc.constantFrom(...REFERENCES, '@Microsoft.KeyVault(SecretUri=https://kv1.vault.azure.net/secrets/a)'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...NAMED), names, values, ([list, body], name, value) => {
      const path = list.endsWith('.settings') ? list : `${list}[${name}]`;
      const { places, told, violates } = judged(path, body(name, value));
      const isSecret = SAYING.includes(name) && /^[qZ]/.test(value);
      expect(places).toBe(isSecret ? 1 : 0);
      expect(violates).toBe(isSecret);
      expect(told).not.toContain(value);
    }),
    { numRuns: runs(600, 12) },
  );
});

test('a name that holds a secret itself is not told', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...NAMED), (value, [, body]) => {
      const { told } = judged('', body(`x?sig=${value}`, `AccountKey=${value}`));
      expect(told).toContain('(left out)');
      expect(told).not.toContain(value);
    }),
    { numRuns: runs(100, 8) },
  );
});
