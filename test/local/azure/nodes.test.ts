import { describe, expect, it, onTestFinished, test } from 'vitest';
import { person } from '../../../local/azure/caller.ts';
import { handClock } from '../../../local/azure/clock.ts';
import { EventGrid } from '../../../local/azure/event-grid.ts';
import type { Json } from '../../../local/azure/json.ts';
import { part, text } from '../../../local/azure/json.ts';
import { principalOf } from '../../../local/azure/normalise.ts';
import { personAt } from '../../../local/azure/person.ts';
import { Provider } from '../../../local/azure/provider.ts';
import { Resources } from '../../../local/azure/resources.ts';
import { SpecGuard } from '../../../local/azure/spec-guard.ts';
import { Store } from '../../../local/azure/store.ts';
import { World } from '../../../local/azure/world.ts';
import { accountIdOf, estate, poolIdOf } from '../../../local/estate/estate.ts';
import { identityId, PRODUCTION, subnetId } from '../../../local/estate/parts.ts';

const MINUTE = 60_000;
const RENDER = accountIdOf('contosorender');
const GENOMICS = accountIdOf('contosogenomics');
const OPEN = poolIdOf('linux-open-ssh');
const BUSY = poolIdOf('windows-rdp-busy');
const PACKAGES = poolIdOf('packages-with-identity');
const NODES = identityId(PRODUCTION, 'genomics', 'genomics-nodes');
const MPI = subnetId(PRODUCTION, 'genomics', 'mpi');
const WELL = { state: 'idle', why: null };
const DISABLED = { properties: { publicNetworkAccess: 'Disabled' } };

/** The demo estate, without servers. */
function serve() {
  const { accounts, pools, resources, groups } = estate();
  const clock = handClock(new Date('2026-11-22T12:00:00Z'));
  const store = new Store(clock, { takes: 0, capacity: null, autoscaleRest: 0 }, new Resources(groups));
  const world = new World(store);
  for (const account of accounts) world.setAccount(account);
  for (const pool of pools) world.setPool(pool);
  for (const resource of resources) world.setResource(resource);
  const guard = new SpecGuard();
  onTestFinished(() => expect(guard.violations).toEqual([]));
  const provider = new Provider(store, { guard, events: new EventGrid({}), clock, pageSize: 100 });
  const ada = personAt(provider, world, person('Ada'));
  const codeOf = (write: () => unknown) => {
    try {
      write();
      return null;
    } catch (error) {
      return part(JSON.parse(error instanceof Error ? error.message : '{}'), 'error')['code'];
    }
  };
  return { world, ada, clock, store, codeOf, delays: store.effects.delays };
}

/** A private endpoint connection of the account that is for its nodes. */
const connect = (id: string): Json => ({
  id: `${id}/privateEndpointConnections/nodes`,
  name: 'nodes',
  type: 'Microsoft.Batch/batchAccounts/privateEndpointConnections',
  properties: {
    provisioningState: 'Succeeded',
    groupIds: ['nodeManagement'],
    privateLinkServiceConnectionState: { status: 'Approved' },
  },
});

