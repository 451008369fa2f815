import type { NatPool, NatRule } from '../../shared/core/model/nat-pool.ts';
import { type Reading, readingFailed } from '../../shared/core/model/reading.ts';
import type { SecurityGroup } from '../../shared/core/model/subnet.ts';
import { poolSubnetNsg } from '../../shared/rules/pool-subnet-nsg.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { behind, groupRule, SECURITY_GROUP_ID, securityGroup } from '../support/security-groups.ts';
import { aPool, natPool, SUBNET_ID, securityRule, snapshotOf } from '../support/snapshots.ts';

const PATH = 'properties.networkConfiguration.subnetId';
const NAT_POOL = 'properties.networkConfiguration.endpointConfiguration.inboundNatPools[ssh]';
const OLD = new Date('2024-06-30T23:59:59Z');
const UNCERTAIN = new Date('2024-07-01T00:00:00Z');
const NO_GROUP = { known: null };
const DEFAULTS = { known: securityGroup() };
const OPEN = { known: securityGroup(groupRule(200)) };

type Overrides = Parameters<typeof aPool>[0];

/** A pool in the subnet, with these facts about its security group. */
function inSubnet(group: Reading<SecurityGroup | null>, overrides: Overrides) {
  return snapshotOf({ pools: [aPool({ subnetId: SUBNET_ID, ...overrides })], facets: behind(group) });
}

function ssh(...rules: NatRule[]): NatPool {
  return natPool({ rules });
}

function web(...rules: NatRule[]): NatPool {
  return natPool({ name: 'web', backendPort: 80, frontendPortRangeStart: 41000, frontendPortRangeEnd: 41100, rules });
}

function allow(sourceAddressPrefix: string): NatRule {
  return securityRule({ priority: 150, access: 'Allow', sourceAddressPrefix });
}

const unreadable = ssh(securityRule({ sourceAddressPrefix: '10.0.0.300' }));
const partial = { shows: 'some', creationTime: null, deployment: null } as const;

function create(ports: string, protocol = 'TCP') {
  const numbers = ports.replace(/^ports? /, '');
  return manual(
    `(1) decide who on the internet is to reach ${ports} in the subnet ${SUBNET_ID}: what the group lets in or keeps out holds for all that is in it; ` +
      '(2) create a network security group with the inbound and outbound rules that Batch needs to reach the nodes, and the nodes to reach Azure Storage; ' +
      '(3) in it, write an inbound rule that allows, for each source that is to get in; ' +
      `(4) with a higher priority number than these, write ${deny(numbers, protocol)}; ` +
      '(5) associate it with the subnet.',
  );
}

function change(ports: string, rule: string, protocol = 'TCP') {
  const numbers = ports.replace(/^ports? /, '');
  return manual(
    `(1) decide who on the internet is to reach ${ports} in the subnet ${SUBNET_ID}: what the group lets in or keeps out holds for all that is in it; ` +
      `(2) in the network security group ${SECURITY_GROUP_ID}, write an inbound rule that allows, for each source that is to get in; ` +
      `(3) with a higher priority number than these, yet a lower one than every other rule that lets the internet in there, such as ${rule}, write ${deny(numbers, protocol)}.`,
  );
}

function deny(ports: string, protocol: string): string {
  return `an inbound rule that denies: source Internet, source ports *, destination *, destination ports ${ports}, protocol ${protocol}`;
}

function manual(steps: string) {
  return { kind: 'manual', why: `In this order: ${steps}` } as const;
}

const desired = 'a network security group that lets in nobody from the internet';

