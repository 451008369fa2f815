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
  const { snapshots, ...rest } = read(accountBody(), { value: [poolBody('p1'), poolBody('p2')] });
  expect(rest).toEqual({ errors: [], accounts: 1, pools: 2, unreadable: 0 });
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
  for (const content of [noise, ...noise, [], { value: [] }, { value: {} }]) {
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
  const { errors, snapshots, ...counts } = read(accountBody(), { value: [poolBody(), other] });
  expect(errors).toEqual([
    {
      source: '2.json',
      path: 'value[1]',
      message: `a different body of the same account, ${ACCOUNT_ID}, is in 1.json: give one of them`,
    },
  ]);
  expect(counts).toEqual({ accounts: 1, pools: 1, unreadable: 1 });
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
    { path: 'properties', message: expect.stringContaining('"az rest" prints those') },
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