describe('18: nodes become unusable', () => {
  it('where public access is disabled and no private endpoint serves them', () => {
    const { world, ada } = serve();
    expect(world.nodes(BUSY)).toEqual({ count: 4, ...WELL });
    ada.patch(RENDER, DISABLED);
    const lost = { state: 'unusable', why: 'no way to node management: public access is disabled' };
    expect(world.nodes(BUSY)).toEqual({ count: 4, ...lost });
    expect(world.nodes(OPEN)).toEqual({ count: 0, ...lost });
    world.changeAccount(RENDER, (body) => withProperties(body, { privateEndpointConnections: [connect(RENDER)] }));
    expect(world.nodes(BUSY)).toMatchObject(lost); // it is in no network
    expect(world.nodes(poolIdOf('packages-autoscale'))).toMatchObject({ state: 'starting' });
  });

  it.each([
    ['all their addresses', [], 'unusable'],
    ['addresses but some', [{ action: 'Allow', value: '203.0.113.0/24' }], 'unusable'],
    ['nobody', [{ action: 'Allow', value: '0.0.0.0/0' }], 'idle'],
  ])('where node management denies %s: %j', (_whom, ipRules, state) => {
    const { world, ada } = serve();
    const networkProfile = { nodeManagementAccess: { defaultAction: 'Deny', ipRules } };
    ada.patch(RENDER, { properties: { networkProfile } });
    expect(world.nodes(BUSY).state).toBe(state);
    ada.patch(RENDER, { properties: { publicNetworkAccess: 'SecuredByPerimeter' } });
    expect(world.nodes(BUSY)).toMatchObject(WELL); // a perimeter does not govern nodes
  });

  it('where the group of their subnet stops them, or they have no way out', () => {
    const { world, ada } = serve();
    const pool = poolIdOf('mpi-open-internet');
    const cut = {
      networkConfiguration: { subnetId: MPI, publicIPAddressConfiguration: { provision: 'NoPublicIPAddresses' } },
    };
    expect(world.nodes(pool)).toMatchObject(WELL);
    ada.patch(pool, { properties: cut });
    expect(world.nodes(pool)).toMatchObject({ state: 'unusable', why: expect.stringMatching(/nor another way out$/) });
    const gateway = { id: MPI.replace(/virtualNetworks.*/, 'natGateways/out') };
    world.setResource({ id: MPI, properties: { natGateway: gateway } });
    expect(world.nodes(pool)).toMatchObject(WELL);
    ada.patch(pool, {
      properties: { networkConfiguration: { subnetId: subnetId(PRODUCTION, 'rendering', 'render') } },
    });
    expect(world.nodes(pool)).toMatchObject({ state: 'unusable', why: expect.stringMatching(/DenyInternet/) });
  });

  it('where they lack an identity that their pool refers to', () => {
    const { world, ada } = serve();
    const pool = poolIdOf('packages-containers');
    ada.patch(pool, { identity: { type: 'None' } });
    expect(world.nodes(pool)).toMatchObject({
      state: 'unusable',
      why: expect.stringMatching(/render-registry is not/),
    });
  });

  it('by the scenarios of application packages', () => {
    const { world, ada } = serve();
    const fate = () => world.nodes(PACKAGES);
    expect(fate()).toMatchObject(WELL); // 1
    const roles = estate().resources.filter(({ id }) => /\/genomics\/.*roleAssignments/.test(text(id)));
    for (const { id } of roles) world.deleteResource(text(id));
    expect([roles.length, fate()]).toMatchObject([2, { state: 'idle', why: 'packages are not downloaded' }]); // 2
    const reader = roles[0] ?? {};
    const give = (role: string, scope: string) => {
      const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      world.setResource(
        withProperties(reader, { principalId: principalOf(NODES).principalId, scope, roleDefinitionId }),
      );
      return fate().why;
    };
    const { storageAccountId } = part(world.account(GENOMICS), 'properties', 'autoStorage');
    const [READER, BLOB_READER] = ['acdd72a7-3385-48ef-bd42-f606fba81ae7', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'];
    expect(give(READER, text(storageAccountId))).toBe('packages are not downloaded'); // no right to blobs
    expect(give(BLOB_READER, text(storageAccountId).slice(0, -1))).toBe('packages are not downloaded'); // elsewhere
    expect(give(BLOB_READER, `/subscriptions/${PRODUCTION}`)).toBeNull();
    const named = (nodeIdentityReference: object) => ({
      properties: {
        autoStorage: { storageAccountId, authenticationMode: 'BatchAccountManagedIdentity', ...nodeIdentityReference },
      },
    });
    ada.patch(GENOMICS, named({}));
    expect(fate()).toMatchObject({ state: 'starting' }); // 3
    ada.patch(GENOMICS, named({ nodeIdentityReference: { resourceId: `${NODES}-other` } }));
    expect(fate()).toMatchObject({ state: 'unusable', why: 'ApplicationPackageError' }); // 4
    ada.patch(GENOMICS, { properties: { autoStorage: { storageAccountId } } });
    expect(fate()).toMatchObject(WELL); // by keys
  });
});

describe('18: what is shown takes effect later', () => {
  it('public access', () => {
    const { world, ada, clock, delays } = serve();
    delays.network = 5 * MINUTE;
    expect(part(ada.patch(RENDER, DISABLED), 'properties')).toMatchObject(DISABLED.properties);
    clock.advance(5 * MINUTE - 1);
    expect(world.nodes(BUSY)).toMatchObject(WELL);
    clock.advance(1);
    expect(world.nodes(BUSY)).toMatchObject({ state: 'unusable' });
  });

  it('roles, when they are given and when they are taken', () => {
    const { world, clock, delays } = serve();
    delays.roles = 10 * MINUTE;
    const role = estate().resources.find(({ id }) =>
      /\/genomics\/providers\/Microsoft.Authorization\/roleA/.test(text(id)),
    );
    if (role === undefined) throw new Error('The estate has no role for the nodes.');
    const why = () => world.nodes(PACKAGES).why;
    world.deleteResource(text(role['id']));
    expect(why()).toBeNull();
    clock.advance(10 * MINUTE);
    expect(why()).toBe('packages are not downloaded');
    world.setResource(role);
    expect(why()).toBe('packages are not downloaded');
    clock.advance(10 * MINUTE);
    expect(why()).toBeNull();
  });
});

test('18: auto-storage by an identity whose role is not in effect can be refused', () => {
  const { world, ada, clock, store, codeOf, delays } = serve();
  store.refusals.autoStorageWithoutRole = true;
  delays.roles = 10 * MINUTE;
  const { autoStorage } = part(world.account(GENOMICS), 'properties');
  const { lastKeySync: _, ...sent } = part({ autoStorage }, 'autoStorage');
  const write = () => ada.patch(GENOMICS, { properties: { autoStorage: sent } });
  expect(codeOf(write)).toBeNull();
  const before = world.account(GENOMICS);
  const [role] = estate().resources.filter(({ id }) => /contosogenomicsdata.*roleAssignments/.test(text(id)));
  world.deleteResource(text(role?.['id']));
  clock.advance(10 * MINUTE);
  expect(codeOf(write)).toBe('AutoStorageNoPermission');
  world.setResource(role ?? {});
  expect(codeOf(write)).toBe('AutoStorageNoPermission'); // shown, and not yet in effect
  expect(world.account(GENOMICS)).toEqual(before);
  clock.advance(10 * MINUTE);
  expect(codeOf(write)).toBeNull();
});

test('18: other public addresses of an empty pool can be refused, and nothing of the write is kept', () => {
  const { world, ada, store, codeOf } = serve();
  const pool = poolIdOf('mpi-open-internet');
  store.refusals.publicAddresses = true;
  const { networkConfiguration } = part(world.pool(pool), 'properties');
  const before = world.pool(pool);
  const other = { ...part({ networkConfiguration }, 'networkConfiguration') };
  const write = (publicIPAddressConfiguration: Json) => () =>
    ada.patch(pool, { properties: { metadata: [], networkConfiguration: { ...other, publicIPAddressConfiguration } } });
  expect(codeOf(write({ provision: 'NoPublicIPAddresses' }))).toBe('PropertyCannotBeUpdated');
  expect(codeOf(write({ ipAddressIds: [`${MPI}-address`] }))).toBe('PropertyCannotBeUpdated');
  expect(world.pool(pool)).toEqual(before);
  expect(codeOf(() => ada.patch(pool, { properties: { networkConfiguration } }))).toBeNull();
  store.refusals.publicAddresses = false;
  expect(codeOf(write({ ipAddressIds: [`${MPI}-address`] }))).toBeNull();
});

function withProperties(body: Json, properties: Json): Json {
  return { ...body, properties: { ...part(body, 'properties'), ...properties } };
}
