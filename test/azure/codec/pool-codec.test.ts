import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePool, encodePool } from '../../../shared/azure/codec/pool-codec.ts';
import type { PoolSettings } from '../../../shared/core/model/pool-settings.ts';
import { runs } from '../../support/runs.ts';
import { natPool, POOL_ID, SUBNET_ID } from '../../support/snapshots.ts';

const KEPT = { subnetId: SUBNET_ID, futureField: ['kept'] };
const ENDPOINTS = [natPool()];
const BARE = {
  name: 'ssh',
  protocol: 'TCP',
  backendPort: 22,
  frontendPortRangeStart: 40000,
  frontendPortRangeEnd: 40100,
};
const SENT = { inboundNatPools: [BARE] };

function sentOf(networkConfiguration: object, set: Partial<PoolSettings>): unknown {
  return encodePool(decodePool({ id: POOL_ID, properties: { networkConfiguration } }, 'all'), set);
}

const network = (networkConfiguration: object) => ({ properties: { networkConfiguration } });

test.each<[what: string, body: object, set: Partial<PoolSettings>, sent: object]>([
  [
    'an empty list of addresses',
    { ...KEPT, publicIPAddressConfiguration: { provision: 'BatchManaged', ipAddressIds: [] } },
    { endpoints: ENDPOINTS },
    { ...KEPT, publicIPAddressConfiguration: { provision: 'BatchManaged' }, endpointConfiguration: SENT },
  ],
  [
    'addresses that are null',
    { ...KEPT, publicIPAddressConfiguration: null },
    { endpoints: ENDPOINTS },
    { ...KEPT, endpointConfiguration: SENT },
  ],
  [
    'endpoints that are null',
    { ...KEPT, endpointConfiguration: null },
    { publicIp: 'BatchManaged' },
    { ...KEPT, publicIPAddressConfiguration: { provision: 'BatchManaged' } },
  ],
  [
    'an empty list of rules',
    { ...KEPT, endpointConfiguration: { inboundNatPools: [{ ...BARE, networkSecurityGroupRules: [] }] } },
    { publicIp: 'BatchManaged' },
    { ...KEPT, publicIPAddressConfiguration: { provision: 'BatchManaged' }, endpointConfiguration: SENT },
  ],
  [
    'an object without addresses',
    { ...KEPT, publicIPAddressConfiguration: { provision: null, ipAddressIds: null } },
    { endpoints: ENDPOINTS },
    { ...KEPT, endpointConfiguration: SENT },
  ],
  [
    'an empty subnet or scope',
    { subnetId: '', dynamicVnetAssignmentScope: null, futureField: ['kept'] },
    { endpoints: ENDPOINTS },
    { futureField: ['kept'], endpointConfiguration: SENT },
  ],
  [
    'an empty list of families or tags',
    { ...KEPT, publicIPAddressConfiguration: { provision: 'BatchManaged', ipFamilies: [], ipTags: null } },
    { endpoints: ENDPOINTS },
    { ...KEPT, publicIPAddressConfiguration: { provision: 'BatchManaged' }, endpointConfiguration: SENT },
  ],
])('beside what a fix means, %s is not sent back', (_what, body, set, sent) => {
  expect(sentOf(body, set)).toEqual(network(sent));
});

