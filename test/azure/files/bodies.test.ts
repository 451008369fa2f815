import { expect, test } from 'vitest';
import { readBodies } from '../../../shared/azure/files/bodies.ts';
import { noFacets } from '../../../shared/core/model/facet.ts';
import { notShown, unreadable } from '../../../shared/core/model/reading.ts';
import { accountBody, keyedAccount, poolBody } from '../../support/cli/bodies.ts';
import { ACCOUNT_ID, POOL_ID, poolId, retiredParts } from '../../support/snapshots.ts';

function read(...contents: readonly unknown[]) {
  return readBodies(contents.map((content, index) => ({ source: `${index + 1}.json`, content })));
}

test('an account and its pools become one snapshot that is never complete', () => {
  const { snapshots, resources, ...rest } = read(accountBody(), { value: [poolBody('p1'), poolBody('p2')] });
  expect(rest).toEqual({ errors: [], leftOut: [], accounts: 1, pools: 2, unreadable: 0 });
  expect(resources.map(({ kind, path }) => [kind, path])).toEqual([
    ['account', []],
    ['pool', ['value', 0]],
    ['pool', ['value', 1]],
  ]);
  expect(snapshots).toMatchObject([
    {
      accountId: ACCOUNT_ID,
      account: { known: { id: ACCOUNT_ID } },
      pools: [{ id: poolId('p1') }, { id: poolId('p2') }],
      complete: false,
      problems: [notShown('a file does not show whether all pools of the account are in it')],
      facets: noFacets('a file cannot tell'),
    },
  ]);
});

test('a body that shows certificates or a node communication mode tells of both, another of neither', () => {
  const [first, second, third] = [poolBody('p1'), poolBody('p2'), poolBody('p3')];
  const certificates = [{ id: `${ACCOUNT_ID}/certificates/sha1-01` }];
  const { snapshots } = read([
    { ...first, properties: { ...Object(first.properties), currentNodeCommunicationMode: 'Classic' } },
    second,
    { ...third, properties: { ...Object(third.properties), certificates } },
  ]);
  const known = [
    retiredParts({ poolId: poolId('p1'), currentCommunicationMode: 'Classic' }),
    retiredParts({ poolId: poolId('p3'), certificateIds: [`${ACCOUNT_ID}/certificates/sha1-01`] }),
  ];
  expect(snapshots.map(({ facets }) => facets)).toEqual([{ ...noFacets('a file cannot tell'), retired: { known } }]);
});

test('pools without the body of their account have an unknown account', () => {
  const { snapshots, accounts } = read([poolBody()]);
  expect(accounts).toBe(0);
  expect(snapshots).toMatchObject([
    { accountId: ACCOUNT_ID, account: { unknown: notShown('its body was not given') } },
  ]);
});

test('type and id are compared without case, and the type may be missing', () => {
  const { type: _, ...untyped } = poolBody('p2');
  const shouting = { ...accountBody(), id: ACCOUNT_ID.toUpperCase(), type: 'MICROSOFT.BATCH/BATCHACCOUNTS' };
  expect(read(shouting, poolBody('p1'), untyped)).toMatchObject({ accounts: 1, pools: 2, errors: [], unreadable: 0 });
  expect(read(shouting, poolBody('p1'), untyped).snapshots).toHaveLength(1);
});