testRule(poolSubnetNsg, {
  compliant: [
    {
      name: 'a port of which ARM does not say whether it is published, which the group closes to the internet',
      snapshot: inSubnet({ known: securityGroup() }, { creationTime: UNCERTAIN }),
    },
    {
      name: 'nobody of the internet is let in, though nothing closes it: that is for another rule',
      snapshot: inSubnet(NO_GROUP, { endpoints: [ssh(allow('10.0.0.0/8'))] }),
    },
    { name: 'no subnet', snapshot: snapshotOf({ pools: [aPool({ endpoints: [ssh()] })] }) },
    {
      name: 'no subnet, in a partial body that shows the network',
      snapshot: snapshotOf({ pools: [aPool({ ...partial, endpoints: [ssh()] })] }),
    },
    {
      name: 'no public addresses, whatever else is not known',
      snapshot: snapshotOf({
        pools: [aPool({ ...partial, subnetId: SUBNET_ID, publicIp: 'nopublicipaddresses', endpoints: [ssh()] })],
      }),
    },
    {
      name: 'a port of which ARM does not say, and the operator says that it is not published',
      snapshot: inSubnet(NO_GROUP, { creationTime: UNCERTAIN }),
      options: { assumeMapped: false },
    },
    { name: 'no port is published', snapshot: inSubnet(NO_GROUP, {}) },
    {
      name: 'the pool lets in nobody, though the subnet was not read',
      snapshot: snapshotOf({ pools: [aPool({ subnetId: SUBNET_ID, endpoints: [ssh(securityRule())] })] }),
    },
    {
      name: 'the pool lets in the virtual network only',
      snapshot: inSubnet(NO_GROUP, { endpoints: [ssh(securityRule({ sourceAddressPrefix: 'Internet' }))] }),
    },
    {
      name: 'the default rules of a group keep out the internet',
      snapshot: inSubnet(DEFAULTS, { endpoints: [ssh()] }),
    },
    {
      name: 'the group keeps it out of the port that is published by default',
      snapshot: inSubnet(DEFAULTS, { creationTime: OLD, publicIp: 'UserManaged' }),
    },
    {
      name: 'the group lets it in to another port',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(200, { destinationPorts: ['80'] })) },
        { endpoints: [ssh()] },
      ),
    },
    {
      name: 'the group lets in others of the internet than the pool does',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(200, { sources: ['198.51.100.0/24'] })) },
        { endpoints: [ssh(allow('203.0.113.0/24'))] },
      ),
    },
    {
      name: 'the group keeps out the internet, and the virtual network is no matter, whatever a rule that cannot be read says',
      snapshot: inSubnet(DEFAULTS, { endpoints: [unreadable, web()] }),
    },
  ],

  violating: [
    {
      name: 'the subnet has no group',
      snapshot: inSubnet(NO_GROUP, { endpoints: [ssh(allow('Internet'))] }),
      expect: [
        {
          path: PATH,
          observed: 'no network security group',
          desired,
          fix: create('port 22'),
          why: /^By its own rules the pool lets in the internet to port 22 \(NAT pool ssh\): the whole internet, for example 203\.0\.113\.7, any port, by rule 150 Allow Internet\. The subnet has no network security group\.$/,
        },
      ],
    },
    {
      name: 'the group lets the internet in',
      snapshot: inSubnet(OPEN, { endpoints: [ssh()] }),
      expect: [
        {
          path: PATH,
          observed: SECURITY_GROUP_ID,
          desired,
          fix: change('port 22', 'rule200 (priority 200)'),
          why: /^By its own rules .*everyone gets in\. The subnet's network security group nsg1 lets it through by its rule rule200 \(priority 200\)\.$/,
        },
      ],
    },
    {
      name: 'an office alone is of the internet too',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(200, { sources: ['203.0.113.0/24'] })) },
        { endpoints: [ssh(allow('Internet'))] },
      ),
      expect: [
        {
          path: PATH,
          fix: change('port 22', 'rule200 (priority 200)'),
          why: /: the range 203\.0\.113\.0\/24, for example 203\.0\.113\.7, any port/,
        },
      ],
    },
    {
      name: 'a service tag',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(200, { sources: ['BatchNodeManagement'] })) },
        { endpoints: [ssh()] },
      ),
      expect: [
        {
          path: PATH,
          fix: change('port 22', 'rule200 (priority 200)'),
          why: /: an address of the service tag BatchNodeManagement, any port/,
        },
      ],
    },
    {
      name: 'several ports, one of UDP, in a subnet that was read in another case',
      snapshot: snapshotOf({
        pools: [aPool({ subnetId: SUBNET_ID, endpoints: [web(allow('*')), { ...ssh(), protocol: 'Udp' }] })],
        facets: behind(NO_GROUP, SUBNET_ID.toUpperCase()),
      }),
      expect: [
        {
          path: PATH,
          fix: create('ports 22, 80', '*'),
          why: /to ports 80 \(NAT pool web\), 22 \(NAT pool ssh\): on port 80, the whole internet, for example 203\.0\.113\.7, any port, by rule 150 Allow \*\./,
        },
      ],
    },
    {
      name: 'of several ports, those alone that the group lets it in to',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(200, { destinationPorts: ['22'] })) },
        { endpoints: [web(), { ...ssh(), protocol: 'udp' }] },
      ),
      expect: [
        {
          path: PATH,
          fix: change('port 22', 'rule200 (priority 200)', 'UDP'),
          why: /to port 22 \(NAT pool ssh\): the whole internet, for example 203/,
        },
      ],
    },
    {
      name: 'the port that is published by default',
      snapshot: inSubnet(NO_GROUP, { creationTime: OLD }),
      expect: [
        {
          path: PATH,
          fix: create('port 22'),
          why: /port 22 \(published by default\): .*everyone gets in\. The subnet has/,
        },
      ],
    },
    {
      name: 'a port of which ARM does not say, and the operator says that it is published',
      snapshot: inSubnet(NO_GROUP, { creationTime: UNCERTAIN, endpoints: [web()] }),
      options: { assumeMapped: true },
      expect: [
        {
          path: PATH,
          fix: create('ports 22, 80'),
          why: /to ports 80 .*, 22 \(published by default\): .*everyone gets in\. ARM does not say whether port 22 is published: option assumeMapped does\. The subnet has/,
        },
      ],
    },
    {
      name: 'what is seen decides, whatever a rule that cannot be read says',
      snapshot: inSubnet(NO_GROUP, { endpoints: [unreadable, web()] }),
      expect: [{ path: PATH, fix: create('port 80') }],
    },
    {
      name: 'a partial body that shows an open port',
      snapshot: inSubnet(NO_GROUP, { ...partial, endpoints: [web()] }),
      expect: [{ path: PATH, fix: create('port 80') }],
    },
  ],

  unknown: [
    {
      name: 'a port of which ARM does not say whether it is published',
      snapshot: inSubnet(NO_GROUP, { creationTime: UNCERTAIN, deployment: { kind: 'virtual-machine', windows: true } }),
      expect: [
        {
          path: 'properties.networkConfiguration.endpointConfiguration',
          unknown: /^whether port 3389 is published: ARM does not say.*assumeMapped/,
          code: 'undecided',
        },
      ],
    },
    {
      name: 'no subnet was read',
      snapshot: snapshotOf({ pools: [aPool({ subnetId: SUBNET_ID, endpoints: [ssh()] })] }),
      expect: [{ path: PATH, unknown: /^not read$/, code: 'not-shown' }],
    },
    {
      name: 'the group of this one was not read',
      snapshot: inSubnet(
        { unknown: readingFailed('the subnet could not be read: AuthorizationFailed') },
        { endpoints: [ssh(), web()] },
      ),
      expect: [{ path: PATH, unknown: /^the subnet could not be read: AuthorizationFailed$/, code: 'reading-failed' }],
    },
    {
      name: 'another one was read',
      snapshot: snapshotOf({
        pools: [aPool({ subnetId: SUBNET_ID, endpoints: [ssh()] })],
        facets: behind(NO_GROUP, `${SUBNET_ID}2`),
      }),
      expect: [{ path: PATH, unknown: /the subnet was not read/, code: 'not-shown' }],
    },
    {
      name: 'a partial body that may lack the subnet',
      snapshot: snapshotOf({ pools: [aPool({ shows: 'some', deployment: null })] }),
      expect: [{ path: PATH, unknown: /may lack a networkConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'a body without an age',
      snapshot: inSubnet(NO_GROUP, { shows: 'some', creationTime: null }),
      expect: [{ path: '', unknown: /no creationTime/, code: 'not-shown' }],
    },
    {
      name: 'a body without an age, and a group that lets the internet in elsewhere',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(200, { destinationPorts: ['22', '3389'] })) },
        { shows: 'some', creationTime: null, endpoints: [web()] },
      ),
      expect: [{ path: '', unknown: /no creationTime/, code: 'not-shown' }],
    },
    {
      name: 'a rule that cannot be read, and no group',
      snapshot: inSubnet(NO_GROUP, { endpoints: [unreadable] }),
      expect: [{ path: NAT_POOL, unknown: /rule 3500 has a source/, code: 'undecided' }],
    },
    {
      name: 'a rule that cannot be read, and a group that lets the internet in',
      snapshot: inSubnet(OPEN, { endpoints: [unreadable] }),
      expect: [{ path: NAT_POOL, unknown: /rule 3500 has a source/, code: 'undecided' }],
    },
    {
      name: 'a rule that cannot be read, and a group that was not',
      snapshot: inSubnet({ unknown: readingFailed('AuthorizationFailed') }, { endpoints: [unreadable] }),
      expect: [{ path: NAT_POOL, unknown: /rule 3500 has a source/, code: 'undecided' }],
    },
  ],

  converges: anySnapshot.map((snapshot) => ({
    ...snapshot,
    pools: snapshot.pools.map((pool) => ('unreadable' in pool ? pool : { ...pool, subnetId: SUBNET_ID })),
  })),
});
