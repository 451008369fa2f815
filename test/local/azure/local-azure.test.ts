import { BatchManagementClient } from '@azure/arm-batch';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handClock } from '../../../local/azure/clock.ts';
import * as faults from '../../../local/azure/faults.ts';
import { part } from '../../../local/azure/json.ts';
import type { LocalAzure } from '../../../local/azure/local-azure.ts';
import { startLocalAzure } from '../../../local/azure/local-azure.ts';
import { Spec } from '../../../local/azure/spec.ts';
import { NEWEST, SPECIFIED } from '../../../local/azure/versions.ts';
import { makeCertificate, trust } from '../../../local/certificate.ts';
import { estate } from '../../../local/estate/estate.ts';
import { accountId, PRODUCTION, TRADING } from '../../../local/estate/parts.ts';

const VERSION = NEWEST;
const GROUP = 'rendering';
const ACCOUNT = 'contosorender';
const RENDER = accountId(PRODUCTION, GROUP, ACCOUNT);
const OPEN = `${RENDER}/pools/linux-open-ssh`;
const BUSY = `${RENDER}/pools/windows-rdp-busy`;
const SHUT = {
  properties: {
    networkConfiguration: {
      endpointConfiguration: {
        inboundNatPools: [
          {
            name: 'ssh',
            protocol: 'TCP',
            backendPort: 22,
            frontendPortRangeStart: 40000,
            frontendPortRangeEnd: 40100,
            networkSecurityGroupRules: [{ priority: 3500, access: 'Deny', sourceAddressPrefix: '*' }],
          },
        ],
      },
    },
  },
};

const certificate = await makeCertificate();
trust(certificate.cert);
const clock = handClock(new Date('2026-05-04T10:00:00Z'));
let azure: LocalAzure;

beforeAll(() => {
  delete process.env['AZURE_CLIENT_ID'];
});
beforeEach(async () => {
  azure = await startLocalAzure({ ...certificate, ...estate(), pageSize: 1, clock, resizes: { takes: 60_000 } });
  process.env['IDENTITY_ENDPOINT'] = azure.identity.endpoint;
  process.env['IDENTITY_HEADER'] = azure.identity.header;
  return async () => {
    await azure.stop();
    expect(azure.specViolations).toEqual([]);
  };
});
afterAll(() => {
  delete process.env['IDENTITY_ENDPOINT'];
  delete process.env['IDENTITY_HEADER'];
});

function client(subscription = PRODUCTION): BatchManagementClient {
  const options = { endpoint: azure.armEndpoint, apiVersion: VERSION, retryOptions: { retryDelayInMs: 1 } };
  return new BatchManagementClient(new ManagedIdentityCredential(), subscription, options);
}

