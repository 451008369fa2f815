import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { BatchManagementClient } from '@azure/arm-batch';
import { MonitorClient } from '@azure/arm-monitor';
import { NetworkManagementClient } from '@azure/arm-network-profile-2020-09-01-hybrid';
import { ManagedIdentityCredential } from '@azure/identity';
import { beforeEach, describe, expect, it } from 'vitest';
import { guidOf } from '../../../local/azure/caller.ts';
import * as faults from '../../../local/azure/faults.ts';
import type { Json } from '../../../local/azure/json.ts';
import { part, text } from '../../../local/azure/json.ts';
import type { LocalAzure } from '../../../local/azure/local-azure.ts';
import { startLocalAzure } from '../../../local/azure/local-azure.ts';
import { principalOf } from '../../../local/azure/normalise.ts';
import { makeCertificate, trust } from '../../../local/certificate.ts';
import * as estate from '../../../local/estate/parts.ts';
import { type Arm, armClient, armFor } from '../../../shared/azure/arm/arm.ts';
import { observe } from '../../../shared/azure/observe.ts';
import type { FacetName } from '../../../shared/core/model/facet.ts';
import { notShown, undecided } from '../../../shared/core/model/reading.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { armId } from '../../support/arm-id.ts';

const SUBSCRIPTION = '11111111-aaaa-4aaa-8aaa-111111111111';
const RESOURCE_GROUP = 'simulation';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}`;
const ACCOUNT = estate.accountId(SUBSCRIPTION, RESOURCE_GROUP, 'contososim');
const STORE = estate.storageId(SUBSCRIPTION, RESOURCE_GROUP, 'contososimdata');
const CONTAINER = `${STORE}/blobServices/default/containers/jobs`;
const SUBNET = estate.subnetId(SUBSCRIPTION, RESOURCE_GROUP, 'nodes');
const SECURITY_GROUP = `${GROUP}/providers/Microsoft.Network/networkSecurityGroups/nodes`;
const WRITER = estate.identityId(SUBSCRIPTION, RESOURCE_GROUP, 'sim-account');
const NODES = estate.identityId(SUBSCRIPTION, RESOURCE_GROUP, 'sim-nodes');
const writer = principalOf(WRITER).principalId;
const nodes = principalOf(NODES).principalId;
const TEAM = guidOf('group:team');
const EVERYBODY = guidOf('group:everybody');
const CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';
const READER = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1';
const CUSTOM = guidOf('role:custom');
const AUTHORIZATION = '/providers/Microsoft.Authorization';
const KINDS = [
  'batchAccounts',
  'pools',
  'roleAssignments',
  'roleDefinitions',
  'denyAssignments',
  'diagnosticSettings',
  'subnets',
  'networkSecurityGroups',
  'privateEndpointConnections',
  'networkSecurityPerimeterConfigurations',
];

const connection = estate.privateEndpoint(ACCOUNT, 'batchAccount');
const { groupIds: _, ...hiddenGroup } = part(connection['properties']);
const perimeter = estate.perimeter(ACCOUNT, 'sim', 'Enforced', ['198.51.100.0/24']);

const customRole = {
  id: `/subscriptions/${SUBSCRIPTION}${AUTHORIZATION}/roleDefinitions/${CUSTOM}`,
  name: CUSTOM,
  type: 'Microsoft.Authorization/roleDefinitions',
  properties: {
    roleName: 'Nothing much',
    type: 'CustomRole',
    description: 'Reads queues.',
    assignableScopes: [`/subscriptions/${SUBSCRIPTION}`],
    permissions: [
      { actions: ['Microsoft.Storage/*/read'], notActions: ['*/blobServices/*'], dataActions: [], notDataActions: [] },
    ],
  },
};
const assignments = {
  toEverybody: assignment(STORE, CONTRIBUTOR, EVERYBODY, 'Group'),
  above: assignment(`/subscriptions/${SUBSCRIPTION}`, READER, nodes),
  custom: assignment(GROUP, CUSTOM, nodes),
  below: assignment(CONTAINER, CONTRIBUTOR, nodes),
  elsewhere: assignment(`${GROUP}2`, CONTRIBUTOR, nodes),
  fromTheTop: assignment('/providers/Microsoft.Management/managementGroups/all', READER, guidOf('somebody')),
};
const denial = {
  id: `${GROUP}${AUTHORIZATION}/denyAssignments/${guidOf('deny')}`,
  name: guidOf('deny'),
  type: 'Microsoft.Authorization/denyAssignments',
  properties: {
    denyAssignmentName: 'Nothing is deleted',
    description: 'By a deployment stack.',
    permissions: [{ actions: ['*/delete'], notActions: [], dataActions: ['*/blobs/delete'], notDataActions: [] }],
    scope: GROUP,
    doNotApplyToChildScopes: false,
    principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
    excludePrincipals: [{ id: writer, type: 'ServicePrincipal' }],
    isSystemProtected: true,
  },
};
const denialBelow = {
  ...denial,
  id: `${CONTAINER}${AUTHORIZATION}/denyAssignments/${guidOf('deny below')}`,
  properties: { ...denial.properties, scope: CONTAINER },
};
const setting = {
  id: `${ACCOUNT.toLowerCase()}/providers/microsoft.insights/diagnosticSettings/logs`,
  name: 'logs',
  type: 'Microsoft.Insights/diagnosticSettings',
  properties: {
    workspaceId: `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs`,
    logs: [
      { category: 'ServiceLog', enabled: true, retentionPolicy: { enabled: false, days: 0 } },
      { categoryGroup: 'audit', enabled: false, retentionPolicy: { enabled: false, days: 0 } },
    ],
    metrics: [],
  },
};
const subnet = {
  id: SUBNET,
  name: 'nodes',
  type: 'Microsoft.Network/virtualNetworks/subnets',
  properties: {
    provisioningState: 'Succeeded',
    addressPrefix: '10.9.0.0/24',
    networkSecurityGroup: { id: SECURITY_GROUP },
  },
};
const securityGroup = {
  id: SECURITY_GROUP,
  name: 'nodes',
  type: 'Microsoft.Network/networkSecurityGroups',
  location: 'westeurope',
  properties: {
    provisioningState: 'Succeeded',
    securityRules: [rule('AllowOffice', 200, 'Allow', { sourceAddressPrefixes: ['203.0.113.0/24', '198.51.100.7'] })],
    defaultSecurityRules: [
      rule('DenyAllInBound', 65_500, 'Deny', { sourceAddressPrefix: '*' }),
      rule('AllowInternetOutBound', 65_001, 'Allow', {
        direction: 'Outbound',
        sourceAddressPrefix: '*',
        destinationAddressPrefix: 'Internet',
      }),
    ],
  },
};

const certificate = await makeCertificate();
trust(certificate.cert);
let azure: LocalAzure;
let arm: Arm;

beforeEach(async () => {
  azure = await startLocalAzure({
    ...certificate,
    accounts: [
      estate.account(ACCOUNT, 'westeurope', {
        identity: estate.userAssigned(WRITER),
        properties: {
          privateEndpointConnections: [{ ...connection, properties: hiddenGroup }],
          autoStorage: {
            storageAccountId: STORE,
            authenticationMode: 'BatchAccountManagedIdentity',
            nodeIdentityReference: { resourceId: NODES },
          },
        },
      }),
    ],
    pools: ['one', 'two'].map((name) =>
      estate.pool(ACCOUNT, name, '2026-01-10T09:30:12.4412398Z', {
        identity: estate.userAssigned(NODES),
        properties: {
          ...estate.fixed(0),
          deploymentConfiguration: estate.LINUX,
          ...estate.network({ subnetId: name === 'one' ? SUBNET : SUBNET.toUpperCase() }),
        },
      }),
    ),
    resources: [
      customRole,
      ...Object.values(assignments),
      denial,
      denialBelow,
      setting,
      subnet,
      securityGroup,
      connection,
      perimeter,
    ],
    // The writer is in the team, and the team in everybody, which is in the team again.
    groups: { [TEAM]: [writer, EVERYBODY], [EVERYBODY]: [TEAM] },
    pageSize: 1,
  });
  process.env['IDENTITY_ENDPOINT'] = azure.identity.endpoint;
  process.env['IDENTITY_HEADER'] = azure.identity.header;
  const credential = new ManagedIdentityCredential();
  arm = armFor(armClient(credential, azure.armEndpoint), 'look', new AbortController().signal);
  return async () => {
    await azure.stop();
    expect(azure.specViolations).toEqual([]);
  };
});

/** Each client is told the endpoint; none of them looks at `$host`. */
function clients() {
  const options = { endpoint: azure.armEndpoint, retryOptions: { maxRetries: 0 } };
  const credential = new ManagedIdentityCredential();
  const { roleAssignments, roleDefinitions, denyAssignments } = new AuthorizationManagementClient(
    credential,
    SUBSCRIPTION,
    options,
  );
  const { diagnosticSettings } = new MonitorClient(credential, SUBSCRIPTION, options);
  // The smallest client of the network's; by itself it asks for a version of 2018.
  const { subnets, networkSecurityGroups } = new NetworkManagementClient(credential, SUBSCRIPTION, {
    ...options,
    apiVersion: '2024-05-01',
  });
  return { roleAssignments, roleDefinitions, denyAssignments, diagnosticSettings, subnets, networkSecurityGroups };
}

describe('the official clients read', () => {
  it('role assignments of a principal, at, above and below the scope, through groups of groups, page by page', async () => {
    const { roleAssignments } = clients();
    const ofNodes = await all(roleAssignments.listForScope(STORE, { filter: `assignedTo('${nodes}')` }));
    expect(ofNodes).toEqual(flat([assignments.above, assignments.custom, assignments.below]));
    expect(azure.log.reads(/roleAssignments$/).map(({ query }) => query['$skiptoken'] !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    const ofWriter = await all(roleAssignments.listForScope(STORE, { filter: `assignedTo('${writer}')` }));
    expect(ofWriter).toEqual(flat([assignments.toEverybody]));
    const ofNobody = await all(roleAssignments.listForScope(STORE, { filter: `assignedTo('${guidOf('nobody')}')` }));
    expect(ofNobody).toEqual([]);
  });

  it('all role assignments of a scope, and one by its id', async () => {
    const { roleAssignments } = clients();
    const { elsewhere, ...others } = assignments;
    expect(await all(roleAssignments.listForScope(STORE))).toEqual(flat(Object.values(others)));
    const one = await roleAssignments.getById(text(elsewhere['id']).slice(1));
    expect([one]).toEqual(flat([elsewhere]));
  });

  it('role definitions, the built-in ones at any scope', async () => {
    const { roleDefinitions } = clients();
    const [custom] = flat([customRole]);
    expect(await roleDefinitions.getById(customRole.id)).toEqual(custom);
    expect(await roleDefinitions.get(`subscriptions/${SUBSCRIPTION}`, CONTRIBUTOR)).toMatchObject({
      id: `/subscriptions/${SUBSCRIPTION}${AUTHORIZATION}/roleDefinitions/${CONTRIBUTOR}`,
      name: CONTRIBUTOR,
      roleName: 'Storage Blob Data Contributor',
      roleType: 'BuiltInRole',
      permissions: [{ dataActions: expect.arrayContaining([expect.stringMatching(/blobs\/write$/)]) }],
    });
    const names = (await all(roleDefinitions.list(STORE.slice(1)))).map(({ roleName }) => roleName);
    expect(new Set(names)).toEqual(
      new Set([
        'Contributor',
        'Nothing much',
        'Owner',
        'Reader',
        'Storage Blob Data Contributor',
        'Storage Blob Data Owner',
        'Storage Blob Data Reader',
      ]),
    );
    expect(names).toHaveLength(7);
  });

  it('deny assignments at or above the scope, or all', async () => {
    const { denyAssignments } = clients();
    const atScope = await all(denyAssignments.listForScope(STORE, { filter: 'atScope()' }));
    expect(atScope).toEqual(flat([denial]));
    expect(await all(denyAssignments.listForScope(STORE))).toEqual(flat([denial, denialBelow]));
    expect([await denyAssignments.getById(denial.id)]).toEqual(flat([denial]));
  });

  it('diagnostic settings', async () => {
    const { diagnosticSettings } = clients();
    const wanted = {
      name: 'logs',
      workspaceId: setting.properties.workspaceId,
      logs: setting.properties.logs,
      metrics: [],
    };
    expect(await all(diagnosticSettings.list(ACCOUNT.slice(1)))).toEqual([expect.objectContaining(wanted)]);
    expect(await diagnosticSettings.get(ACCOUNT.slice(1), 'logs')).toMatchObject(wanted);
    azure.world.deleteResource(setting.id);
    expect(await all(diagnosticSettings.list(ACCOUNT.slice(1)))).toEqual([]);
  });

  it('private endpoint connections of an account, with the groups that its body hides', async () => {
    const client = new BatchManagementClient(new ManagedIdentityCredential(), SUBSCRIPTION, {
      endpoint: azure.armEndpoint,
    });
    const listed = await all(
      client.privateEndpointConnectionOperations.listByBatchAccount(RESOURCE_GROUP, 'contososim'),
    );
    expect(listed).toMatchObject([{ name: 'batchAccount-endpoint', groupIds: ['batchAccount'] }]);
    const { privateEndpointConnections } = await client.batchAccountOperations.get(RESOURCE_GROUP, 'contososim');
    expect(privateEndpointConnections?.map(({ groupIds }) => groupIds)).toEqual([undefined]);
  });

  it('subnets and network security groups', async () => {
    const { subnets, networkSecurityGroups } = clients();
    const { id, name, properties } = subnet;
    expect(await subnets.get(RESOURCE_GROUP, 'hub', 'nodes')).toMatchObject({ id, name, ...properties });
    const group = await networkSecurityGroups.get(RESOURCE_GROUP, 'nodes');
    expect(group).toMatchObject({ id: SECURITY_GROUP, name: 'nodes', location: 'westeurope' });
    expect([...(group.securityRules ?? []), ...(group.defaultSecurityRules ?? [])]).toMatchObject(
      [...securityGroup.properties.securityRules, ...securityGroup.properties.defaultSecurityRules].map(
        ({ name, properties }) => ({ name, ...properties }),
      ),
    );
  });

  it.each([
    ['a role assignment', () => clients().roleAssignments.get(STORE, guidOf('none')), 'RoleAssignmentNotFound'],
    ['a role', () => clients().roleDefinitions.get(STORE, guidOf('none')), 'RoleDefinitionDoesNotExist'],
    ['a deny assignment', () => clients().denyAssignments.get(STORE, guidOf('none')), 'ResourceNotFound'],
    ['a setting', () => clients().diagnosticSettings.get(ACCOUNT.slice(1), 'none'), 'ResourceNotFound'],
    ['settings of no account', () => all(clients().diagnosticSettings.list(`${ACCOUNT}x`)), 'ResourceNotFound'],
    ['a subnet', () => clients().subnets.get(RESOURCE_GROUP, 'hub', 'none'), 'ResourceNotFound'],
    ['a group', () => clients().networkSecurityGroups.get(RESOURCE_GROUP, 'none'), 'ResourceNotFound'],
  ])('that there is no such thing: %s', async (_name, read, code) => {
    await expect(read()).rejects.toMatchObject({ statusCode: 404, code });
  });

  it.each([
    ['role assignments', () => all(clients().roleAssignments.listForScope(STORE))],
    ['a role', () => clients().roleDefinitions.getById(customRole.id)],
    ['deny assignments', () => all(clients().denyAssignments.listForScope(STORE))],
    ['settings', () => all(clients().diagnosticSettings.list(ACCOUNT))],
    ['a subnet', () => clients().subnets.get(RESOURCE_GROUP, 'hub', 'nodes')],
    ['a group', () => clients().networkSecurityGroups.get(RESOURCE_GROUP, 'nodes')],
  ])('that they may not: %s', async (_name, read) => {
    azure.faults.add({ do: faults.unauthorised('some/read') });
    await expect(read()).rejects.toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
    await read();
    expect(azure.log.calls.map(({ status }) => status).slice(0, 2)).toEqual([403, 200]);
  });
});

describe('what is not served', () => {
  const list = `${STORE}${AUTHORIZATION}/roleAssignments`;

  it.each([
    [list, '2022-04-01', 'principalId eq 1', 501, 'NotImplemented'],
    [`${STORE}${AUTHORIZATION}/denyAssignments`, '2022-04-01', "assignedTo('1')", 501, 'NotImplemented'],
    [`${STORE}${AUTHORIZATION}/roleDefinitions`, '2022-04-01', 'atScope()', 501, 'NotImplemented'],
    [list, '2024-07-01', undefined, 400, 'NoRegisteredProviderFound'],
    [`${ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings`, '2022-04-01', undefined, 400, 'NoRegistered'],
    [SUBNET, '2021-05-01-preview', undefined, 400, 'NoRegistered'],
    [ACCOUNT, '2022-04-01', undefined, 400, 'NoRegistered'],
    [`${STORE}${AUTHORIZATION}/locks`, '2022-04-01', undefined, 404, 'InvalidResourceType'],
    [SUBNET.replace(/\/subnets.*/, ''), '2024-05-01', undefined, 404, 'InvalidResourceType'],
  ])('%s at %s, filter %s: %i %s', async (path, apiVersion, filter, status, code) => {
    const reading = arm.get(armId(path), filter === undefined ? { apiVersion } : { apiVersion, filter });
    await expect(reading).rejects.toMatchObject({ status, code: expect.stringMatching(code) });
  });

  it('a write, a call without a token, a resource without an id', async () => {
    const options = { method: 'PUT', body: '{}' };
    const url = `${azure.armEndpoint}${SUBNET}?api-version=2024-05-01`;
    expect((await fetch(url)).status).toBe(401);
    const { token } = await new ManagedIdentityCredential().getToken(azure.armEndpoint);
    expect((await fetch(url, { ...options, headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
    expect(() => azure.world.setResource({ id: 'subnet' })).toThrow(/Not the id/);
    expect(() => azure.world.deleteResource(`${SUBNET}x`)).toThrow(/There is no/);
  });
});

function failed(message: RegExp) {
  return { code: 'reading-failed', message: expect.stringMatching(message) };
}

describe('our own reading', () => {
  const EVERYTHING: readonly FacetName[] = [
    'roleAssignments',
    'diagnosticSettings',
    'subnets',
    'connections',
    'perimeters',
  ];
  const access = { storageAccountId: STORE, isGone: false, readBlobs: { known: true }, writeBlobs: { known: true } };
  const modes = { targetCommunicationMode: null, currentCommunicationMode: null };

  it('is whole, and asks for everything once', async () => {
    const { facets } = await look(EVERYTHING);
    expect(facets.roleAssignments).toEqual({
      known: [
        { ...access, principalId: writer },
        {
          ...access,
          principalId: nodes,
          writeBlobs: {
            unknown: undecided('the role Storage Blob Data Contributor holds only for a part of the storage account'),
          },
        },
      ],
    });
    expect(facets.diagnosticSettings).toEqual({
      known: [
        {
          name: 'logs',
          hasDestination: true,
          logs: [
            { category: 'ServiceLog', categoryGroup: null, enabled: true },
            { category: null, categoryGroup: 'audit', enabled: false },
          ],
        },
      ],
    });
    const seenGroup = {
      id: SECURITY_GROUP,
      inbound: [{ name: 'AllowOffice', sources: ['203.0.113.0/24', '198.51.100.7'] }, { name: 'DenyAllInBound' }],
      outbound: [{ name: 'AllowInternetOutBound', destinations: ['Internet'] }],
    };
    expect(facets.subnets).toMatchObject({
      known: [{ id: expect.stringMatching(new RegExp(`^${SUBNET}$`, 'i')), securityGroup: { known: seenGroup } }],
    });
    expect(facets.connections).toEqual({
      known: [
        {
          name: 'batchAccount-endpoint',
          status: 'Approved',
          provisioningState: 'Succeeded',
          groupIds: ['batchAccount'],
        },
      ],
    });
    expect(facets.perimeters).toEqual({
      known: [{ name: 'sim', accessMode: 'Enforced', provisioningState: 'Succeeded', inbound: ['198.51.100.0/24'] }],
    });
    expect(calls()).toEqual({
      privateEndpointConnections: 1,
      networkSecurityPerimeterConfigurations: 1,
      batchAccounts: 1,
      pools: 2,
      // One of the writer, three of the nodes, a page each.
      roleAssignments: 4,
      // Contributor, Reader and the custom one.
      roleDefinitions: 3,
      denyAssignments: 1,
      diagnosticSettings: 1,
      subnets: 1,
      networkSecurityGroups: 1,
    });
  });

  it('asks each provider in a version of its own', async () => {
    await look(EVERYTHING);
    const versions = azure.log.reads().map(({ path, query }) => [kindOf(path), query['api-version']]);
    expect(Object.fromEntries(versions)).toMatchObject({
      batchAccounts: '2025-06-01',
      pools: '2025-06-01',
      roleAssignments: '2022-04-01',
      roleDefinitions: '2022-04-01',
      denyAssignments: '2022-04-01',
      diagnosticSettings: '2021-05-01-preview',
      subnets: '2024-05-01',
      networkSecurityGroups: '2024-05-01',
      privateEndpointConnections: '2025-06-01',
      networkSecurityPerimeterConfigurations: '2025-06-01',
    });
  });

  it('reads only what is needed', async () => {
    const { facets } = await look(['diagnosticSettings']);
    expect(facets).toMatchObject({
      roleAssignments: { unknown: { code: 'not-shown' } },
      subnets: { unknown: { code: 'not-shown' } },
    });
    expect(calls()).toEqual({ batchAccounts: 1, pools: 2, diagnosticSettings: 1 });
  });

  it('reads what the newest api-version hides at the last that shows it, and nothing else there', async () => {
    const [one, two] = ['one', 'two'].map((name) => `${ACCOUNT}/pools/${name}`);
    const certificate = { id: `${ACCOUNT}/certificates/sha1-01` };
    azure.world.changePool(String(one), (body) => ({
      ...body,
      properties: { ...part(body, 'properties'), certificates: [certificate], targetNodeCommunicationMode: 'Classic' },
    }));
    const { facets, complete } = await look(['retired']);
    expect([complete, facets.retired]).toEqual([
      true,
      {
        known: [
          { poolId: one, certificateIds: [certificate.id], ...modes, targetCommunicationMode: 'Classic' },
          { poolId: two, certificateIds: [], ...modes },
        ],
      },
    ]);
    const versions = azure.log.reads().map(({ path, query }) => `${kindOf(path)} ${query['api-version']}`);
    const pages = ['pools 2024-07-01', 'pools 2024-07-01', 'pools 2025-06-01', 'pools 2025-06-01'];
    expect(versions.toSorted((a, b) => a.localeCompare(b))).toEqual(['batchAccounts 2025-06-01', ...pages]);
  });

  it('once Azure has retired that api-version it is not shown, and all else is read', async () => {
    azure.retired.versions = ['2024-07-01'];
    const { facets, complete, pools } = await look([...EVERYTHING, 'retired']);
    expect(facets.retired).toEqual({
      unknown: notShown(expect.stringMatching(/no longer answers at api-version 2024/)),
    });
    expect([complete, pools.length, 'known' in facets.subnets]).toEqual([true, 2, true]);
  });

  it('a pool that the older api-version shows not as specified is unreadable, a list that is refused is unknown', async () => {
    const two = `${ACCOUNT}/pools/two`;
    const body = azure.world.pool(two);
    azure.world.malform(two, { ...body, properties: { ...part(body, 'properties'), certificates: 7 } });
    const { facets, complete } = await look(['retired']);
    expect(complete).toBe(true);
    expect(facets.retired).toMatchObject({
      known: [
        { poolId: `${ACCOUNT}/pools/one` },
        { poolId: `${ACCOUNT}/pools/two`, unreadable: expect.stringMatching(/not as specified$/) },
      ],
    });
    azure.faults.add({ path: /2024-07-01/, do: faults.unauthorised('pools/read') });
    expect((await look(['retired'])).facets.retired).toEqual({ unknown: failed(/AuthorizationFailed/) });
  });

  it('sees a deny assignment that is added', async () => {
    azure.world.setResource({ ...denial, properties: { ...denial.properties, excludePrincipals: [] } });
    const { facets } = await look(['roleAssignments']);
    const writeBlobs = { unknown: undecided('the deny assignment Nothing is deleted may forbid it') };
    expect(facets.roleAssignments).toMatchObject({ known: [{ ...access, writeBlobs }, {}] });
  });

  const known = { known: expect.any(Array) };
  const refused = { unknown: failed(/could not be read: AuthorizationFailed - /) };
  const refusedAccess = { known: [{ readBlobs: refused, writeBlobs: refused }, { readBlobs: refused }] };
  const refusedGroup = { known: [{ securityGroup: refused }] };

  it.each([
    ['roleAssignments', { roleAssignments: refusedAccess, diagnosticSettings: known, subnets: known }],
    ['denyAssignments', { roleAssignments: refusedAccess, diagnosticSettings: known, subnets: known }],
    ['roleDefinitions', { roleAssignments: refusedAccess, diagnosticSettings: known, subnets: known }],
    ['diagnosticSettings', { roleAssignments: known, diagnosticSettings: refused, subnets: known }],
    ['subnets', { roleAssignments: known, diagnosticSettings: known, subnets: refusedGroup }],
    ['networkSecurityGroups', { roleAssignments: known, diagnosticSettings: known, subnets: refusedGroup }],
  ])('without the right to read %s: unknown, and why', async (kind, wanted) => {
    azure.faults.add({ path: new RegExp(`/${kind}[/?]`, 'i'), times: 99, do: faults.unauthorised(`${kind}/read`) });
    const { complete, facets } = await look(EVERYTHING);
    expect(complete).toBe(true);
    expect(facets).toMatchObject(wanted);
  });

  it.each([
    ['privateEndpointConnections', 'connections'],
    ['networkSecurityPerimeterConfigurations', 'perimeters'],
  ] as const)('without the right to read %s only %s are unknown', async (kind, facet) => {
    azure.faults.add({ path: new RegExp(`/${kind}[/?]`, 'i'), times: 99, do: faults.unauthorised(`${kind}/read`) });
    const { facets } = await look(EVERYTHING);
    expect(facets[facet]).toMatchObject(refused);
    expect(EVERYTHING.filter((name) => 'unknown' in facets[name])).toEqual([facet]);
  });

  it('a list of connections that is no list, and a perimeter that is none, are unreadable', async () => {
    const answer = (item: Json) => ({ status: 200, body: { value: [item] } });
    azure.faults.add({ path: /networkSecurityPerimeterConfigurations/, do: answer({ ...perimeter, properties: [] }) });
    azure.faults.add({ path: /privateEndpointConnections/, do: answer({ properties: { groupIds: 'batchAccount' } }) });
    const { facets } = await look(['connections', 'perimeters']);
    const unreadable = { unknown: { code: 'unreadable', message: expect.stringContaining('not as specified') } };
    expect(facets).toMatchObject({ connections: unreadable, perimeters: unreadable });
  });

  it('asks for connections only where the body hides a group', async () => {
    azure.world.setAccount(
      estate.account(ACCOUNT, 'westeurope', {
        properties: { privateEndpointConnections: [connection] },
      }),
    );
    const { facets } = await look(['connections']);
    expect(facets.connections).toMatchObject({ known: [{ groupIds: ['batchAccount'] }] });
    expect(calls()).toEqual({ batchAccounts: 1, pools: 2 });
  });

  it('an auto-storage account that is gone is known to be, and not unknown for ever', async () => {
    const body = { error: { code: 'ResourceNotFound', message: 'The Resource was not found.' } };
    azure.faults.add({ path: /roleAssignments/, times: 9, do: { status: 404, body } });
    const nothing = {
      storageAccountId: STORE,
      isGone: true,
      readBlobs: { known: false },
      writeBlobs: { known: false },
    };
    expect((await look(['roleAssignments'])).facets.roleAssignments).toEqual({
      known: [writer, nodes].map((principalId) => ({ ...nothing, principalId })),
    });
  });

  it('what is not there is unknown, and does not make the account gone', async () => {
    for (const { id } of [subnet, customRole]) azure.world.deleteResource(id);
    const { facets } = await look(EVERYTHING);
    expect(JSON.stringify(facets.subnets)).toMatch(/ResourceNotFound/);
    expect(facets.roleAssignments).toMatchObject({
      known: [access, { readBlobs: { known: true }, writeBlobs: { unknown: failed(/DoesNotExist/) } }],
    });
  });

  it('a wait that Azure asks for is unknown too, and all else is read', async () => {
    azure.faults.add({ path: /diagnosticSettings/, times: 9, do: faults.throttled(40) });
    const { facets, complete } = await look(EVERYTHING);
    expect(facets.diagnosticSettings).toEqual({ unknown: failed(/Throttled/) });
    expect([complete, 'known' in facets.roleAssignments, 'known' in facets.subnets]).toEqual([true, true, true]);
  });
});

async function look(needed: readonly FacetName[]): Promise<Snapshot> {
  const snapshot = await observe(
    arm,
    ACCOUNT,
    () => new Date(),
    () => new Set(needed),
  );
  if (snapshot === null || 'retryAt' in snapshot) throw new Error('no snapshot');
  return snapshot;
}

/** How often each kind of resource was read. */
function calls(): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { path } of azure.log.reads()) {
    const kind = kindOf(path);
    counted[kind] = (counted[kind] ?? 0) + 1;
  }
  return counted;
}

function kindOf(path: string): string {
  return KINDS.find((kind) => new RegExp(`/${kind}(?:/[^/]+)?$`, 'i').test(path)) ?? path;
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(list);
}

/** Bodies as arm-authorization shows them, in the order of their ids. */
function flat(bodies: readonly Json[]): Json[] {
  return bodies
    .map(({ id, name, type, properties }) => {
      const { type: roleType, ...others } = part(properties);
      return { id, name, type, ...others, ...(roleType === undefined ? {} : { roleType }) };
    })
    .toSorted((a, b) => (text(a.id).toLowerCase() < text(b.id).toLowerCase() ? -1 : 1));
}

function assignment(scope: string, role: string, principalId: string, principalType = 'ServicePrincipal'): Json {
  const name = guidOf(`${scope} ${role} ${principalId}`);
  return {
    id: `${scope}${AUTHORIZATION}/roleAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    properties: {
      roleDefinitionId: `/subscriptions/${SUBSCRIPTION}${AUTHORIZATION}/roleDefinitions/${role}`,
      principalId,
      principalType,
      scope,
    },
  };
}

function rule(name: string, priority: number, access: string, sources: Json): { name: string; properties: Json } {
  return {
    name,
    properties: {
      provisioningState: 'Succeeded',
      protocol: 'Tcp',
      sourcePortRange: '*',
      destinationPortRange: '22',
      destinationAddressPrefix: '*',
      access,
      priority,
      direction: 'Inbound',
      ...sources,
    },
  };
}
