import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NatPool, NatRule } from '../../shared/core/model/nat-pool.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import type { PoolSettings } from '../../shared/core/model/pool-settings.ts';
import { notShown, type Reading, readingFailed, unreadable } from '../../shared/core/model/reading.ts';
import type { SecurityGroup } from '../../shared/core/model/subnet.ts';
import { poolRemoteAccess } from '../../shared/rules/pool-remote-access.ts';
import { anySecurityGroup } from '../support/arbitrary-security-group.ts';
import { testRule } from '../support/rule-tester.ts';
import { behind, groupRule, securityGroup } from '../support/security-groups.ts';
import { ruleSets, sources, toRule } from '../support/security-reference.ts';
import { aPool, natPool, POOL_ID, SUBNET_ID, securityRule, snapshotOf } from '../support/snapshots.ts';

const ENDPOINTS = 'properties.networkConfiguration.endpointConfiguration';
const OFFICE = '203.0.113.0/24';
const at = (name: string) => `${ENDPOINTS}.inboundNatPools[${name}]`;
const OLD = new Date('2024-06-30T23:59:59Z');
const UNCERTAIN = new Date('2024-07-01T00:00:00Z');

function allow(priority: number, sourceAddressPrefix: string, more: Partial<NatRule> = {}): NatRule {
  return securityRule({ priority, access: 'Allow', sourceAddressPrefix, ...more });
}

function deny(priority: number, sourceAddressPrefix = '*', more: Partial<NatRule> = {}): NatRule {
  return securityRule({ priority, access: 'Deny', sourceAddressPrefix, ...more });
}

function ssh(...rules: NatRule[]): NatPool {
  return natPool({ rules });
}

/** The i-th of some NAT pools beside SSH. */
function other(i: number, ...rules: NatRule[]): NatPool {
  const frontendPortRangeStart = 10000 + 200 * i;
  return natPool({
    name: `other${i}`,
    backendPort: 8000 + i,
    frontendPortRangeStart,
    frontendPortRangeEnd: frontendPortRangeStart + 100,
    rules,
  });
}

function one(overrides: Parameters<typeof aPool>[0]) {
  return snapshotOf({ pools: [aPool(overrides)] });
}

/** A pool with these NAT pools, made when no port was published by default. */
function having(...endpoints: NatPool[]) {
  return one({ endpoints });
}

/** A pool with these NAT pools, in a subnet with these facts about its security group. */
function inSubnet(securityGroup: Reading<SecurityGroup | null>, ...endpoints: NatPool[]) {
  return snapshotOf({ pools: [aPool({ ...subnet, endpoints })], facets: behind(securityGroup) });
}

function set(...endpoints: NatPool[]) {
  return { kind: 'set-pool', id: POOL_ID, set: { endpoints } } as const;
}

const windows = { kind: 'virtual-machine', windows: true } as const;
const rdp = natPool({ name: 'rdp', backendPort: 3389, rules: [deny(3500)] });
const subnet = { subnetId: SUBNET_ID };
const everyRule = [...Array.from({ length: 23 }, (_, i) => deny(200 + i, `20.0.${i}.0/24`)), deny(223)];
/** As rules have it: IPv4 of no sender on the internet. */
const NEVER_ON_THE_INTERNET = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
];
const medium = 'medium' as const;

