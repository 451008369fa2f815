import { describe, expect, test } from 'vitest';
import type { Arm } from '../../../shared/azure/arm/arm.ts';
import { ArmError } from '../../../shared/azure/arm/arm-error.ts';
import { providerReads } from '../../../shared/azure/facets/provider-reads.ts';
import { readSubnets } from '../../../shared/azure/facets/subnets.ts';
import type { UnknownCode } from '../../../shared/core/model/reading.ts';
import { isSecurityGroupId, isSubnetId } from '../../../shared/core/model/resource-id.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { SECURITY_GROUP_ID } from '../../support/security-groups.ts';
import { aPool, poolId, SUBNET_ID, snapshotOf } from '../../support/snapshots.ts';

const OTHER_SUBNET = `${SUBNET_ID}2`;
const API = '2024-05-01';

/** Resource Manager with these bodies; everything else is not there. */
function fakeArm(bodies: Readonly<Record<string, object>>, status = 404): Arm & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    get: async (path, { apiVersion = '' } = {}) => {
      calls.push(`${path} ${apiVersion}`);
      const [, body] = Object.entries(bodies).find(([id]) => id.toLowerCase() === path.toLowerCase()) ?? [];
      const refusal = { error: { code: 'Refused', message: 'x' } };
      if (body === undefined) throw new ArmError({ status, body: refusal, retryAfter: null });
      return { status: 200, body, retryAfter: null };
    },
    pages: () => {
      throw new TypeError('no list is read');
    },
    patch: () => {
      throw new TypeError('nothing is written');
    },
  };
}

function subnet(groupId?: string | null): object {
  return { properties: { addressPrefix: '10.0.0.0/24', networkSecurityGroup: groupId ? { id: groupId } : undefined } };
}

function rule(priority: number, properties: object = {}): object {
  const any = {
    sourceAddressPrefix: '*',
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '*',
  };
  const common = { access: 'Allow', protocol: 'Tcp', direction: 'Inbound', ...any };
  return { name: `rule${priority}`, properties: { priority, ...common, ...properties } };
}

function group(securityRules: readonly object[] | undefined, defaultSecurityRules: readonly object[] = [rule(65_500)]) {
  return { id: SECURITY_GROUP_ID, properties: { securityRules, defaultSecurityRules } };
}

/** One pool in each of these subnets. */
function inSubnets(...ids: string[]): Snapshot {
  return snapshotOf({ pools: ids.map((subnetId, i) => aPool({ id: poolId(`pool${i}`), subnetId })) });
}

async function read(arm: Arm, seen = inSubnets(SUBNET_ID)) {
  const facet = await readSubnets(providerReads(arm), seen);
  if ('unknown' in facet) throw new Error(facet.unknown.message);
  return facet.known;
}

async function groupOf(arm: Arm, seen?: Snapshot) {
  return (await read(arm, seen))[0]?.securityGroup;
}

const unknown = (code: UnknownCode, message: RegExp) => ({
  unknown: { code, message: expect.stringMatching(message) },
});
const plain = {
  access: 'Allow',
  protocol: 'Tcp',
  sources: ['*'],
  sourcePorts: ['*'],
  destinations: ['*'],
  destinationPorts: ['*'],
  usesApplicationGroups: false,
};

describe('which are read', () => {
  test('each once, whatever the case of its id; a group that several have, once', async () => {
    const arm = fakeArm({
      [SUBNET_ID]: subnet(SECURITY_GROUP_ID),
      [OTHER_SUBNET]: subnet(SECURITY_GROUP_ID.toUpperCase()),
      [SECURITY_GROUP_ID]: group([]),
    });
    const subnets = await read(arm, inSubnets(SUBNET_ID, SUBNET_ID.toUpperCase(), OTHER_SUBNET));
    expect(subnets.map(({ id }) => id)).toEqual([SUBNET_ID, OTHER_SUBNET]);
    expect(subnets.filter(({ securityGroup }) => 'known' in securityGroup)).toHaveLength(2);
    expect(arm.calls).toEqual([SUBNET_ID, OTHER_SUBNET, SECURITY_GROUP_ID].map((id) => `${id} ${API}`));
  });

  test('those of readable pools, with public addresses or without', async () => {
    const arm = fakeArm({ [SUBNET_ID]: subnet(), [OTHER_SUBNET]: subnet() });
    const pools = [
      aPool(),
      aPool({ id: poolId('private'), subnetId: OTHER_SUBNET, publicIp: 'NOPUBLICIPADDRESSES' }),
      { id: poolId('odd'), unreadable: 'it does not parse' },
      aPool({ id: poolId('public'), subnetId: SUBNET_ID, publicIp: 'UserManaged' }),
    ];
    expect(await read(arm, snapshotOf({ pools }))).toEqual(
      [OTHER_SUBNET, SUBNET_ID].map((id) => ({ id, securityGroup: { known: null } })),
    );
    expect(arm.calls).toEqual([OTHER_SUBNET, SUBNET_ID].map((id) => `${id} ${API}`));
    expect(await read(arm, snapshotOf({ pools: [aPool()] }))).toEqual([]);
  });

  test.each([
    `${SUBNET_ID}/`,
    `${SUBNET_ID}?x=y`,
    SUBNET_ID.replace('/vnet1/', '/../'),
    SUBNET_ID.replace('/subnets/batch', ''),
    SUBNET_ID.replace('Microsoft.Network', 'Microsoft.ClassicNetwork'),
    `https://elsewhere${SUBNET_ID}`,
    'batch',
  ])('not %s, which is none', async (id) => {
    const arm = fakeArm({});
    expect(isSubnetId(id)).toBe(false);
    expect(await groupOf(arm, inSubnets(id))).toEqual(
      unknown('unreadable', /^the id of the subnet is not as expected$/),
    );
    expect(arm.calls).toEqual([]);
  });

  test.each([SUBNET_ID, `${SECURITY_GROUP_ID}/../x`, `${SECURITY_GROUP_ID}#`, '', '//elsewhere/x'])(
    'not the group %j, which is none',
    async (id) => {
      const arm = fakeArm({ [SUBNET_ID]: { properties: { networkSecurityGroup: { id } } } });
      expect(isSecurityGroupId(id)).toBe(false);
      expect(await groupOf(arm)).toEqual(
        unknown('unreadable', /^the id of the network security group is not as expected$/),
      );
      expect(arm.calls).toHaveLength(1);
    },
  );

  test('ids have no case', () => {
    expect([isSubnetId(SUBNET_ID.toUpperCase()), isSecurityGroupId(SECURITY_GROUP_ID.toLowerCase())]).toEqual([
      true,
      true,
    ]);
  });
});

