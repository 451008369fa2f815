import { expect, test } from 'vitest';
import { decodePool } from '../../shared/azure/codec/pool-codec.ts';
import { setPool } from '../../shared/core/model/change.ts';
import { unreadable } from '../../shared/core/model/reading.ts';
import { poolPublicIp } from '../../shared/rules/pool-public-ip.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, aPool, natPool, POOL_ID, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.networkConfiguration.publicIPAddressConfiguration.provision';
const desired = 'NoPublicIPAddresses';
const confirmed = { egress: 'confirmed' };
const allowUserManaged = { allowUserManaged: true };

type Overrides = Parameters<typeof aPool>[0];

function provided(publicIp: string | null, overrides: Overrides = {}) {
  return snapshotOf({ pools: [aPool({ publicIp, subnetId: SUBNET_ID, ...overrides })] });
}

const closed = { path, desired, fix: setPool(aPool(), { publicIp: desired, endpoints: null }) };
const SUBNET = '\\(\\d\\) put the pool into a subnet [^;]*; ';
const EGRESS = '\\(\\d\\) see that nodes get out [^;]*, and say so: option egress, confirmed; ';
const tryFirst = (what: string) =>
  `\\(\\d\\) see on a pool that nobody needs whether Batch takes NoPublicIPAddresses together with ${what}, [^;]*; [^;]*; `;
const TAKE_AWAY =
  '\\(\\d\\) resize the pool to zero [^;]*; \\(\\d\\) set provision to NoPublicIPAddresses and leave [^;]*; \\(\\d\\) give the pool its nodes back\\.$';

/** A violation whose manual fix has just these steps before the last ones. */
function byHand(observed: string | null, ...steps: readonly string[]) {
  const why = /^Its nodes have public addresses: /;
  return { path, observed, desired, why, fix: { manual: new RegExp(`^In this order: ${steps.join('')}${TAKE_AWAY}`) } };
}

const byPerson = {
  path,
  observed: 'UserManaged',
  desired,
  fix: {
    manual:
      /^In this order: \(1\) see who relies on [^;]*; \(2\) [^;]*; \(3\) make a new pool .* set option allowUserManaged\.$/,
  },
};
const anew = {
  path,
  desired,
  fix: { manual: /; \(2\) make a new pool there, with a virtualMachineConfiguration and / },
};
const whole = '\\(\\d\\) see in the whole body of the pool, [^;]*; ';