testRule(poolRemoteAccess, {
  compliant: [
    {
      name: 'a default port of which ARM does not say, and the operator says that it is not published',
      snapshot: one({ creationTime: UNCERTAIN }),
      options: { assumeMapped: false },
    },
    {
      name: 'such a port behind a security group that keeps all out',
      snapshot: snapshotOf({
        pools: [aPool({ ...subnet, creationTime: UNCERTAIN })],
        facets: behind({ known: securityGroup(groupRule(100, { access: 'Deny' })) }),
      }),
    },
    {
      name: 'such a port, where everyone may get in',
      snapshot: one({ creationTime: UNCERTAIN }),
      options: { allow: ['*'] },
    },
    {
      name: 'the sample of the document with a subnet of private addresses, outside a virtual network',
      snapshot: having(ssh(allow(170, '192.168.1.0/24'), deny(175))),
    },
    { name: 'no endpoints, published by default no more', snapshot: one({}) },
    { name: 'the first day of that', snapshot: one({ creationTime: new Date('2025-12-01T00:00:00Z') }) },
    { name: 'an empty endpoint configuration counts as none', snapshot: one({ endpoints: [] }) },
    { name: 'no public address, however old', snapshot: one({ creationTime: OLD, publicIp: 'noPublicIPAddresses' }) },
    {
      name: 'no public address, and a body that shows neither age nor system',
      snapshot: one({ shows: 'some', creationTime: null, deployment: null, publicIp: 'NoPublicIPAddresses' }),
    },
    {
      name: 'a new pool whose body shows a network, but not the system',
      snapshot: one({ shows: 'some', deployment: null, publicIp: 'BatchManaged' }),
    },
    { name: 'denied to all', snapshot: having(ssh(deny(150))) },
    { name: 'denied, in another case', snapshot: having(ssh(deny(150, 'INTERNET', { access: 'deny' }))) },
    { name: 'a Deny before the Allow wins', snapshot: having(ssh(allow(200, 'Internet'), deny(150))) },
    {
      name: 'both families denied before the Allow',
      snapshot: having(ssh(deny(150, '0.0.0.0/0'), deny(160, '::/0'), allow(170, '*'), allow(180, 'Storage'))),
    },
    {
      name: 'two halves denied before the Allow',
      snapshot: having(ssh(deny(150, '0.0.0.0/1'), deny(160, '128.0.0.0/1'), allow(170, '0.0.0.0/0'))),
    },
    { name: 'the load balancer sends probes only', snapshot: having(ssh(allow(150, 'azureLoadBalancer'), deny(160))) },
    {
      name: 'a pool without a subnet has no virtual network',
      snapshot: having(ssh(allow(150, 'VirtualNetwork'), deny(160))),
    },
    {
      name: 'nor private, shared, loopback, link-local, multicast or other addresses that the internet has not',
      snapshot: having(ssh(...NEVER_ON_THE_INTERNET.map((range, i) => allow(150 + i, range)), deny(3500))),
    },
    {
      name: 'nor IPv6, which its nodes have not',
      snapshot: having(ssh(allow(150, '::/0'), allow(160, '2001:db8::7'), deny(170, '0.0.0.0/0'))),
    },
    {
      name: 'of IPv6 the internet has global unicast alone',
      snapshot: one({
        hasIpv6: true,
        endpoints: [ssh(allow(150, 'fc00::/7'), allow(160, '::/3'), allow(170, '4000::/2'), deny(180))],
      }),
    },
    { name: 'no fall-through on a pool with a subnet', snapshot: one({ ...subnet, endpoints: [ssh(deny(150))] }) },
    {
      name: 'an allowed address',
      snapshot: having(ssh(allow(150, '203.0.113.7'), deny(3500))),
      options: { allow: [OFFICE] },
    },
    {
      name: 'a CIDR with host bits, and an IPv4 address in IPv6 form',
      snapshot: having(ssh(allow(150, '203.0.113.99/25'), allow(160, '::ffff:203.0.113.7'), deny(170))),
      options: { allow: ['203.0.113.1/24'] },
    },
    {
      name: 'an allowed service tag',
      snapshot: having(ssh(allow(150, 'storage'), deny(160))),
      options: { allow: ['Storage'] },
    },
    {
      name: 'a service tag within the allowed internet',
      snapshot: having(ssh(allow(150, 'Storage'), allow(160, '198.51.100.7'))),
      options: { allow: ['internet'] },
    },
    { name: 'everyone is allowed', snapshot: having(ssh()), options: { allow: ['*'] } },
    {
      name: 'the allowed virtual network falls through',
      snapshot: one({ ...subnet, endpoints: [ssh(deny(150, 'Internet'))] }),
      options: { allow: ['VirtualNetwork'] },
    },
    {
      name: 'the default port is overridden by an entry for it',
      snapshot: one({ creationTime: OLD, endpoints: [natPool({ protocol: 'tcp', rules: [deny(150)] })] }),
    },
    { name: 'on Windows that is 3389', snapshot: one({ creationTime: OLD, deployment: windows, endpoints: [rdp] }) },
    {
      name: 'overridden whatever age and system',
      snapshot: one({
        shows: 'some',
        creationTime: null,
        deployment: null,
        endpoints: [
          { ...rdp, rules: [deny(150)] },
          natPool({ name: 'ssh', rules: [deny(160)], frontendPortRangeStart: 41000, frontendPortRangeEnd: 41100 }),
        ],
      }),
    },
    {
      name: 'the default rules of the security group stop the internet, and the rest is allowed',
      snapshot: inSubnet({ known: securityGroup() }, ssh(), other(1, allow(150, '*'))),
      options: { allow: ['VirtualNetwork'] },
    },
    {
      name: 'the NAT pool stops the virtual network, the group the internet; the subnet was read in another case',
      snapshot: snapshotOf({
        pools: [aPool({ ...subnet, endpoints: [ssh(allow(150, 'Internet'), deny(160))] })],
        facets: behind({ known: securityGroup() }, SUBNET_ID.toUpperCase()),
      }),
    },
    {
      name: 'the group lets in only those who are allowed',
      snapshot: inSubnet({ known: securityGroup(groupRule(100, { sources: [OFFICE] })) }, ssh()),
      options: { allow: [OFFICE, 'VirtualNetwork'] },
    },
    {
      name: 'who the NAT pool lets in is not who the group lets in',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(100, { sources: [OFFICE] }), groupRule(200, { access: 'Deny' })) },
        ssh(allow(150, '198.51.100.0/24'), deny(160)),
      ),
    },
    {
      name: 'the group stops everyone, whatever a rule that cannot be read says',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(100, { access: 'Deny' })) },
        ssh(allow(150, '10.0.0.300')),
        other(1),
      ),
    },
    {
      name: 'the group stops everyone at a port that is published by default',
      snapshot: snapshotOf({
        pools: [aPool({ ...subnet, creationTime: OLD })],
        facets: behind({ known: securityGroup(groupRule(100, { access: 'Deny', destinationPorts: ['22'] })) }),
      }),
    },
    { name: 'a port that is not judged', snapshot: having(ssh()), options: { ports: [3389] } },
    {
      name: 'a default port that is not judged',
      snapshot: one({ shows: 'some', creationTime: null, deployment: null, publicIp: 'BatchManaged' }),
      options: { ports: [8080] },
    },
  ],

  violating: [
    {
      name: 'the rule that lets the internet in goes, and all is closed',
      snapshot: having(ssh(allow(150, 'Internet'))),
      expect: [
        {
          path: at('ssh'),
          severity: 'critical',
          observed: ['rule 150 Allow Internet'],
          desired: 'nobody gets in',
          fix: set(ssh(deny(3500))),
          why: /^Port 22 \(NAT pool ssh\) lets in the whole internet, for example 203\.0\.113\.7, any port, by rule 150 Allow Internet\.$/,
        },
      ],
    },
    {
      name: 'a NAT pool without rules lets everyone in',
      snapshot: having(ssh()),
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(deny(3500))),
          why: /the whole internet, for example 203\.0\.113\.7, any port, by no rule: everyone gets in/,
        },
      ],
    },
    {
      name: 'without rules, an allowed CIDR stays',
      snapshot: having(ssh()),
      options: { allow: ['203.0.113.9/24', '203.0.113.7'] },
      expect: [
        {
          path: at('ssh'),
          desired: 'only 203.0.113.9/24, 203.0.113.7 gets in',
          fix: set(ssh(allow(150, OFFICE), deny(3500))),
          why: /lets in most of the internet, for example 198\.51\.100\.7, any port, by no rule/,
        },
      ],
    },
    {
      name: 'an Allow that mixes is narrowed; its other fields and its priority stay',
      snapshot: having(ssh(allow(200, 'Internet', { sourcePortRanges: ['1-9'], unmodelled: { x: 1 } }), deny(300))),
      options: { allow: [OFFICE, '198.51.100.7', 'Storage'] },
      expect: [
        {
          path: at('ssh'),
          fix: set(
            ssh(
              allow(200, OFFICE, { sourcePortRanges: ['1-9'], unmodelled: { x: 1 } }),
              allow(201, '198.51.100.7', { sourcePortRanges: ['1-9'], unmodelled: { x: 1 } }),
              allow(202, 'Storage', { sourcePortRanges: ['1-9'], unmodelled: { x: 1 } }),
              deny(300),
            ),
          ),
          why: /source ports 1-9, by rule 200 Allow Internet/,
        },
      ],
    },
    {
      name: 'a CIDR is narrowed to the allowed one within',
      snapshot: having(ssh(allow(150, '203.0.0.0/16'), deny(3500))),
      options: { allow: [OFFICE] },
      expect: [{ path: at('ssh'), fix: set(ssh(allow(150, OFFICE), deny(3500))), why: /203\.0\.0\.1,/ }],
    },
    {
      name: 'an Allow goes whose allowed senders a later rule lets in anyway',
      snapshot: having(ssh(allow(150, '*'), allow(160, OFFICE), deny(170))),
      options: { allow: [OFFICE] },
      expect: [{ path: at('ssh'), fix: set(ssh(allow(160, OFFICE), deny(170))) }],
    },
    {
      name: 'an outsider does not get in by the next rule either',
      snapshot: having(ssh(allow(150, 'Internet'), allow(160, '20.0.0.0/8'), allow(170, OFFICE))),
      options: { allow: [OFFICE] },
      expect: [{ path: at('ssh'), fix: set(ssh(allow(170, OFFICE), deny(3500))) }],
    },
    {
      name: 'one source port is enough',
      snapshot: having(
        ssh(deny(150, '*', { sourcePortRanges: ['0-21', '23-65535'] }), allow(160, '203.0.113.7'), deny(170)),
      ),
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(deny(150, '*', { sourcePortRanges: ['0-21', '23-65535'] }), deny(170))),
          why: /203\.0\.113\.7, source port 22, by rule 160 Allow 203\.0\.113\.7/,
        },
      ],
    },
    {
      name: 'an IPv6 address',
      snapshot: one({ hasIpv6: true, endpoints: [ssh(deny(150, '0.0.0.0/0'), allow(160, '*'))] }),
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(deny(150, '0.0.0.0/0'), deny(3500))),
          why: /lets in the whole internet of IPv6, for example 2001:db8::7, any port, by rule 160/,
        },
      ],
    },
    {
      name: 'a service tag lets someone in; its Deny stops no one',
      snapshot: having(ssh(deny(150, 'Storage'), allow(160, 'Storage'))),
      options: { allow: ['Sql', OFFICE] },
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(deny(150, 'Storage'), deny(3500))),
          why: /an address of the service tag Storage, any port, by rule 160 Allow Storage/,
        },
      ],
    },
    {
      name: 'the virtual network falls through a Deny Internet',
      snapshot: one({ ...subnet, endpoints: [ssh(deny(150, 'Internet'))] }),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(deny(150, 'Internet'), deny(3500))),
          why: /10\.0\.0\.4 in the virtual network, any port, by no rule: .* The subnet's network security group was not considered: not read\.$/,
        },
      ],
    },
    {
      name: 'the security group lets in who the NAT pool lets in',
      snapshot: inSubnet({ known: securityGroup(groupRule(100, { sources: ['Internet'] })) }, ssh()),
      expect: [
        {
          path: at('ssh'),
          severity: 'critical',
          observed: [],
          desired: 'nobody gets in',
          fix: set(ssh(deny(3500))),
          why: /^Port 22 \(NAT pool ssh\) lets in the whole internet, for example 203\.0\.113\.7, any port, by no rule: everyone gets in\. The subnet's network security group nsg1 lets it through by its rule rule100 \(priority 100\)\.$/,
        },
      ],
    },
    {
      name: 'the security group leaves only some of them',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(100, { sources: ['198.51.100.0/24'], sourcePorts: ['1000-1999'] })) },
        ssh(allow(150, 'Internet'), deny(160)),
      ),
      expect: [
        {
          path: at('ssh'),
          severity: 'critical',
          fix: set(ssh(deny(160))),
          why: /198\.51\.100\.7, source ports 1000-1999, by rule 150 Allow Internet\. .* rule100/,
        },
      ],
    },
    {
      name: 'the security group leaves only the virtual network; the fix closes the internet too',
      snapshot: inSubnet({ known: securityGroup() }, ssh(allow(150, 'Internet'))),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(deny(3500))),
          why: /10\.0\.0\.4 in the virtual network, any port, by no rule: .* nsg1 lets it through by its rule AllowVnetInBound \(priority 65000\)\.$/,
        },
      ],
    },
    {
      name: 'the security group leaves someone of a service tag',
      snapshot: inSubnet({ known: securityGroup(groupRule(100, { sources: ['AzureCloud'] })) }, ssh(allow(150, '*'))),
      expect: [
        {
          path: at('ssh'),
          severity: 'critical',
          fix: set(ssh(deny(3500))),
          why: /an address of the service tag AzureCloud, any port, by rule 150 Allow \*\./,
        },
      ],
    },
    {
      name: 'a port that the security group closes is left as it is',
      snapshot: inSubnet(
        { known: securityGroup(groupRule(100, { destinationPorts: ['8001'] }), groupRule(110, { access: 'Deny' })) },
        ssh(),
        other(1),
      ),
      expect: [{ path: at('other1'), fix: set(ssh(), other(1, deny(3500))), why: /Port 8001/ }],
    },
    {
      name: 'an inter-node pool whose security group leaves only the virtual network',
      snapshot: snapshotOf({
        pools: [aPool({ ...subnet, interNodeCommunication: true, endpoints: [ssh()] })],
        facets: behind({ known: securityGroup() }),
      }),
      expect: [
        { path: at('ssh'), severity: medium, fix: { manual: /^In this order: \(1\) make sure that the nodes/ } },
      ],
    },
    {
      name: 'a subnet without a security group',
      snapshot: inSubnet({ known: null }, ssh()),
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(deny(3500))),
          why: /everyone gets in\. The subnet has no network security group\.$/,
        },
      ],
    },
    {
      name: 'a security group that nobody looked at',
      snapshot: inSubnet({ unknown: notShown('a file does not show it.') }, ssh()),
      expect: [
        {
          path: at('ssh'),
          severity: 'critical',
          fix: set(ssh(deny(3500))),
          why: /The subnet's network security group was not considered: a file does not show it\.$/,
        },
      ],
    },
    {
      name: 'nothing closes a port to the internet, though nobody there is let in',
      snapshot: having(ssh(deny(150, '20.0.0.0/8'))),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          observed: ['rule 150 Deny 20.0.0.0/8'],
          fix: set(ssh(deny(150, '20.0.0.0/8'), deny(3500))),
          why: /^Nothing closes port 22 \(NAT pool ssh\) to most of the internet, for example 203\.0\.113\.7, any port: no rule matches/,
        },
      ],
    },
    {
      name: 'allowed sources alone, and nothing that closes the rest',
      snapshot: having(ssh(allow(150, '203.0.113.7'))),
      options: { allow: [OFFICE] },
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(allow(150, '203.0.113.7'), deny(3500))),
          why: /^Nothing closes port 22 \(NAT pool ssh\) to most of the internet, for example 198\.51\.100\.7, any port/,
        },
      ],
    },
    {
      name: 'nothing closes it, whatever private addresses may enter',
      snapshot: having(ssh(allow(150, '192.168.1.0/24'))),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(allow(150, '192.168.1.0/24'), deny(3500))),
          why: /^Nothing closes/,
        },
      ],
    },
    {
      name: 'nothing closes it, and the security group lets the internet in',
      snapshot: inSubnet({ known: securityGroup(groupRule(100)) }, ssh(allow(150, 'VirtualNetwork'))),
      options: { allow: ['VirtualNetwork'] },
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(allow(150, 'VirtualNetwork'), deny(3500))),
          why: /^Nothing closes .* nsg1 lets it through by its rule rule100 \(priority 100\)\.$/,
        },
      ],
    },
    {
      name: 'an inter-node pool that nothing closes: the internet by a rule, the virtual network by a person',
      snapshot: one({ ...subnet, interNodeCommunication: true, endpoints: [ssh(allow(150, 'VirtualNetwork'))] }),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(allow(150, 'VirtualNetwork'), deny(3500, 'Internet'))),
          why: /lets in the whole virtual network, for example 10\.0\.0\.4 in .* Nothing closes it to the internet: no rule matches all of it\./,
        },
      ],
    },
    {
      name: 'the sample of the document with a subnet of private addresses, in a virtual network',
      snapshot: one({ ...subnet, endpoints: [ssh(allow(170, '192.168.1.0/24'), deny(175))] }),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(deny(175))),
          why: /lets in the range 192\.168\.1\.0\/24, for example 192\.168\.1\.1 in the virtual network, any port, by rule 170/,
        },
      ],
    },
    ...[
      { who: '203.0.113.7', says: /lets in 203\.0\.113\.7, any/ },
      { who: '203.0.113.0/24', says: /lets in the range 203\.0\.113\.0\/24, for example 203\.0\.113\.7, any/ },
      { who: '128.0.0.0/1', says: /lets in several ranges, for example 203\.0\.113\.7, any/ },
      { who: '0.0.0.0/1', says: /lets in most of the internet, for example 1\.0\.0\.1, any/ },
      { who: '0.0.0.0/0', says: /lets in the whole internet, for example 203\.0\.113\.7, any/ },
      { who: 'Storage', says: /lets in an address of the service tag Storage, any/ },
    ].map(({ who, says }) => ({
      name: `how far the door is open: ${who}`,
      snapshot: having(ssh(allow(150, who), deny(160))),
      expect: [{ path: at('ssh'), severity: 'critical' as const, fix: set(ssh(deny(160))), why: says }],
    })),
    {
      name: 'how far, of what allow names none: the whole internet of IPv4 is not that of IPv6',
      snapshot: one({ hasIpv6: true, endpoints: [ssh(allow(150, 'Internet'))] }),
      options: { allow: ['2001:db8::/32'] },
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(allow(150, '2001:db8::/32'), deny(3500))),
          why: /lets in the whole internet of IPv4, for example 203\.0\.113\.7, any/,
        },
      ],
    },
    {
      name: 'how far, in part: a range that is no CIDR',
      snapshot: having(
        ssh(deny(150, '203.0.113.255'), deny(160, '203.0.113.0/25'), allow(170, '203.0.113.0/24'), deny(180)),
      ),
      expect: [
        {
          path: at('ssh'),
          severity: 'critical',
          fix: set(ssh(deny(150, '203.0.113.255'), deny(160, '203.0.113.0/25'), deny(180))),
          why: /lets in the range 203\.0\.113\.128 to 203\.0\.113\.254, for example 203\.0\.113\.129, any/,
        },
      ],
    },
    {
      name: 'another subnet than the one that was read',
      snapshot: snapshotOf({
        pools: [aPool({ ...subnet, endpoints: [ssh()] })],
        facets: behind({ known: securityGroup() }, `${SUBNET_ID}2`),
      }),
      expect: [{ path: at('ssh'), fix: set(ssh(deny(3500))), why: /was not considered: the subnet was not read\.$/ }],
    },
    {
      name: 'a rule that cannot be read, at a port that the security group does not close',
      snapshot: inSubnet({ known: securityGroup() }, ssh(deny(150, '10.0.0.300')), other(1)),
      expect: [
        { path: at('other1'), severity: medium, fix: set(ssh(deny(150, '10.0.0.300')), other(1, deny(3500))) },
        { path: at('ssh'), unknown: /rule 150 has a source/, code: 'undecided' },
      ],
    },
    {
      name: 'a CIDR is on both sides',
      snapshot: one({ ...subnet, endpoints: [ssh(deny(150, 'Internet'), allow(160, '10.0.0.0/8'), deny(170))] }),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(deny(150, 'Internet'), deny(170))),
          why: /10\.0\.0\.4 in the virtual network, any port, by rule 160/,
        },
      ],
    },
    {
      name: 'the allowed virtual network stays, the internet goes',
      snapshot: one({ ...subnet, endpoints: [ssh(allow(150, 'Internet'))] }),
      options: { allow: ['VirtualNetwork'] },
      expect: [{ path: at('ssh'), fix: set(ssh(allow(150, 'VirtualNetwork'), deny(3500))), why: /not considered/ }],
    },
    {
      name: 'who came from the virtual network by falling through still does, and the internet is not opened for it',
      snapshot: one({ ...subnet, endpoints: [ssh(allow(150, '203.0.113.7'))] }),
      options: { allow: [OFFICE] },
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(allow(150, '203.0.113.7'), deny(151, 'Internet'), allow(152, OFFICE), deny(3500))),
        },
      ],
    },
    {
      name: 'the same, let in just before it would be denied',
      snapshot: one({
        ...subnet,
        endpoints: [ssh(allow(150, 'VirtualNetwork'), allow(160, '203.0.113.7'), deny(3500))],
      }),
      options: { allow: [OFFICE] },
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: set(ssh(allow(160, '203.0.113.7'), deny(161, 'Internet'), allow(162, OFFICE), deny(3500))),
        },
      ],
    },
    {
      name: 'a later rule lets in an allowed service tag only in part, after a Deny of a CIDR',
      snapshot: having(ssh(allow(150, '*'), deny(160, '20.0.0.0/8'), allow(170, '*'))),
      options: { allow: ['Storage'] },
      expect: [
        {
          path: at('ssh'),
          fix: set(ssh(allow(150, 'Storage'), deny(160, '20.0.0.0/8'), deny(3500))),
        },
      ],
    },
    {
      name: 'NAT pools that share a priority get new ones',
      snapshot: having(other(1, deny(200)), other(2, allow(200, 'Internet'), deny(200 + 1, '*'), deny(199, 'Sql'))),
      options: { allow: [OFFICE] },
      expect: [
        {
          path: at('other2'),
          fix: set(other(1, deny(150)), other(2, deny(160, 'Sql'), allow(170, OFFICE), deny(180))),
        },
      ],
    },
    {
      name: 'one change closes all ports; unknown fields and untouched NAT pools stay',
      snapshot: having(
        { ...other(1, allow(150, '*')), unmodelled: { y: 2 } },
        { ...other(2, deny(3500, '*', { unmodelled: { z: 3 } })), unmodelled: { y: 3 } },
        other(3),
      ),
      expect: ['other1', 'other3'].map((name) => ({
        path: at(name),
        fix: set(
          { ...other(1, deny(3499)), unmodelled: { y: 2 } },
          { ...other(2, deny(3500, '*', { unmodelled: { z: 3 } })), unmodelled: { y: 3 } },
          other(3, deny(3498)),
        ),
      })),
    },
    {
      name: 'only the judged ports are closed',
      snapshot: having(other(1), other(2)),
      options: { ports: [8002] },
      expect: [{ path: at('other2'), fix: set(other(1), other(2, deny(3500))) }],
    },
    {
      name: 'no room above a rule that stays: all are renumbered, in their order',
      snapshot: having(
        other(1, deny(200), allow(100, '20.0.0.0/8')),
        other(2, allow(3500, OFFICE), allow(150, 'Internet')),
      ),
      options: { allow: [OFFICE, '20.0.0.0/8'] },
      expect: [
        {
          path: at('other2'),
          fix: set(
            other(1, allow(150, '20.0.0.0/8'), deny(160)),
            other(2, allow(170, '20.0.0.0/8'), allow(180, OFFICE), deny(190)),
          ),
        },
      ],
    },
    {
      name: 'no room between two rules',
      snapshot: having(ssh(allow(150, 'Internet'), deny(151))),
      options: { allow: ['20.0.0.0/8', OFFICE] },
      expect: [{ path: at('ssh'), fix: set(ssh(allow(150, '20.0.0.0/8'), allow(160, OFFICE), deny(170))) }],
    },
    {
      name: 'more than 25 rules',
      snapshot: having(other(1, ...everyRule), other(2, allow(150, 'Internet'))),
      options: { allow: [OFFICE] },
      expect: [{ path: at('other2'), fix: { manual: /^In this order: \(1\) free room among the 25 rules/ } }],
    },
    {
      name: 'what closes without growing is closed even there',
      snapshot: having(other(1, ...everyRule), other(2, allow(150, 'Internet')), other(3)),
      expect: [
        { path: at('other2'), fix: set(other(1, ...everyRule), other(2, deny(3500)), other(3)) },
        { path: at('other3'), fix: { manual: /25 rules.*port 8003 takes 1;/ } },
      ],
    },
    {
      name: 'what no prefixes can say',
      snapshot: one({ ...subnet, endpoints: [ssh(allow(150, OFFICE), allow(160, 'VirtualNetwork'), deny(170))] }),
      options: { allow: ['Internet', '10.0.0.0/8'] },
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: { manual: /^In this order: \(1\) decide whom to let in to port 22/ },
        },
      ],
    },

    {
      name: 'the default port of an old Linux pool gets a NAT pool',
      snapshot: one({ creationTime: OLD }),
      expect: [
        {
          path: ENDPOINTS,
          observed: 'published by default',
          fix: set(ssh(deny(3500))),
          why: /^Port 22 \(published by default\) lets in the whole internet, for example 203\.0\.113\.7, any port, by no rule: everyone gets in\.$/,
        },
      ],
    },
    {
      name: 'so does that of an old Windows pool, beside its NAT pools',
      snapshot: one({ creationTime: OLD, deployment: windows, endpoints: [ssh(deny(3500))] }),
      expect: [
        {
          path: ENDPOINTS,
          fix: set(ssh(deny(3500)), {
            ...rdp,
            frontendPortRangeStart: 40101,
            frontendPortRangeEnd: 40201,
            rules: [deny(3499)],
          }),
        },
      ],
    },
    {
      name: 'an empty endpoint configuration publishes the default port; who is allowed keeps it',
      snapshot: one({ creationTime: OLD, endpoints: [] }),
      options: { allow: [OFFICE] },
      expect: [{ path: ENDPOINTS, fix: set(ssh(allow(150, OFFICE), deny(3500))) }],
    },
    {
      name: 'a taken name and taken frontend ports',
      snapshot: one({
        creationTime: OLD,
        endpoints: [
          { ...other(1, deny(200)), name: 'SSH', frontendPortRangeStart: 30000, frontendPortRangeEnd: 49950 },
          { ...other(2, deny(201)), frontendPortRangeStart: 55001, frontendPortRangeEnd: 56000 },
        ],
      }),
      expect: [
        {
          path: ENDPOINTS,
          fix: set(
            { ...other(1, deny(200)), name: 'SSH', frontendPortRangeStart: 30000, frontendPortRangeEnd: 49950 },
            { ...other(2, deny(201)), frontendPortRangeStart: 55001, frontendPortRangeEnd: 56000 },
            natPool({ name: 'ssh-2', frontendPortRangeStart: 56001, frontendPortRangeEnd: 56101, rules: [deny(3500)] }),
          ),
        },
      ],
    },
    {
      name: 'no frontend ports left',
      snapshot: one({
        creationTime: OLD,
        endpoints: [
          { ...other(1, deny(200)), frontendPortRangeStart: 40000, frontendPortRangeEnd: 49999 },
          { ...other(2, deny(201)), frontendPortRangeStart: 55001, frontendPortRangeEnd: 65434 },
        ],
      }),
      expect: [{ path: ENDPOINTS, fix: { manual: /^In this order: \(1\) narrow a frontend port range/ } }],
    },
    {
      name: 'five NAT pools already',
      snapshot: one({ creationTime: OLD, endpoints: [1, 2, 3, 4, 5].map((i) => other(i, deny(200 + i))) }),
      expect: [{ path: ENDPOINTS, fix: { manual: /^In this order: \(1\) remove a NAT pool/ } }],
    },
    {
      name: 'a UDP entry on the default port overrides nothing',
      snapshot: one({ creationTime: OLD, endpoints: [natPool({ name: 'u', protocol: 'UDP', rules: [deny(150)] })] }),
      expect: [
        { path: ENDPOINTS, fix: { manual: /^In this order: \(1\) move what uses NAT pool u to another backend port/ } },
      ],
    },
    {
      name: 'a port of which ARM does not say, and the operator says that it is published',
      snapshot: one({ creationTime: UNCERTAIN }),
      options: { assumeMapped: true },
      expect: [{ path: ENDPOINTS, severity: 'critical', why: /ARM does not say/, fix: set(ssh(deny(3500))) }],
    },
    {
      name: 'and has a UDP entry on it',
      snapshot: one({
        creationTime: new Date('2025-11-30T23:59:59Z'),
        endpoints: [natPool({ name: 'u', protocol: 'UDP', rules: [deny(150)] })],
      }),
      options: { assumeMapped: true },
      expect: [{ path: ENDPOINTS, why: /ARM does not say/, fix: { manual: /^In this order: \(1\) move what uses/ } }],
    },

    {
      name: 'an inter-node pool is closed to the internet only',
      snapshot: one({ interNodeCommunication: true, endpoints: [ssh(allow(150, '*'))] }),
      expect: [{ path: at('ssh'), fix: set(ssh(deny(3500, 'Internet'))) }],
    },
    {
      name: 'there an Allow * before a Deny * becomes one of the virtual network',
      snapshot: one({ interNodeCommunication: true, endpoints: [ssh(allow(150, '*'), deny(160))] }),
      expect: [{ path: at('ssh'), fix: set(ssh(allow(150, 'VirtualNetwork'), deny(160))) }],
    },
    {
      name: 'its default port',
      snapshot: one({ interNodeCommunication: true, creationTime: OLD, ...subnet }),
      options: { allow: [OFFICE] },
      expect: [{ path: ENDPOINTS, severity: 'critical', fix: set(ssh(allow(150, OFFICE), deny(3500, 'Internet'))) }],
    },
    {
      name: 'what stays open to the virtual network there is for a person',
      snapshot: one({ interNodeCommunication: true, ...subnet, endpoints: [ssh(deny(3500, 'Internet')), other(1)] }),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: { manual: /^In this order: \(1\) make sure that the nodes need no port 22/ },
        },
        {
          path: at('other1'),
          severity: 'critical',
          fix: set(ssh(deny(3500, 'Internet')), other(1, deny(3499, 'Internet'))),
        },
      ],
    },

    {
      name: 'a cloud service pool',
      snapshot: one({ creationTime: OLD, deployment: { kind: 'cloud-service', inferred: false }, endpoints: [ssh()] }),
      expect: [
        {
          path: at('ssh'),
          fix: { manual: /^In this order: \(1\) create a pool with a virtual machine configuration/ },
        },
        { path: ENDPOINTS, why: /Port 3389/, fix: { manual: /cloud service pools are retired/ } },
      ],
    },
    {
      name: 'NAT pools on a pool without public addresses: the virtual network alone gets in',
      snapshot: one({ ...subnet, publicIp: 'NoPublicIPAddresses', endpoints: [ssh()] }),
      expect: [
        {
          path: at('ssh'),
          severity: medium,
          fix: { manual: /remove endpointConfiguration/ },
          why: /^Port 22 \(NAT pool ssh\) lets in the whole virtual network, for example 10\.0\.0\.4/,
        },
      ],
    },
    {
      name: 'a body that does not show the system can be judged by its NAT pools, not written',
      snapshot: one({ shows: 'some', deployment: null, endpoints: [ssh()] }),
      expect: [{ path: at('ssh'), fix: { manual: /^In this order: \(1\) read the whole body/ } }],
    },
    {
      name: 'a body without its age shows a NAT pool all the same; the default port is unknown',
      snapshot: one({ shows: 'some', creationTime: null, endpoints: [other(1)] }),
      expect: [
        { path: at('other1'), fix: set(other(1, deny(3500))) },
        { path: '', unknown: /no creationTime/, code: 'not-shown' },
      ],
    },
    {
      name: 'a rule that cannot be read leaves the other ports as they are',
      snapshot: having(other(1), other(2, allow(150, '10.0.0.300'))),
      expect: [
        { path: at('other1'), fix: set(other(1, deny(3500)), other(2, allow(150, '10.0.0.300'))) },
        { path: at('other2'), unknown: /rule 150 has a source/, code: 'undecided' },
      ],
    },
    {
      name: 'no renumbering of rules whose order is open',
      snapshot: having(other(1, allow(3500, OFFICE), allow(150, 'Internet')), other(2, deny(150), allow(150, '*'))),
      options: { allow: [OFFICE] },
      expect: [
        { path: at('other1'), fix: { manual: /^In this order: \(1\) give every rule a priority of its own/ } },
        { path: at('other2'), unknown: /the priority of another rule/, code: 'undecided' },
      ],
    },
  ],

  unknown: [
    {
      name: 'NAT pools without public addresses or a subnet, where nobody gets in, and which Batch does not take',
      snapshot: one({ publicIp: 'NoPublicIPAddresses', endpoints: [ssh(), other(1, deny(150))] }),
      expect: ['ssh', 'other1'].map((name) => ({
        path: at(name),
        unknown: /^Who reaches port .*: the body has NAT pools without public addresses.*remove endpointConfiguration/,
        code: 'undecided' as const,
      })),
    },
    ...[UNCERTAIN, new Date('2025-11-30T23:59:59Z')].map((creationTime) => ({
      name: `ARM does not say whether the default port of a pool of ${creationTime.toISOString()} is published`,
      snapshot: one({ creationTime }),
      expect: [
        {
          path: ENDPOINTS,
          unknown:
            /^whether port 22 is published: ARM does not say.*az batch node remote-login-settings show.*assumeMapped/,
          code: 'undecided' as const,
        },
      ],
    })),
    ...[readingFailed('the subnet could not be read: TooManyRequests'), unreadable('the group has no rules')].map(
      (reason) => ({
        name: `the security group is ${reason.code}`,
        snapshot: inSubnet({ unknown: reason }, ssh(), other(1, allow(150, 'Internet')), other(2, deny(160))),
        expect: ['ssh', 'other1'].map((name) => ({
          path: at(name),
          observed: name === 'ssh' ? [] : ['rule 150 Allow Internet'],
          unknown: new RegExp(`^who reaches port .* through the subnet's network security group: ${reason.message}$`),
          code: reason.code,
        })),
      }),
    ),
    {
      name: 'the security group of a pool with a default port could not be read',
      snapshot: snapshotOf({
        pools: [aPool({ ...subnet, creationTime: OLD })],
        facets: behind({ unknown: readingFailed('AuthorizationFailed') }),
      }),
      expect: [
        {
          path: ENDPOINTS,
          unknown: /AuthorizationFailed$/,
          code: 'reading-failed',
          observed: 'published by default',
        },
      ],
    },
    {
      name: 'a partial body without a network, however new the pool and whatever ports are judged',
      snapshot: one({ shows: 'some', deployment: null }),
      options: { ports: [8080] },
      expect: [{ path: '', unknown: /may lack a networkConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'no creation time',
      snapshot: one({ shows: 'some', creationTime: null, publicIp: 'BatchManaged' }),
      expect: [{ path: '', unknown: /no creationTime/, code: 'not-shown' }],
    },
    {
      name: 'no deployment of an old pool',
      snapshot: one({ creationTime: OLD, shows: 'some', deployment: null, publicIp: 'BatchManaged' }),
      expect: [{ path: '', unknown: /no deploymentConfiguration/, code: 'not-shown' }],
    },
    {
      name: 'one of the two default ports is not overridden',
      snapshot: one({ creationTime: UNCERTAIN, shows: 'some', deployment: null, endpoints: [ssh(deny(3500))] }),
      expect: [{ path: '', unknown: /no deploymentConfiguration/, code: 'not-shown' }],
    },
    ...[
      {
        name: 'an access of neither kind',
        rule: deny(150, '*', { access: 'Audit' }),
        unknown: /neither Allow nor Deny/,
      },
      { name: 'a broken CIDR', rule: deny(150, '10.0.0.0/33'), unknown: /no address, CIDR or tag: "10\.0\.0\.0\/33"/ },
      { name: 'broken ports', rule: deny(150, '*', { sourcePortRanges: ['1-'] }), unknown: /source ports .*\["1-"\]/ },
      { name: 'ports backwards', rule: deny(150, '*', { sourcePortRanges: ['9-1'] }), unknown: /source ports/ },
      { name: 'a port too high', rule: deny(150, '*', { sourcePortRanges: ['65536'] }), unknown: /source ports/ },
      { name: 'an empty list of ports', rule: deny(150, '*', { sourcePortRanges: [] }), unknown: /source ports/ },
    ].map(({ name, rule, unknown }) => ({
      name,
      snapshot: having(ssh(rule)),
      expect: [{ path: at('ssh'), unknown, code: 'undecided' as const }],
    })),
  ],

  converges: fc
    .record({
      rules: ruleSets(3, 4),
      subnetId: fc.constantFrom(null, SUBNET_ID),
      interNodeCommunication: fc.boolean(),
      hasIpv6: fc.boolean(),
      creationTime: fc.constantFrom(null, OLD, UNCERTAIN, new Date('2026-01-01T00:00:00Z')),
      windows: fc.boolean(),
      ssh: fc.boolean(),
      group: fc.oneof(
        fc.constantFrom(
          { known: null },
          { unknown: readingFailed('AuthorizationFailed') },
          { unknown: notShown('a file') },
        ),
        anySecurityGroup.map((known) => ({ known })),
      ),
    })
    .map(({ rules, windows, ssh: withSsh, group, ...facts }) => {
      const natPools = rules.map((some, i) => other(i, ...some.map(toRule)));
      const [first, ...more] = natPools;
      const endpoints: PoolSettings['endpoints'] =
        withSsh && first ? [{ ...first, backendPort: 22 }, ...more] : natPools;
      const pool: Pool = aPool({ ...facts, deployment: { kind: 'virtual-machine', windows }, endpoints });
      return snapshotOf({ pools: [pool], facets: behind(group) });
    }),
  options: fc.record({
    allow: fc.array(
      sources.map(({ text }) => text),
      { maxLength: 3 },
    ),
    assumeMapped: fc.constantFrom(undefined, true, false),
  }),
});

describe('the options of pool-remote-access', () => {
  it.each(['10.0.0.0/33', '300.1.1.1', ''])('say that %j is no source', (text) => {
    const { success, error } = poolRemoteAccess.options.safeParse({ allow: [text] });
    expect(success).toBe(false);
    expect(error?.issues[0]?.message).toBe(`must be an address, a CIDR, a service tag or *; here it is "${text}"`);
  });

  it.each([{ ports: [0] }, { ports: 'some' }, { ports: [] }, { allowed: [] }])('do not take %j', (options) => {
    expect(poolRemoteAccess.options.safeParse(options).success).toBe(false);
  });
});