describe('a group', () => {
  async function rulesOf(body: object) {
    return groupOf(fakeArm({ [SUBNET_ID]: subnet(SECURITY_GROUP_ID), [SECURITY_GROUP_ID]: body }));
  }

  test('is its rules and its default rules, by their direction', async () => {
    const outbound = { direction: 'outbound' };
    const body = group(
      [rule(100), rule(110, outbound)],
      [rule(65_500, { direction: 'inbound' }), rule(65_501, outbound)],
    );
    expect(await rulesOf(body)).toEqual({
      known: {
        id: SECURITY_GROUP_ID,
        inbound: [
          { name: 'rule100', priority: 100, ...plain },
          { name: 'rule65500', priority: 65_500, ...plain },
        ],
        outbound: [
          { name: 'rule110', priority: 110, ...plain },
          { name: 'rule65501', priority: 65_501, ...plain },
        ],
      },
    });
  });

  test('has one source, one destination, one port each, or several', async () => {
    const several = {
      sourceAddressPrefix: '',
      sourceAddressPrefixes: ['203.0.113.0/24', 'Storage'],
      sourcePortRange: null,
      sourcePortRanges: ['1', '3-5'],
      destinationAddressPrefix: undefined,
      destinationAddressPrefixes: ['10.0.0.4', '10.0.0.5'],
      destinationPortRanges: ['22'],
    };
    const { name: _, ...nameless } = { name: '', properties: {}, ...rule(100, several) };
    expect(await rulesOf(group([nameless], []))).toEqual({
      known: {
        id: SECURITY_GROUP_ID,
        inbound: [
          {
            ...plain,
            name: 'without a name',
            priority: 100,
            sources: ['203.0.113.0/24', 'Storage'],
            sourcePorts: ['1', '3-5'],
            destinations: ['10.0.0.4', '10.0.0.5'],
            destinationPorts: ['*', '22'],
          },
        ],
        outbound: [],
      },
    });
  });

  test.each([
    ['sourceApplicationSecurityGroups', [{ id: 'asg' }], true],
    ['destinationApplicationSecurityGroups', [{ id: 'asg' }], true],
    ['destinationApplicationSecurityGroups', [], false],
    ['sourceApplicationSecurityGroups', null, false],
  ])('%s: %j', async (name, groups, usesApplicationGroups) => {
    expect(await rulesOf(group(undefined, [rule(100, { [name]: groups })]))).toMatchObject({
      known: { inbound: [{ usesApplicationGroups }] },
    });
  });

  test.each([
    { id: SECURITY_GROUP_ID },
    { properties: { securityRules: [] } },
    group([{ name: 'odd' }]),
    group([rule(100, { priority: 'first' })]),
    group([rule(100, { sourceAddressPrefixes: '*' })]),
    [],
  ])('that does not parse: %j', async (body) => {
    expect(await rulesOf(body)).toEqual(unknown('unreadable', /^the network security group: not as specified: /));
  });
});

describe('each fails on its own', () => {
  test('a subnet that may not be read, a group that may not, and neither', async () => {
    const arm = fakeArm({ [OTHER_SUBNET]: subnet(SECURITY_GROUP_ID), [`${SUBNET_ID}3`]: subnet() }, 403);
    expect(await read(arm, inSubnets(SUBNET_ID, OTHER_SUBNET, `${SUBNET_ID}3`))).toEqual([
      { id: SUBNET_ID, securityGroup: unknown('reading-failed', /^the subnet could not be read: Refused - x$/) },
      {
        id: OTHER_SUBNET,
        securityGroup: unknown('reading-failed', /^the network security group could not be read: Refused - x$/),
      },
      { id: `${SUBNET_ID}3`, securityGroup: { known: null } },
    ]);
  });

  test('a subnet that does not parse', async () => {
    const arm = fakeArm({ [SUBNET_ID]: { properties: { networkSecurityGroup: 'nsg1' } } });
    expect(await groupOf(arm)).toEqual(
      unknown('unreadable', /^the subnet: not as specified: properties.networkSecurityGroup: /),
    );
  });

  test('so where Azure asks to wait, the look goes on', async () => {
    expect(await groupOf(fakeArm({}, 429))).toEqual(unknown('reading-failed', /^the subnet could not be read: /));
  });
});