testRule(poolPublicIp, {
  compliant: [
    { name: 'without public addresses', snapshot: provided('NoPublicIPAddresses') },
    { name: 'in another case, without a subnet', snapshot: provided('nopublicipaddresses', { subnetId: null }) },
    {
      name: 'in a partial body that shows it',
      snapshot: provided('NoPublicIPAddresses', { shows: 'some', creationTime: null }),
    },
    { name: 'addresses of its own, allowed', snapshot: provided('UserManaged'), options: allowUserManaged },
    { name: 'in another case, allowed', snapshot: provided('usermanaged'), options: allowUserManaged },
  ],
  violating: [
    {
      name: 'managed by Batch, egress not confirmed',
      snapshot: provided('BatchManaged'),
      expect: [byHand('BatchManaged', EGRESS)],
    },
    {
      name: 'not said: managed by Batch',
      snapshot: provided(null),
      expect: [byHand(null, EGRESS)],
    },
    {
      name: 'no subnet, egress confirmed',
      snapshot: provided('BatchManaged', { subnetId: null }),
      options: confirmed,
      expect: [byHand('BatchManaged', SUBNET)],
    },
    {
      name: 'nothing said at all',
      snapshot: snapshotOf({}),
      expect: [byHand(null, SUBNET, EGRESS)],
    },
    {
      name: 'a subnet and egress',
      snapshot: provided('BatchManaged'),
      options: confirmed,
      expect: [{ ...closed, observed: 'BatchManaged' }],
    },
    {
      name: 'a subnet and egress, not said',
      snapshot: provided(null),
      options: confirmed,
      expect: [{ ...closed, observed: null }],
    },
    {
      name: 'a subnet and egress, in another case, with NAT pools: they go too',
      snapshot: provided('batchmanaged', { endpoints: [natPool()] }),
      options: confirmed,
      expect: [{ ...closed, observed: 'batchmanaged' }],
    },
    {
      name: 'a pool with nodes: a change all the same, which waits',
      snapshot: provided('BatchManaged', { nodes: { ...aPool().nodes, dedicated: 4 } }),
      options: confirmed,
      expect: [closed],
    },
    {
      name: 'all is missing',
      snapshot: provided(null, { subnetId: null, endpoints: [natPool()] }),
      expect: [byHand(null, SUBNET, EGRESS)],
    },
    {
      name: 'a partial body that shows its network: what is seen decides, the fix takes more',
      snapshot: provided(null, { shows: 'some', creationTime: null }),
      options: confirmed,
      expect: [byHand(null, whole)],
    },
    {
      name: 'a body without deploymentConfiguration that shows the provision, and no subnet',
      snapshot: provided('BatchManaged', { shows: 'some', deployment: null, subnetId: null }),
      options: confirmed,
      expect: [byHand('BatchManaged', whole, SUBNET)],
    },
    {
      name: 'a partial body that shows only NAT pools',
      snapshot: provided(null, { shows: 'some', deployment: null, subnetId: null, endpoints: [] }),
      expect: [byHand(null, whole, SUBNET, EGRESS)],
    },
    { name: 'addresses of its own', snapshot: provided('UserManaged'), expect: [byPerson] },
    {
      name: 'addresses of its own, although all else is ready',
      snapshot: provided('UserManaged'),
      options: confirmed,
      expect: [byPerson],
    },
    {
      name: 'addresses of Batch, where its own are allowed',
      snapshot: provided('BatchManaged'),
      options: { ...allowUserManaged, ...confirmed },
      expect: [closed],
    },
    {
      name: 'IPv6, although all else is ready: no document says that Batch takes both',
      snapshot: provided('BatchManaged', { hasIpv6: true }),
      options: confirmed,
      expect: [byHand('BatchManaged', tryFirst('ipFamilies with IPv6'))],
    },
    {
      name: 'tags of addresses',
      snapshot: provided(null, { hasIpTags: true }),
      options: confirmed,
      expect: [byHand(null, tryFirst('ipTags'))],
    },
    {
      name: 'both, and nothing is ready',
      snapshot: provided(null, { hasIpv6: true, hasIpTags: true, subnetId: null }),
      expect: [byHand(null, SUBNET, EGRESS, tryFirst('ipFamilies with IPv6'), tryFirst('ipTags'))],
    },
    {
      name: 'cloud services',
      snapshot: provided('BatchManaged', { deployment: { kind: 'cloud-service', inferred: false } }),
      options: confirmed,
      expect: [anew],
    },
    {
      name: 'cloud services, inferred, without a subnet',
      snapshot: provided(null, { deployment: { kind: 'cloud-service', inferred: true }, subnetId: null }),
      expect: [anew],
    },
    {
      name: 'the account does not matter',
      snapshot: { ...provided('BatchManaged'), account: { unknown: unreadable('no properties') } },
      options: confirmed,
      expect: [closed],
    },
    {
      name: 'nor do its public endpoints: they are for other rules',
      snapshot: snapshotOf({
        account: anAccount({ publicNetworkAccess: 'Enabled' }),
        pools: [aPool({ publicIp: 'BatchManaged', subnetId: SUBNET_ID })],
      }),
      options: confirmed,
      expect: [closed],
    },
  ],
  unknown: [
    {
      name: 'an unknown provision',
      snapshot: provided('Borrowed'),
      expect: [{ path, unknown: /Borrowed means/, code: 'undecided' }],
    },
    {
      name: 'an unknown provision, with all options',
      snapshot: provided('Borrowed'),
      options: { ...allowUserManaged, ...confirmed },
      expect: [{ path, unknown: /provision Borrowed means is not known/, code: 'undecided' }],
    },
    {
      name: 'a partial body that shows no network',
      snapshot: provided(null, { shows: 'some', creationTime: null, subnetId: null }),
      expect: [{ path, unknown: /partial: it may lack a networkConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'nor does one without deploymentConfiguration',
      snapshot: provided(null, { shows: 'some', deployment: null, subnetId: null }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});

test.each([undefined, null, '', 'BatchManaged', 'UserManaged', 'NoPublicIPAddresses', 'Borrowed'])(
  'addresses that are named are never dropped, where provision is %j',
  (provision) => {
    const properties = {
      creationTime: '2026-01-10T00:00:00Z',
      deploymentConfiguration: { virtualMachineConfiguration: { nodeAgentSkuId: 'batch.node.ubuntu 24.04' } },
      networkConfiguration: {
        subnetId: SUBNET_ID,
        publicIPAddressConfiguration: { ...(provision === undefined ? {} : { provision }), ipAddressIds: ['ip1'] },
      },
    };
    const pool = decodePool({ id: POOL_ID, properties }, 'all');
    const judge = (options: object) =>
      poolPublicIp.check(pool, {
        options: poolPublicIp.options.parse(options),
        snapshot: snapshotOf({ pools: [pool] }),
        now: new Date('2026-11-28T00:00:00Z'),
      });
    expect(judge(confirmed)).toMatchObject([{ path, observed: 'UserManaged', fix: { kind: 'manual' } }]);
    expect(judge({ ...confirmed, ...allowUserManaged })).toEqual([]);
  },
);
