import { ManagedIdentityCredential } from '@azure/identity';
import { beforeAll, expect, test } from 'vitest';
import type { Json } from '../../local/azure/json.ts';
import { part, text } from '../../local/azure/json.ts';
import { startLocalAzure } from '../../local/azure/local-azure.ts';
import { readContract } from '../../local/azure/spec.ts';
import { makeCertificate, trust } from '../../local/certificate.ts';
import { apply } from '../../shared/azure/apply.ts';
import { armClient, armFor } from '../../shared/azure/arm/arm.ts';
import { observe } from '../../shared/azure/observe.ts';
import { NO_MEMORY } from '../../shared/core/plan/memory.ts';
import { plan } from '../../shared/core/plan/plan.ts';
import { evaluate } from '../../shared/core/policy/evaluate.ts';
import { facetsNeeded } from '../../shared/core/policy/facets-needed.ts';
import { parsePolicy } from '../../shared/core/policy/parse-policy.ts';
import { rules } from '../../shared/rules/index.ts';
import { NO_VAULTS } from '../support/no-vaults.ts';

/* What an older api-version hides of recorded pools, and what a newer one will. */

const DUAL_STACK = recordedPool('put-2025-06-01-create-network-endpoint');
const WITH_DISK_KEY = recordedPool('put-2025-06-01-create-identity-cmk');
const NETWORK = ['properties', 'networkConfiguration'] as const;
const ADDRESSES = { ipFamilies: ['IPv4', 'IPv6'], ipTags: [{ ipTagType: 'tagType1', tag: 'tag1' }] };
const now = () => new Date();
const { signal } = new AbortController();

const certificate = await makeCertificate();
beforeAll(() => trust(certificate.cert));

test('a dual-stack pool is closed, and keeps its address families and tags', async () => {
  await using local = await serve(DUAL_STACK);
  const { azure, arm, look, id } = local;
  const before = azure.world.pool(id);
  expect(part(before, ...NETWORK)['publicIPAddressConfiguration']).toEqual(ADDRESSES);

  const { snapshot, writes } = await look('pool-remote-access');
  expect(writes).toHaveLength(1);
  for (const write of writes)
    expect(await apply({ arm, vaults: NO_VAULTS }, write, snapshot, now, signal)).toEqual({
      kind: 'applied',
      alsoMoved: [],
    });

  const [sent] = azure.log.writes();
  expect(part(sent?.requestBody, ...NETWORK)['publicIPAddressConfiguration']).toEqual(ADDRESSES);
  const after = azure.world.pool(id);
  expect(part(after, ...NETWORK)['publicIPAddressConfiguration']).toEqual(ADDRESSES);
  expect(withoutEndpoints(after)).toEqual(withoutEndpoints(before));
  expect((await look('pool-remote-access')).findings).toEqual([]);
});

test('a pool of a newer api-version than ours is judged, and not written', async () => {
  await using local = await serve({ ...DUAL_STACK, properties: { ...part(DUAL_STACK, 'properties'), vmSize: 'Mix' } });
  const { writes, findings } = await local.look('pool-remote-access');
  expect(writes).toEqual([]);
  const message = expect.stringMatching(/a newer api-version than this program knows/);
  expect(findings).toMatchObject([{ status: 'open', held: { code: 'incomplete', message } }]);
});

test('the identity that fetches the key of the disks is one that the pool needs', async () => {
  await using local = await serve({
    ...WITH_DISK_KEY,
    properties: { ...part(WITH_DISK_KEY, 'properties'), startTask: undefined },
  });
  expect((await local.look('pool-identity-references')).findings).toEqual([]);
  local.azure.world.changePool(local.id, (body) => ({ ...body, identity: undefined }));
  expect((await local.look('pool-identity-references')).findings).toMatchObject([
    {
      path: 'properties.deploymentConfiguration.virtualMachineConfiguration.diskEncryptionConfiguration.customerManagedKey.identityReference',
      desired: Object.keys(part(WITH_DISK_KEY, 'identity', 'userAssignedIdentities')),
    },
  ]);
});

function recordedPool(name: string): Json {
  return part(readContract(`recorded/pools/${name}.json`), 'response', 'body');
}

function withoutEndpoints(body: Json | null): Json {
  const { lastModified: _, ...properties } = part(body, 'properties');
  const networkConfiguration = { ...part(body, ...NETWORK), endpointConfiguration: null };
  return { ...body, etag: null, properties: { ...properties, networkConfiguration } };
}

/** An account with this pool, steady, and what a look makes of it with one rule, which enforces. */
async function serve(pool: Json) {
  const id = text(pool['id']);
  const accountId = id.replace(/\/pools\/.*/, '');
  const account = { ...readContract('recorded/accounts/account-2024-07-01-default-BatchService.json'), id: accountId };
  const steady = { ...pool, properties: { ...part(pool, 'properties'), allocationState: 'Steady' } };
  const azure = await startLocalAzure({ ...certificate, accounts: [account], pools: [steady] });
  process.env['IDENTITY_ENDPOINT'] = azure.identity.endpoint;
  process.env['IDENTITY_HEADER'] = azure.identity.header;
  const arm = armFor(armClient(new ManagedIdentityCredential(), azure.armEndpoint), 'look', signal);
  const look = async (rule: string) => {
    const policy = parsePolicy(`mode: off\nrules: { ${rule}: enforce }`, rules);
    const snapshot = await observe(arm, accountId, now, (seen) => facetsNeeded(seen, policy, now()));
    if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
    const verdicts = evaluate(snapshot, policy, now());
    return { snapshot, ...plan({ snapshot, verdicts, memory: NO_MEMORY, policy, now: now() }) };
  };
  const stop = async () => {
    await azure.stop();
    expect(azure.specViolations).toEqual([]);
  };
  return { azure, arm, look, id, [Symbol.asyncDispose]: stop };
}