test('what is no Batch resource is left out beside one, and is an error where there is none', () => {
  const vm = { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm', type: 'x' };
  const detector = { id: `${ACCOUNT_ID}/detectors/d`, type: 'Microsoft.Batch/batchAccounts/detectors', properties: {} };
  const noise = [vm, detector, 7, null, 'text', {}, { id: 'mypool' }];
  expect(read([accountBody(), ...noise])).toMatchObject({ accounts: 1, pools: 0, errors: [] });
  for (const content of [noise, ...noise, [], [{ value: [] }, 7], { value: {} }]) {
    const { errors } = read(content);
    expect(errors).toMatchObject([
      { source: '1.json', path: '', message: expect.stringMatching(/^no Batch resource/) },
    ]);
  }
});

test('a page of a list may stand in an array', () => {
  expect(read([{ value: [poolBody()] }, accountBody()])).toMatchObject({ accounts: 1, pools: 1, errors: [] });
});

test('the same body twice is one; an id or a type in another case makes no difference', () => {
  const twice = { ...poolBody(), id: POOL_ID.toLowerCase(), type: 'microsoft.batch/BatchAccounts/pools' };
  expect(read(poolBody(), { value: [twice] })).toMatchObject({ pools: 1, errors: [], unreadable: 0 });
});

test('two different bodies with one id are an error that names both places, and are not judged', () => {
  const other = { ...keyedAccount(), id: ACCOUNT_ID.toLowerCase() };
  const { errors, snapshots, resources: _, ...counts } = read(accountBody(), { value: [poolBody(), other] });
  expect(errors).toEqual([
    {
      source: '2.json',
      path: 'value[1]',
      message: `a different body of the same account, ${ACCOUNT_ID}, is in 1.json: give one of them`,
    },
  ]);
  expect(counts).toEqual({ leftOut: [], accounts: 1, pools: 1, unreadable: 1 });
  expect(snapshots[0]?.account).toEqual({ unknown: unreadable('two different bodies of it were given') });

  const samePage = read([poolBody('p1'), { ...poolBody('p1'), etag: 'W/"2"' }]);
  expect(samePage.errors).toMatchObject([{ path: '[1]', message: expect.stringContaining('is in 1.json at [0]') }]);
});

test('a page with nextLink is incomplete, and what is in it is judged', () => {
  const page = { value: [poolBody()], nextLink: 'https://management.azure.com/next' };
  const { errors, pools } = read(page, { value: [poolBody('p2')], nextLink: null });
  expect(pools).toBe(2);
  expect(errors).toMatchObject([{ source: '1.json', path: 'nextLink', message: expect.stringMatching(/^incomplete/) }]);
});

test('a resource that does not parse is an error at the place of the fault; the rest is read', () => {
  const broken = poolBody('broken', { inboundNatPools: [{ name: 'ssh', protocol: 'TCP', backendPort: '22' }] });
  const { errors, snapshots, unreadable } = read({ value: [poolBody(), broken] });
  expect(errors).toEqual([
    {
      source: '1.json',
      path: 'value[1].properties.networkConfiguration.endpointConfiguration.inboundNatPools[0].backendPort',
      message: `the pool ${poolId('broken')} cannot be read: Invalid input: expected number, received string`,
    },
  ]);
  expect(unreadable).toBe(1);
  expect(snapshots[0]?.pools).toMatchObject([{ id: POOL_ID, settings: {} }, { unreadable: expect.any(String) }]);
});

test('a body without properties says where to get one', () => {
  const { properties: _, ...flattened } = accountBody({ allowedAuthenticationModes: ['AAD'] });
  expect(read(flattened).errors).toMatchObject([
    {
      path: 'properties',
      message: expect.stringContaining(
        `"az rest" prints those: az rest --method get --url "${ACCOUNT_ID}?api-version=2025-06-01"`,
      ),
    },
  ]);
});

test.each([
  ['a pool with the id of its account', { ...poolBody(), id: ACCOUNT_ID }],
  ['an account with the id of a pool', { ...accountBody(), id: POOL_ID }],
  ['a pool with an id that is none', { ...poolBody(), id: 'pool1' }],
  ['an account without an id', { ...accountBody(), id: undefined }],
  ['another type with the id of an account', { ...accountBody(), type: 'Microsoft.Storage/storageAccounts' }],
])('%s is unreadable', (_, body) => {
  expect(read([poolBody('p1'), body])).toMatchObject({
    errors: [{ source: '1.json', path: '[1].id' }],
    accounts: 0,
    pools: 1,
    unreadable: 1,
  });
});

test('an account has the retired parts of its own pools alone, or reading grows with the square of the files', () => {
  const pool = (account: string) => ({
    id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/${account}/pools/p`,
    properties: { targetNodeCommunicationMode: 'Simplified' },
  });
  const { snapshots } = readBodies([{ source: 'pools.json', content: ['one', 'two', 'three'].map(pool) }]);
  const own = snapshots.map(({ facets }) => ('known' in facets.retired ? facets.retired.known.length : 0));
  expect(own).toEqual([1, 1, 1]);
});

test('17.6: an empty page is an account without pools, not an error', () => {
  for (const content of [{ value: [] }, { value: [], nextLink: null }, [{ value: [] }]])
    expect(read(content)).toMatchObject({ errors: [], accounts: 0, pools: 0 });
  expect(read({ value: [], nextLink: 'https://x' }).errors).toMatchObject([{ path: 'nextLink' }]);
});

test.each([
  ['an ARM template', { $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#' }],
  ['an ARM template', { contentVersion: '1.0.0.0', resources: [poolBody()] }],
  ['the parameters of an ARM template', { $schema: 'https://x/deploymentParameters.json#', parameters: {} }],
  ['a snapshot of Bicep', { predictedResources: [poolBody()] }],
  ['what "az deployment what-if" prints', { status: 'Succeeded', changes: [{ changeType: 'Create' }] }],
  ['what "az deployment what-if" prints', { properties: { changes: [] } }],
  ['a plan of Terraform', { format_version: '1.2', resource_changes: [] }],
  ['a state of Terraform', { format_version: '1.0', values: { root_module: {} } }],
  ['a state of Terraform', { version: 4, terraform_version: '1.11.4', serial: 3, resources: [] }],
  ['an exported stack of Pulumi', { version: 3, deployment: { resources: [] } }],
  ['what "az graph query" or Search-AzGraph answers', { count: 1, data: [poolBody()], total_records: 9 }],
  ['what "az graph query" or Search-AzGraph answers', { SkipToken: null, Data: [poolBody()] }],
  ['what Invoke-AzRestMethod returns', { StatusCode: 200, Content: '{}' }],
  ['what Get-AzBatchAccount returns', [{ AccountName: 'acct1', PrimaryAccountKey: 'hunter2' }]],
  ['what Get-AzBatchPool returns', { Id: 'p', VirtualMachineSize: 'x' }],
  ['what "az batch pool" prints', [{ id: 'p', url: 'https://acct1.westeurope.batch.azure.com/pools/p' }]],
  ['what "az batch pool" prints', { value: [{ id: 'p', vmSize: 'x', allocationState: 'steady' }] }],
  ['an error that Azure answered (AuthorizationFailed)', { error: { code: 'AuthorizationFailed' } }],
  ['an error that Azure answered', { error: { code: '\u001b[2J##vso[x]' } }],
  ['a report', { schema: 1, findings: [], accounts: 1 }],
])('17.6: what is no body is told for what it is: %s', (is, content) => {
  const { errors } = read(content);
  expect(errors).toMatchObject([{ path: '', message: expect.stringMatching(/^is .{60}/s) }]);
  expect(errors[0]?.message.startsWith(`is ${is}: `)).toBe(true);
  expect(errors[0]?.message).not.toMatch(/hunter2|vso/);
  // In a folder, what is yet to be made may lie beside bodies; what stands in Azure is to be judged.
  const found = readBodies([{ source: 'f.json', content, isFound: true }]);
  expect(found.errors.length + found.leftOut.length).toBe(1);
  expect(found.leftOut.length).toBe(/template|snapshot|deployment|plan|report/.test(is) ? 1 : 0);
});

test.each([
  ['networkConfiguration', '@{endpointConfiguration=; subnetId=x}'],
  ['unmodelled', ['System.Object[]']],
  ['unmodelled', { deep: 'System.Collections.Hashtable' }],
])('17.6: a body that ConvertTo-Json has cut off at %s is not judged', (key, value) => {
  const cut = { ...poolBody(), properties: { ...Object(poolBody()['properties']), [key]: value } };
  const { errors, pools, unreadable } = read({ value: [poolBody('p2'), cut] });
  expect({ pools, unreadable }).toEqual({ pools: 1, unreadable: 1 });
  expect(errors).toMatchObject([
    {
      path: expect.stringMatching(`^value\\[1\\]\\.properties\\.${key}`),
      message: expect.stringContaining('-Depth 100'),
    },
  ]);
  const told = {
    ...poolBody(),
    properties: { ...Object(poolBody()['properties']), startTask: { commandLine: '@{a=1}' } },
  };
  expect(read(told).errors).toEqual([]);
});
