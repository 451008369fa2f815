import { ManagedIdentityCredential } from '@azure/identity';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../../../local/azure/json.ts';
import { type LocalAzure, startLocalAzure } from '../../../local/azure/local-azure.ts';
import { makeCertificate, trust } from '../../../local/certificate.ts';
import { estate } from '../../../local/estate/estate.ts';
import { apply } from '../../../shared/azure/apply.ts';
import { armClient, armFor } from '../../../shared/azure/arm/arm.ts';
import { movedPaths } from '../../../shared/azure/arm/moved-paths.ts';
import { decodeAccount, encodeAccount } from '../../../shared/azure/codec/account-codec.ts';
import { decodePool, encodePool } from '../../../shared/azure/codec/pool-codec.ts';
import { observe } from '../../../shared/azure/observe.ts';
import { ACCOUNT_SETTINGS, type AccountSettings } from '../../../shared/core/model/account-settings.ts';
import { setPool } from '../../../shared/core/model/change.ts';
import { isReadable } from '../../../shared/core/model/pool.ts';
import { POOL_SETTINGS, type PoolSettings } from '../../../shared/core/model/pool-settings.ts';
import { missingSettings } from '../../../shared/core/model/same-setting.ts';
import {
  type Arbitraries,
  anyAuthenticationModes,
  anyAutoStorage,
  anyEndpoints,
  anyIdentityId,
} from '../../support/arbitraries.ts';
import { anyNetworkProfile } from '../../support/arbitrary-account-parts.ts';
import { anyMetadata, anyScale } from '../../support/arbitrary-pool-parts.ts';
import { NO_VAULTS } from '../../support/no-vaults.ts';
import { runs } from '../../support/runs.ts';

const { accounts, pools } = estate();
/** Empty pools that may have public endpoints, so that Batch takes every setting. */
const POOLS = pools.filter(({ name }) =>
  ['linux-open-ssh', 'unknown-fields', 'registry-not-assigned'].includes(String(name)),
);
const MOVES = ['etag', 'properties.lastModified'];
/** A resize that a new scale starts. */
const RESIZE_MOVES = [
  'properties.allocationState',
  'properties.allocationStateTransitionTime',
  'properties.autoScaleRun',
  'properties.resizeOperationStatus',
  'properties.currentDedicatedNodes',
  'properties.currentLowPriorityNodes',
];

let azure: LocalAzure;
beforeAll(async () => {
  const certificate = await makeCertificate();
  trust(certificate.cert);
  // No resize ends while a law looks.
  azure = await startLocalAzure({ ...certificate, ...estate(), resizes: { takes: 600_000 } });
  process.env.IDENTITY_ENDPOINT = azure.identity.endpoint;
  process.env.IDENTITY_HEADER = azure.identity.header;
});
afterAll(async () => {
  expect(azure.specViolations).toEqual([]);
  await azure.stop();
});

const anyIdentityIds = fc.uniqueArray(anyIdentityId, { selector: (id) => id.toLowerCase() });
/** Some value of each setting that is written; of users, none is yet. One that is left out does not compile. */
const POOL_SETS: Arbitraries<Omit<PoolSettings, 'users'>> = {
  identityIds: anyIdentityIds,
  endpoints: anyEndpoints,
  publicIp: fc.constant('BatchManaged'),
  scale: anyScale,
  metadata: anyMetadata,
};
const anyPoolSet: fc.Arbitrary<Partial<PoolSettings>> = fc.record(POOL_SETS, { requiredKeys: [] });
/** Without public addresses there are no endpoints. */
const anyPrivatePoolSet = anyPoolSet.map((set) => ({ ...set, publicIp: 'NoPublicIPAddresses', endpoints: null }));
const ACCOUNT_SETS: Arbitraries<AccountSettings> = {
  authenticationModes: anyAuthenticationModes.filter(isWritable),
  autoStorage: anyAutoStorage,
  identityIds: anyIdentityIds.filter((ids) => ids.length > 0),
  publicNetworkAccess: fc.constantFrom('Enabled', 'Disabled', 'SecuredByPerimeter'),
  networkProfile: anyNetworkProfile,
};
const anyAccountSet: fc.Arbitrary<Partial<AccountSettings>> = fc.record(ACCOUNT_SETS, { requiredKeys: [] });

/** The specification knows three modes, and null is not written. */
function isWritable(modes: readonly string[] | null): boolean {
  const known = ['sharedkey', 'aad', 'taskauthenticationtoken'];
  return modes !== null && modes.every((mode) => known.includes(mode.toLowerCase()));
}