/** A call as the product makes it: raw JSON, its own If-Match. */
async function call(
  method: string,
  path: string,
  { body, ifMatch, version = VERSION }: { body?: unknown; ifMatch?: string; version?: string } = {},
) {
  const token = await new ManagedIdentityCredential().getToken(`${azure.armEndpoint}/.default`);
  const headers: Record<string, string> = { authorization: `Bearer ${token.token}` };
  if (ifMatch !== undefined) headers['if-match'] = ifMatch;
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${azure.armEndpoint}${path}?api-version=${version}`, init);
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: json, etag: response.headers.get('etag') };
}

function errorOf(answer: { body: unknown }): { code: unknown; target: unknown; details: unknown } {
  const { code, target, details } = part(answer.body, 'error');
  return { code, target, details };
}

describe('the real client', () => {
  it('lists the accounts of a subscription page by page', async () => {
    const names = [];
    for await (const account of client().batchAccountOperations.list()) names.push(account.name);
    expect(names).toEqual(['contosogenomics', 'contosorender']);
    const pages = azure.log.reads(/batchAccounts$/);
    expect(pages.map(({ query }) => [query['api-version'], query['$skiptoken'] !== undefined])).toEqual([
      [VERSION, false],
      [VERSION, true],
    ]);
    expect(pages[0]?.caller).toBe(azure.identity.clientId);
  });

  it('lists pools with an etag each and none in the header', async () => {
    const pools = [];
    const headers: (string | undefined)[] = [];
    const onResponse = (raw: { headers: { get(name: string): string | undefined } }) => {
      headers.push(raw.headers.get('etag'));
    };
    for await (const pool of client().poolOperations.listByBatchAccount(GROUP, ACCOUNT, { onResponse }))
      pools.push(pool);
    expect(pools).toHaveLength(4);
    expect(pools.every(({ etag }) => etag?.startsWith('W/"0x'))).toBe(true);
    expect(headers).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('reads and scales a pool, which takes time', async () => {
    const pools = client().poolOperations;
    const before = await pools.get(GROUP, ACCOUNT, 'windows-rdp-busy');
    const scaleSettings = { fixedScale: { targetDedicatedNodes: 0, targetLowPriorityNodes: 0 } };
    const ifMatch = before.eTag ?? '';
    const after = await pools.update(GROUP, ACCOUNT, 'windows-rdp-busy', { scaleSettings }, { ifMatch });
    expect(after).toMatchObject({ allocationState: 'Resizing', currentDedicatedNodes: 3, currentLowPriorityNodes: 1 });
    expect(after.eTag).not.toBe(before.eTag);
    await expect(pools.update(GROUP, ACCOUNT, 'windows-rdp-busy', { scaleSettings })).rejects.toMatchObject({
      statusCode: 409,
      code: 'PoolBeingResized',
    });
    clock.advance(60_000);
    const steady = await pools.get(GROUP, ACCOUNT, 'windows-rdp-busy');
    expect(steady).toMatchObject({ allocationState: 'Steady', currentDedicatedNodes: 0, currentLowPriorityNodes: 0 });
    expect(steady.eTag).toBe(after.eTag);
  });

  it('repeats what failed with 503', async () => {
    azure.faults.add({ method: 'GET', path: /linux-open-ssh/, do: faults.serverBusy() });
    await client().poolOperations.get(GROUP, ACCOUNT, 'linux-open-ssh');
    expect(azure.log.reads(/linux-open-ssh$/).map(({ status }) => status)).toEqual([503, 200]);
  });
});

describe('accounts', () => {
  it('have a strong ETag; the one that a PATCH answers is repeated by no GET', async () => {
    const first = await call('GET', RENDER);
    expect(first.etag).toMatch(/^"0x[0-9A-F]{15}"$/);
    expect((await call('GET', RENDER)).etag).toBe(first.etag);
    const body = { properties: { allowedAuthenticationModes: ['AAD'] } };
    const patched = await call('PATCH', RENDER, { body, ifMatch: '"0x1"' });
    expect(patched.status).toBe(200);
    const after = await call('GET', RENDER);
    expect(new Set([first.etag, patched.etag, after.etag]).size).toBe(3);
    expect(after.body).toEqual(patched.body);
    expect(part(after.body, 'properties')).toMatchObject({ allowedAuthenticationModes: ['AAD'], poolQuota: 100 });
  });

  it('replace a property whole', async () => {
    const { storageAccountId } = part(azure.world.account(RENDER), 'properties', 'autoStorage');
    const patched = await call('PATCH', RENDER, { body: { properties: { autoStorage: { storageAccountId } } } });
    expect(part(patched.body, 'properties', 'autoStorage')).toEqual({
      storageAccountId,
      authenticationMode: 'StorageKeys',
      lastKeySync: expect.any(String),
    });
    const detached = await call('PATCH', RENDER, { body: { properties: { autoStorage: { storageAccountId: '' } } } });
    expect(part(detached.body, 'properties')).not.toHaveProperty('autoStorage');
  });

  it('need an identity for auto-storage by identity', async () => {
    const legacy = accountId(TRADING, 'legacy-apps', 'contosolegacy');
    const { storageAccountId } = part(azure.world.account(legacy), 'properties', 'autoStorage');
    const autoStorage = { storageAccountId, authenticationMode: 'BatchAccountManagedIdentity' };
    const refused = await call('PATCH', legacy, { body: { properties: { autoStorage } } });
    expect([refused.status, errorOf(refused).code]).toEqual([400, 'InvalidPropertyValue']);
  });

  it.each(['poolAllocationMode', 'keyVaultReference'])('refuse %s', async (name) => {
    const refused = await call('PATCH', RENDER, { body: { properties: { [name]: 'UserSubscription' } } });
    expect(refused.status).toBe(400);
    expect(errorOf(refused)).toMatchObject({
      code: 'PropertyCannotBeUpdated',
      details: [{ code: 'Reason' }, { code: 'PropertyName', message: name }, { code: 'PropertyPath' }],
    });
  });

  it('that are gone answer in three ways', async () => {
    azure.world.deleteAccount(RENDER);
    const byArm = await call('GET', RENDER);
    expect([byArm.status, errorOf(byArm)]).toEqual([404, { code: 'ResourceNotFound' }]);
    expect(byArm.headers.get('x-ms-failure-cause')).toBe('gateway');
    expect(byArm.headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBeNull();
    const [account] = estate().accounts;
    azure.world.setAccount(account ?? {});
    azure.world.deleteAccount(RENDER, 'AccountNotFound');
    expect(errorOf(await call('GET', OPEN))).toEqual({ code: 'AccountNotFound', target: 'BatchAccount' });
    const elsewhere = await call('GET', accountId(PRODUCTION, 'nowhere', 'nothing'));
    expect(errorOf(elsewhere).code).toBe('ResourceGroupNotFound');
  });
});

describe('pools', () => {
  it('are patched only when If-Match is current, weak or strong, or *', async () => {
    const { etag } = await call('GET', OPEN);
    const body = { properties: { metadata: [{ name: 'a', value: '1' }] } };
    const first = await call('PATCH', OPEN, { body, ifMatch: etag ?? '' });
    expect(first.status).toBe(200);
    const stale = await call('PATCH', OPEN, { body, ifMatch: etag ?? '' });
    expect([stale.status, errorOf(stale)]).toEqual([412, { code: 'ConditionNotMet', target: 'BatchAccount' }]);
    expect((await call('PATCH', OPEN, { body, ifMatch: first.etag?.slice(2) ?? '' })).status).toBe(200);
    expect((await call('PATCH', OPEN, { body, ifMatch: '*' })).status).toBe(200);
    const got = await call('GET', OPEN);
    expect(part(got.body)['etag']).toBe(got.etag);
  });

  it('take a network configuration only without nodes, and only from 2024-07-01 on', async () => {
    expect((await call('PATCH', OPEN, { body: SHUT, version: '2024-02-01' })).status).toBe(400);
    const refused = await call('PATCH', BUSY, { body: SHUT });
    expect([refused.status, errorOf(refused)]).toMatchObject([
      400,
      {
        code: 'PropertyCannotBeUpdated',
        target: 'BatchAccount',
        details: [
          { code: 'Reason' },
          { code: 'PropertyName', message: 'networkConfiguration' },
          { code: 'PropertyPath', message: 'properties.networkConfiguration' },
        ],
      },
    ]);
    const shut = await call('PATCH', OPEN, { body: SHUT });
    const network = part(shut.body, 'properties', 'networkConfiguration');
    expect(network).toMatchObject({ dynamicVnetAssignmentScope: 'None', enableAcceleratedNetworking: false });
    expect(JSON.stringify(network)).toContain('"sourcePortRanges":["*"]');
  });

  it('take metadata and an identity whatever their size', async () => {
    const id = '/subscriptions/s/resourceGroups/G/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Nodes';
    const identity = { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } };
    const patched = await call('PATCH', BUSY, { body: { identity, properties: { metadata: [] } } });
    expect(part(patched.body, 'identity', 'userAssignedIdentities')).toEqual({
      [id]: { principalId: expect.any(String), clientId: expect.any(String) },
    });
    const none = await call('PATCH', BUSY, { body: { identity: { type: 'None' } } });
    expect(none.body).not.toHaveProperty('identity');
  });

  it('take classic communication at the version that knows it, until it is retired', async () => {
    const body = { properties: { targetNodeCommunicationMode: 'Classic' } };
    expect((await call('PATCH', OPEN, { body, version: SPECIFIED })).status).toBe(200);
    azure.retired.classicMode = true;
    const refused = await call('PATCH', OPEN, { body, version: SPECIFIED });
    expect([refused.status, errorOf(refused)]).toMatchObject([400, { code: 'InvalidPropertyValue' }]);
    const simplified = { properties: { targetNodeCommunicationMode: 'Simplified' } };
    expect((await call('PATCH', OPEN, { body: simplified, version: SPECIFIED })).status).toBe(200);
  });

  it('are refused at a version that is retired, and at no other', async () => {
    azure.retired.versions = [SPECIFIED];
    const refused = await call('GET', OPEN, { version: SPECIFIED });
    expect([refused.status, errorOf(refused)]).toMatchObject([400, { code: 'NoRegisteredProviderFound' }]);
    expect((await call('GET', OPEN)).status).toBe(200);
  });

  it('keep passwords to themselves', async () => {
    const userAccounts = [{ name: 'batch', password: 'one-Secret-7' }];
    const patched = await call('PATCH', OPEN, { body: { properties: { userAccounts } } });
    expect(part(patched.body, 'properties')['userAccounts']).toEqual([{ name: 'batch', elevationLevel: 'NonAdmin' }]);
    expect(azure.world.givenUsers(OPEN).get('batch')?.password).toBe('one-Secret-7');
    expect((await call('PATCH', OPEN, { body: { properties: { userAccounts: [] } } })).status).toBe(400);
  });

  it('give unknown fields back as they came', async () => {
    const id = `${accountId(TRADING, 'legacy-apps', 'contosolegacy')}/pools/unknown-fields`;
    const before = part((await call('GET', id)).body, 'properties');
    const networkConfiguration = { ...part(before, 'networkConfiguration'), newer: { deep: [1, null] } };
    const after = await call('PATCH', id, { body: { properties: { networkConfiguration, alsoNewer: true } } });
    const { lastModified: _, ...rest } = before;
    expect(part(after.body, 'properties')).toMatchObject({ ...rest, networkConfiguration, alsoNewer: true });
  });

  it.each([
    ['six NAT pools', natPools(6, [])],
    [
      '26 rules',
      natPools(
        1,
        Array.from({ length: 26 }, (_, i) => 150 + i),
      ),
    ],
    ['a priority twice', natPools(2, [200])],
    ['a priority too high', natPools(1, [3501])],
    ['a reserved range', natPools(1, [200], { frontendPortRangeStart: 49950, frontendPortRangeEnd: 50050 })],
    ['a range too narrow', natPools(1, [200], { frontendPortRangeEnd: 40010 })],
    ['a reserved port', natPools(1, [200], { backendPort: 29876 })],
    ['endpoints without public addresses', natPools(1, [200], {}, 'NoPublicIPAddresses')],
  ])('refuse %s', async (_, networkConfiguration) => {
    const refused = await call('PATCH', OPEN, { body: { properties: { networkConfiguration } } });
    expect([refused.status, errorOf(refused).code]).toEqual([400, 'InvalidPropertyValue']);
  });

  it('below their target stay there when the quota is reached', async () => {
    azure.resizes.capacity = 2;
    const body = { properties: { scaleSettings: { fixedScale: { targetDedicatedNodes: 3 } } } };
    await call('PATCH', OPEN, { body });
    clock.advance(60_000);
    const { properties } = part((await call('GET', OPEN)).body);
    expect(properties).toMatchObject({
      allocationState: 'Steady',
      currentDedicatedNodes: 0,
      scaleSettings: { fixedScale: { targetDedicatedNodes: 3 } },
      resizeOperationStatus: { errors: [{ code: 'AccountVMSeriesCoreQuotaReached' }] },
    });
  });

  it('ask for 30 seconds between two formulas, and keep their ETag for one that comes while they resize', async () => {
    const formula = (text: string) => ({ properties: { scaleSettings: { autoScale: { formula: text } } } });
    const first = await call('PATCH', OPEN, { body: formula('$TargetDedicatedNodes=3') });
    expect(part(first.body, 'properties')).toMatchObject({ allocationState: 'Resizing' });
    const stored = await call('PATCH', OPEN, { body: formula('$TargetDedicatedNodes=0') });
    expect([stored.status, stored.etag]).toEqual([200, first.etag]);
    clock.advance(60_000);
    expect(part((await call('GET', OPEN)).body, 'properties')['currentDedicatedNodes']).toBe(3);
    expect((await call('PATCH', OPEN, { body: formula('$TargetDedicatedNodes=0;') })).status).toBe(200);
    clock.advance(60_000);
    await call('PATCH', OPEN, { body: formula('$TargetDedicatedNodes=1') });
    clock.advance(1_000);
    azure.world.changePool(OPEN, (pool) => pool);
    azure.world.setNodes(OPEN, 1);
    clock.advance(28_000);
    const busy = await call('POST', `${OPEN}/stopResize`);
    expect(busy.status).toBe(200);
    const early = await call('PATCH', OPEN, { body: formula('$TargetDedicatedNodes=0') });
    expect([early.status, errorOf(early).code]).toEqual([503, 'TooManyEnableAutoScaleRequests']);
  });

  it('can be malformed, alone and in a list, without a violation of ours', async () => {
    azure.world.malform(OPEN, { id: OPEN, properties: 'none' });
    expect((await call('GET', OPEN)).body).toEqual({ id: OPEN, properties: 'none' });
    expect((await call('GET', `${RENDER}/pools`)).body).toMatchObject({ value: [{ properties: 'none' }] });
    azure.world.malform(OPEN, undefined);
    expect(part((await call('GET', OPEN)).body)).toHaveProperty('etag');
  });

  it('are deleted', async () => {
    const deleted = await call('DELETE', OPEN);
    expect([deleted.status, deleted.headers.get('retry-after')]).toEqual([202, '15']);
    const location = new URL(deleted.headers.get('location') ?? '');
    expect((await call('GET', location.pathname)).status).toBe(200);
    expect(errorOf(await call('GET', OPEN))).toEqual({ code: 'PoolNotFound', target: 'BatchAccount' });
  });
});

describe('ARM', () => {
  it('wants a token for itself and an api-version', async () => {
    const url = `${azure.armEndpoint}${RENDER}`;
    expect((await fetch(`${url}?api-version=${VERSION}`)).status).toBe(401);
    const { token } = await new ManagedIdentityCredential().getToken('https://storage.azure.com/.default');
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${url}?api-version=${VERSION}`, { headers })).status).toBe(401);
    expect((await call('GET', RENDER, { version: '' })).status).toBe(400);
    expect((await call('GET', RENDER, { version: '2019-08-01' })).status).toBe(400);
  });

  it('gives storage tokens that say who it is', async () => {
    const credential = new ManagedIdentityCredential({ clientId: '5b6c1c0e-0000-4000-8000-000000000001' });
    const { token } = await credential.getToken('https://storage.azure.com/.default');
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({
      aud: 'https://storage.azure.com',
      iss: expect.stringMatching(/^https:\/\/sts\.windows\.net\//),
      appid: '5b6c1c0e-0000-4000-8000-000000000001',
      oid: expect.any(String),
      nbf: expect.any(Number),
    });
  });

  it('says by its own clock when it answers, whatever it answers', async () => {
    azure.faults.add({ method: 'PATCH', do: faults.serverError() });
    const answers = [];
    for (const [method, path] of [
      ['GET', OPEN],
      ['GET', `${OPEN}-not-there`],
      ['PATCH', OPEN],
    ] as const) {
      clock.advance(90_000);
      const { status, headers } = await call(method, path, method === 'PATCH' ? { body: {} } : {});
      answers.push([status, headers.get('date')]);
      expect(headers.get('date')).toBe(clock.now().toUTCString());
    }
    expect(answers.map(([status]) => status)).toEqual([200, 404, 500]);
  });

  it('shows what the limits leave', async () => {
    const { headers } = await call('GET', OPEN);
    expect(headers.get('x-ms-ratelimit-remaining-subscription-global-reads')).toBe('16499');
  });
});

