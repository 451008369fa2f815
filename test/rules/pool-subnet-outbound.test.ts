import type { Account } from '../../shared/core/model/account.ts';
import type { Facets } from '../../shared/core/model/facet.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import { poolSubnetOutbound } from '../../shared/rules/pool-subnet-outbound.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { behind, groupRule, outboundGroup, SECURITY_GROUP_ID } from '../support/security-groups.ts';
import { anAccount, aPool, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.networkConfiguration.subnetId';
const closed = outboundGroup(groupRule(200, { access: 'Deny', destinations: ['Internet'] }));

function connection(groupIds: readonly string[], status = 'Approved') {
  return { name: 'endpoint1', status, provisioningState: 'Succeeded', groupIds };
}

function inSubnet(
  subnets: ReturnType<typeof behind> | object,
  parts: Parameters<typeof aPool>[0] = {},
  account: Partial<Account> = {},
) {
  return snapshotOf({
    account: anAccount(account),
    pools: [aPool({ subnetId: SUBNET_ID, ...parts })],
    facets: subnets,
  });
}

function listing(connections: Facets['connections']) {
  const snapshot = inSubnet(behind({ known: closed }), {}, { privateEndpointConnections: [connection([])] });
  return { ...snapshot, facets: { ...snapshot.facets, connections } };
}

const STEPS =
  /^In this order: \(1\) in the network security group .*nsg1, write an outbound rule .* BatchNodeManagement\.westeurope, destination port 443, protocol \*; with a priority below 200, that of rule200; \(2\)/;

testRule(poolSubnetOutbound, {
  compliant: [
    {
      name: 'a connection whose group only its own list shows',
      snapshot: listing({ known: [connection(['nodeManagement'])] }),
    },
    { name: 'no subnet', snapshot: snapshotOf({}) },
    { name: 'a subnet without a group', snapshot: inSubnet(behind({ known: null })) },
    { name: 'a group with its default rules', snapshot: inSubnet(behind({ known: outboundGroup() })) },
    {
      name: 'a closed group, and a private endpoint for nodes',
      snapshot: inSubnet(
        behind({ known: closed }),
        {},
        { privateEndpointConnections: [connection(['nodeManagement'])] },
      ),
    },
    {
      name: 'a group that could not be read, and a private endpoint for nodes',
      snapshot: inSubnet(
        behind({ unknown: readingFailed('AuthorizationFailed') }),
        {},
        {
          privateEndpointConnections: [connection(['nodeManagement'])],
        },
      ),
    },
    {
      name: 'cloud services, which another rule is for',
      snapshot: inSubnet(behind({ known: closed }), { deployment: { kind: 'cloud-service', inferred: false } }),
    },
  ],
  violating: [
    {
      name: 'a group that denies the internet',
      snapshot: inSubnet(behind({ known: closed })),
      expect: [
        {
          path,
          observed: SECURITY_GROUP_ID,
          why: /^The network security group nsg1 of its subnet stops .* by its outbound rule rule200 \(priority 200\)\./,
          fix: { manual: STEPS },
        },
      ],
    },
    {
      name: 'nodes without public addresses',
      snapshot: inSubnet(behind({ known: closed }), { publicIp: 'NoPublicIPAddresses' }),
      expect: [
        {
          path,
          fix: { manual: /Or, for nodes without a way to the internet: make a private endpoint for nodeManagement/ },
        },
      ],
    },
    {
      name: 'a private endpoint for callers only',
      snapshot: inSubnet(behind({ known: closed }), {}, { privateEndpointConnections: [connection(['batchAccount'])] }),
      expect: [{ path, fix: { manual: STEPS } }],
    },
    {
      name: 'a private endpoint that waits for approval',
      snapshot: inSubnet(
        behind({ known: closed }),
        {},
        {
          privateEndpointConnections: [connection(['nodeManagement'], 'Pending')],
        },
      ),
      expect: [{ path, fix: { manual: /: approve the private endpoint connection endpoint1/ } }],
    },
    {
      name: 'a region that is not shown',
      snapshot: inSubnet(behind({ known: closed }), {}, { location: null }),
      expect: [{ path, fix: { manual: /BatchNodeManagement\.and the region of the account,/ } }],
    },
  ],
  unknown: [
    {
      name: 'a connection hides its group, and its own list could not be read',
      snapshot: listing({ unknown: readingFailed('AuthorizationFailed') }),
      expect: [{ path, unknown: /AuthorizationFailed/, code: 'reading-failed' }],
    },
    {
      name: 'the group could not be read',
      snapshot: inSubnet(behind({ unknown: readingFailed('AuthorizationFailed') })),
      expect: [{ path, unknown: /AuthorizationFailed/, code: 'reading-failed' }],
    },
    {
      name: 'the subnets were not read',
      snapshot: inSubnet({}),
      expect: [{ path, unknown: /not read/, code: 'not-shown' }],
    },
    {
      name: 'a rule for some addresses of nodes',
      snapshot: inSubnet(
        behind({ known: outboundGroup(groupRule(200, { access: 'Deny', sources: ['10.0.1.0/24'] })) }),
      ),
      expect: [
        {
          path,
          unknown: /^whether the network security group nsg1 lets nodes out .* rule200 \(priority 200\) is meant/,
          code: 'undecided',
        },
      ],
    },
    {
      name: 'a partial body of the pool that may lack a subnet',
      snapshot: inSubnet(behind({ known: closed }), { subnetId: null, shows: 'some' }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a partial body of the account that may lack connections',
      snapshot: inSubnet(behind({ known: closed }), {}, { shows: 'some' }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'the account could not be read',
      snapshot: { ...inSubnet(behind({ known: closed })), account: { unknown: readingFailed('the account') } },
      expect: [{ path, unknown: /the account/, code: 'reading-failed' }],
    },
  ],
  converges: anySnapshot,
});