function bodyOf(id: string): Json {
  const body = id.includes('/pools/') ? azure.world.pool(id) : azure.world.account(id);
  if (body === null) throw new Error(`nothing at ${id}`);
  return body;
}

test('law 6: a written pool has the old settings with just these changed, and every unknown field', () => {
  let written = 0;
  fc.assert(
    fc.property(fc.constantFrom(...POOLS), fc.oneof(anyPoolSet, anyPrivatePoolSet), (original, set) => {
      const id = String(original['id']);
      azure.world.setPool(structuredClone(original));
      const before = bodyOf(id);
      const pool = decodePool(before, 'all');
      azure.asPerson().patch(id, structuredClone(encodePool(pool, set)) as Json); // JSON of our own making
      const after = bodyOf(id);
      expect(missingSettings(POOL_SETTINGS, { ...pool.settings, ...set }, decodePool(after, 'all').settings)).toEqual(
        [],
      );
      const paths = Object.entries(POOL_SETTINGS).flatMap(([key, { path }]) => (key in set ? [path] : []));
      expect(movedPaths(before, after, [...MOVES, ...(set.scale ? RESIZE_MOVES : []), ...paths])).toEqual([]);
      written += Object.keys(set).length > 0 ? 1 : 0;
    }),
    { numRuns: runs(1000) },
  );
  console.log(`law 6, pools: ${written} writes with a setting`);
});

test('law 6: unknown fields of NAT pools and rules that stay are kept', () => {
  const original = POOLS.find(({ name }) => name === 'unknown-fields');
  if (original === undefined) throw new Error('no such pool');
  const id = String(original['id']);
  azure.world.setPool(structuredClone(original));
  const before = bodyOf(id);
  const pool = decodePool(before, 'all');
  const { identityIds, endpoints, publicIp } = pool.settings;
  azure.asPerson().patch(id, structuredClone(encodePool(pool, { identityIds, endpoints, publicIp })) as Json); // JSON of our own making
  expect(movedPaths(before, bodyOf(id), MOVES)).toEqual([]);
});

test('law 6: a written account has the old settings with just these changed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...accounts), anyAccountSet, (original, set) => {
      const id = String(original['id']);
      azure.world.setAccount({ ...structuredClone(original), identity: { type: 'SystemAssigned', principalId: 'p' } });
      const before = bodyOf(id);
      const account = decodeAccount(before, 'all');
      azure.asPerson().patch(id, structuredClone(encodeAccount(account, set)) as Json); // JSON of our own making
      const after = bodyOf(id);
      expect(
        missingSettings(ACCOUNT_SETTINGS, { ...account.settings, ...set }, decodeAccount(after, 'all').settings),
      ).toEqual([]);
      const paths = Object.entries(ACCOUNT_SETTINGS).flatMap(([key, { path }]) => (key in set ? [path] : []));
      expect(movedPaths(before, after, ['etag', ...paths])).toEqual([]);
    }),
    { numRuns: runs(500) },
  );
});

test('law 10: a plan made before any other write to the pool never takes effect', async () => {
  const never = new AbortController().signal;
  const now = () => new Date();
  const arm = armFor(
    armClient(new ManagedIdentityCredential({ clientId: 'warden' }), azure.armEndpoint),
    'look',
    never,
  );
  const others = fc.oneof(
    anyPoolSet.filter((set) => Object.keys(set).length > 0),
    fc.constant('metadata' as const),
  );
  let died = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...POOLS), anyEndpoints, others, async (original, endpoints, other) => {
      const id = String(original['id']);
      azure.world.setPool(structuredClone(original));
      const snapshot = await observe(arm, id.replace(/\/pools\/.*/, ''), now, () => new Set());
      if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
      const pool = snapshot.pools.filter(isReadable).find((each) => each.id.toLowerCase() === id.toLowerCase());
      if (pool === undefined) throw new Error('no pool');
      const body =
        other === 'metadata' ? { properties: { metadata: [{ name: 'a', value: 'b' }] } } : encodePool(pool, other);
      azure.asPerson().patch(id, structuredClone(body) as Json); // JSON of our own making
      const left = bodyOf(id);
      const write = { change: setPool(pool, { endpoints }), was: {}, findings: [], drain: null };
      expect(await apply({ arm, vaults: NO_VAULTS }, write, snapshot, now, never)).toEqual({ kind: 'conflict' });
      expect(movedPaths(left, bodyOf(id), RESIZE_MOVES)).toEqual([]);
      died++;
    }),
    { numRuns: 60 },
  );
  console.log(`law 10: ${died} old plans died`);
});