describe('faults', () => {
  const spec = new Spec();
  const patch = spec.find('PATCH', OPEN);
  const ready = [
    ['throttled', faults.throttled(1), 429],
    ['throttled without a word', faults.throttled(null), 429],
    ['serverError', faults.serverError(), 500],
    ['serverBusy', faults.serverBusy(2), 503],
    ['locked', faults.locked(OPEN), 409],
    ['deniedByPolicy', faults.deniedByPolicy(), 403],
    ['unauthorised', faults.unauthorised(), 403],
    ['conflictResizing', faults.conflictResizing(), 409],
  ] as const;

  it.each(ready)('%s strikes the second of three calls', async (_, action, status) => {
    azure.faults.add({ method: 'patch', path: /linux-open-ssh/, nth: 2, do: action });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await call('PATCH', OPEN, { body: { properties: { metadata: [] } } }));
    expect(answers.map((answer) => answer.status)).toEqual([200, status, 200]);
    expect(patch && spec.checkAnswer(patch, status, answers[1]?.body)).toEqual([]);
  });

  it('drops a write before or after it took effect', async () => {
    const body = { properties: { metadata: [{ name: 'seen', value: 'yes' }] } };
    azure.faults.add({ method: 'PATCH', do: { drop: 'before' } });
    await expect(call('PATCH', OPEN, { body })).rejects.toThrow('fetch failed');
    expect(part(azure.world.pool(OPEN), 'properties')).not.toHaveProperty('metadata');
    azure.faults.add({ method: 'PATCH', do: { drop: 'after' } });
    await expect(call('PATCH', OPEN, { body })).rejects.toThrow('fetch failed');
    expect(part(azure.world.pool(OPEN), 'properties')).toMatchObject(body.properties);
    expect(azure.log.writes().map(({ status }) => status)).toEqual([null, null]);
  });

  it('keep calls from triggers, but for those that took effect', async () => {
    const items = () => part(azure.world.pool(OPEN), 'properties')['metadata'] ?? [];
    const owner = azure.asOwner();
    const trigger = { method: 'PATCH', when: 'after', times: 9 } as const;
    azure.triggers.add({ ...trigger, do: () => void owner.setItem(OPEN, 'seen', String(azure.triggers.pulled)) });
    const body = { properties: { metadata: [] } };
    azure.faults.add({ method: 'PATCH', do: { drop: 'before' } });
    await expect(call('PATCH', OPEN, { body })).rejects.toThrow('fetch failed');
    expect([azure.triggers.pulled, items()]).toEqual([0, []]);
    azure.faults.add({ method: 'PATCH', do: { drop: 'after' } });
    await expect(call('PATCH', OPEN, { body })).rejects.toThrow('fetch failed');
    expect([azure.triggers.pulled, items()]).toEqual([1, [{ name: 'seen', value: '1' }]]);
    await call('PATCH', OPEN, { body });
    azure.triggers.clear();
    await call('PATCH', OPEN, { body });
    expect([azure.triggers.pulled, items()]).toEqual([2, []]);
  });

  it('delays, repeats, and breaks JSON', async () => {
    azure.faults.add({ method: 'GET', do: { delay: 50 } });
    const start = performance.now();
    const { etag } = await call('GET', OPEN);
    expect(performance.now() - start).toBeGreaterThan(45);
    azure.faults.add({ method: 'PATCH', do: { duplicate: true } });
    const twice = await call('PATCH', OPEN, { body: { properties: { metadata: [] } }, ifMatch: etag ?? '' });
    expect(twice.status).toBe(412);
    azure.faults.add({ path: /pools\?/, do: { text: '{"value":[' } });
    await expect(call('GET', `${RENDER}/pools`)).rejects.toThrow('JSON');
  });
});

/** Without ports or rules that clash, but for what is asked. */
function natPools(count: number, priorities: readonly number[], other: object = {}, provision = 'BatchManaged') {
  const networkSecurityGroupRules = priorities.map((priority) => ({
    priority,
    access: 'Deny',
    sourceAddressPrefix: '*',
  }));
  const inboundNatPools = Array.from({ length: count }, (_, i) => ({
    name: `nat${i}`,
    protocol: 'TCP',
    backendPort: 22 + i,
    frontendPortRangeStart: 40000 + 200 * i,
    frontendPortRangeEnd: 40100 + 200 * i,
    networkSecurityGroupRules,
    ...other,
  }));
  return { publicIPAddressConfiguration: { provision }, endpointConfiguration: { inboundNatPools } };
}