test('of a network nothing is dropped but what is null, an empty list or an empty text', () => {
  const EMPTY: readonly unknown[] = [null, '', []];
  const value = fc.oneof(
    fc.constantFrom(...EMPTY),
    fc.constantFrom({}, { note: null }, [null], ['kept'], 'text', 0, false),
  );
  const addresses = fc.record(
    {
      provision: fc.constantFrom(null, '', 'BatchManaged', 'UserManaged'),
      ipAddressIds: fc.constantFrom(null, [], ['ip1']),
      ipFamilies: fc.constantFrom(null, [], ['IPv4', 'IPv6']),
      ipTags: fc.constantFrom(null, [], [{ ipTagType: 'tagType1', tag: '' }]),
      futureField: value,
    },
    { requiredKeys: [] },
  );
  const bodies = fc.record(
    { subnetId: fc.constantFrom(null, '', SUBNET_ID), scope: value, futureField: value, addresses },
    { requiredKeys: [] },
  );
  const left = (object: object) => Object.entries(object).filter(([, one]) => !EMPTY.some((no) => isSame(no, one)));
  let dropped = 0;
  fc.assert(
    fc.property(bodies, ({ addresses: publicIPAddressConfiguration = {}, ...rest }) => {
      const all = { ...rest, publicIPAddressConfiguration };
      const kept = left(publicIPAddressConfiguration);
      const expected = Object.fromEntries(left(rest));
      if (kept.length > 0) expected['publicIPAddressConfiguration'] = Object.fromEntries(kept);
      dropped += Object.keys(publicIPAddressConfiguration).length - kept.length;
      expect(sentOf(all, { endpoints: ENDPOINTS })).toEqual(network({ ...expected, endpointConfiguration: SENT }));
    }),
    { numRuns: runs(1000) },
  );
  expect(dropped).toBeGreaterThan(100);
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

test('what is unknown beside a setting of the same property is kept, for both at once too', () => {
  const addresses = { provision: 'UserManaged', ipAddressIds: ['ip1'], ipFamilies: ['IPv4', 'IPv6'] };
  const body = { ...KEPT, publicIPAddressConfiguration: addresses, endpointConfiguration: { note: 1, ...SENT } };
  expect(sentOf(body, { endpoints: [] })).toEqual(
    network({ ...body, endpointConfiguration: { note: 1, inboundNatPools: [] } }),
  );
  expect(sentOf(body, { publicIp: 'NoPublicIPAddresses', endpoints: null })).toEqual(
    network({
      ...KEPT,
      publicIPAddressConfiguration: { provision: 'NoPublicIPAddresses', ipFamilies: ['IPv4', 'IPv6'] },
    }),
  );
});

test.each([
  [{ ipAddressIds: ['ip1'] }, 'UserManaged'],
  [{ ipAddressIds: ['ip1'], provision: null }, 'UserManaged'],
  [{ ipAddressIds: ['ip1'], provision: 'BatchManaged' }, 'UserManaged'],
  [{ ipAddressIds: ['ip1'], provision: 'NoPublicIPAddresses' }, 'UserManaged'],
  [{ ipAddressIds: ['ip1'], provision: 'usermanaged' }, 'usermanaged'],
  [{ ipAddressIds: [] }, null],
  [{ ipAddressIds: null, provision: 'BatchManaged' }, 'BatchManaged'],
  [{ provision: '' }, null],
])('the addresses of %j are %s', (publicIPAddressConfiguration, publicIp) => {
  const body = { id: POOL_ID, properties: { networkConfiguration: { publicIPAddressConfiguration } } };
  expect(decodePool(body, 'all').settings.publicIp).toBe(publicIp);
});

test('addresses that are named without a provision are sent back as they were', () => {
  const body = { ...KEPT, publicIPAddressConfiguration: { ipAddressIds: ['ip1'], ipFamilies: ['IPv4', 'IPv6'] } };
  expect(sentOf(body, { endpoints: ENDPOINTS })).toEqual(network({ ...body, endpointConfiguration: SENT }));
});

test.each([
  [{ publicIPAddressConfiguration: { ipFamilies: ['IPv4', 'ipv6'] } }, true],
  [{ publicIPAddressConfiguration: { ipFamilies: ['IPv4'] } }, false],
  [{ publicIPAddressConfiguration: {} }, false],
  [{}, false],
])('a pool with %j has IPv6: %s', (networkConfiguration, expected) => {
  expect(decodePool({ id: POOL_ID, properties: { networkConfiguration } }, 'all').hasIpv6).toBe(expected);
});

test.each([
  [{ ipTags: [{ ipTagType: 'FirstPartyUsage', tag: '/Unprivileged' }] }, true],
  [{ ipTags: [] }, false],
  [{ ipTags: null }, false],
])('a pool with %j has tags of addresses: %s', (publicIPAddressConfiguration, expected) => {
  const body = { id: POOL_ID, properties: { networkConfiguration: { publicIPAddressConfiguration } } };
  expect(decodePool(body, 'all').hasIpTags).toBe(expected);
});

test('an empty id of a subnet is none', () => {
  const body = { id: POOL_ID, properties: { networkConfiguration: { subnetId: '' } } };
  expect(decodePool(body, 'all').subnetId).toBeNull();
});

test('metadata without a value, and a scale without a formula, cost no more than their setting', () => {
  const properties = { metadata: [{ name: 'a' }, { name: 'b', value: '1' }], scaleSettings: { autoScale: {} } };
  const pool = decodePool({ id: POOL_ID, properties }, 'all');
  expect(pool.settings).toMatchObject({
    scale: null,
    metadata: [
      { name: 'a', value: null },
      { name: 'b', value: '1' },
    ],
  });
  expect(encodePool(pool, { metadata: pool.settings.metadata })).toEqual({
    properties: { metadata: properties.metadata },
  });
});

test('a scale keeps what is unknown of its kind, and nothing of the other', () => {
  const scaleSettings = { fixedScale: { targetDedicatedNodes: 2, resizeTimeout: 'PT20M' } };
  const pool = decodePool({ id: POOL_ID, properties: { scaleSettings } }, 'all');
  expect(encodePool(pool, { scale: { kind: 'fixed', dedicated: 0, lowPriority: 0 } })).toEqual({
    properties: {
      scaleSettings: { fixedScale: { targetDedicatedNodes: 0, targetLowPriorityNodes: 0, resizeTimeout: 'PT20M' } },
    },
  });
  const formula = '$TargetDedicatedNodes = 0;';
  expect(encodePool(pool, { scale: { kind: 'autoscale', formula, interval: null } })).toEqual({
    properties: { scaleSettings: { autoScale: { formula } } },
  });
});
