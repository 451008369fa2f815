import * as fc from 'fast-check';
import type { Account, PrivateEndpointConnection } from '../../shared/core/model/account.ts';
import type { AccountSettings } from '../../shared/core/model/account-settings.ts';
import { setAccount } from '../../shared/core/model/change.ts';
import type { EndpointAccess, NetworkProfile } from '../../shared/core/model/network-profile.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import type { Snapshot } from '../../shared/core/model/snapshot.ts';
import { accountNodeManagementAccess } from '../../shared/rules/account-node-management-access.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, aPool, poolId, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const at = 'properties.networkProfile.nodeManagementAccess';
const path = `${at}.defaultAction`;
const confirmed = { privateAccess: 'confirmed' };
const CONNECTION: PrivateEndpointConnection = {
  name: 'nodes',
  status: 'Approved',
  provisioningState: null,
  groupIds: ['nodeManagement'],
};

interface Parts {
  readonly account?: Partial<Omit<Account, 'settings'> & AccountSettings>;
  readonly pools?: readonly Pool[];
  readonly complete?: boolean;
}

/** An open account, and all that the change needs but its option; `parts` take something away. */
function open({ account, pools = [aPool({ subnetId: SUBNET_ID })], complete = true }: Parts = {}) {
  const overrides = { publicNetworkAccess: 'Enabled', privateEndpointConnections: [CONNECTION], ...account };
  return snapshotOf({ account: anAccount(overrides), pools, complete });
}

function withProfile(networkProfile: NetworkProfile | null, parts: Parts['account'] = {}) {
  return open({ account: { networkProfile, ...parts } });
}

function access(defaultAction: string | null, ...values: readonly string[]): EndpointAccess {
  const ipRules = values.map((value) => ({ value, unmodelled: { action: 'Allow' } }));
  return { defaultAction, ipRules, unmodelled: { futureField: true } };
}

function nodes(nodeManagementAccess: EndpointAccess | null): NetworkProfile {
  return { accountAccess: access('Deny', '198.51.100.0/24'), nodeManagementAccess, unmodelled: { other: {} } };
}

function denied(networkProfile: NetworkProfile, observed: string | null = 'Allow') {
  const fix = setAccount(anAccount(), { networkProfile });
  return [{ path, observed, desired: 'Deny', why: /whole internet reaches/, fix }];
}

function byPerson(text: RegExp) {
  return [{ path, desired: 'Deny', fix: { manual: text } }];
}

const LAST =
  'set the defaultAction of networkProfile\\.nodeManagementAccess to Deny, sending networkProfile whole\\. Or,';

testRule(accountNodeManagementAccess, {
  compliant: [
    { name: 'public access is off', snapshot: open({ account: { publicNetworkAccess: 'disabled' } }) },
    { name: 'secured by a perimeter', snapshot: open({ account: { publicNetworkAccess: 'SecuredByPerimeter' } }) },
    { name: 'Deny', snapshot: withProfile(nodes(access('Deny'))) },
    { name: 'Deny in another case, with some addresses', snapshot: withProfile(nodes(access('deny', '203.0.113.7'))) },
    {
      name: 'Deny in a partial body that does not show public access',
      snapshot: withProfile(nodes(access('Deny')), { shows: 'some', publicNetworkAccess: null }),
    },
  ],
  violating: [
    {
      name: 'no profile, which means Allow',
      snapshot: withProfile(null),
      options: confirmed,
      expect: denied(
        {
          accountAccess: null,
          nodeManagementAccess: { defaultAction: 'Deny', ipRules: [], unmodelled: {} },
          unmodelled: {},
        },
        null,
      ),
    },
    {
      name: 'no public network access, which means enabled',
      snapshot: withProfile(nodes(access('Allow')), { publicNetworkAccess: null }),
      options: confirmed,
      expect: denied(nodes(access('Deny'))),
    },
    {
      name: 'a profile for the other endpoint only: it is kept as it is',
      snapshot: withProfile(nodes(null)),
      options: confirmed,
      expect: denied(nodes({ defaultAction: 'Deny', ipRules: [], unmodelled: {} }), null),
    },
    {
      name: 'Allow in another case: rules and unknown fields are kept',
      snapshot: withProfile(nodes(access('allow', '203.0.113.7', '10.0.0.0/8'))),
      options: confirmed,
      expect: denied(nodes(access('Deny', '203.0.113.7', '10.0.0.0/8')), 'allow'),
    },
    {
      name: 'no default action',
      snapshot: withProfile(nodes(access(null, '203.0.113.7'))),
      options: confirmed,
      expect: denied(nodes(access('Deny', '203.0.113.7')), null),
    },
    {
      name: 'no pools',
      snapshot: open({ account: { networkProfile: nodes(access('Allow')) }, pools: [] }),
      options: confirmed,
      expect: denied(nodes(access('Deny'))),
    },
    {
      name: 'Allow in a partial body',
      snapshot: withProfile(nodes(access('Allow')), { shows: 'some' }),
      options: confirmed,
      expect: denied(nodes(access('Deny'))),
    },
    {
      name: 'Deny, and rules that together hold all of IPv4',
      snapshot: withProfile(nodes(access('Deny', '0.0.0.0/1', '128.0.0.0/1'))),
      options: confirmed,
      expect: [
        {
          path: `${at}.ipRules`,
          observed: ['0.0.0.0/1', '128.0.0.0/1'],
          desired: 'only the addresses of nodes',
          why: /IP rules together hold every IPv4 address/,
          fix: {
            manual:
              /^In this order: \(1\) find out from which public addresses nodes report.*; \(2\) leave only rules for those addresses, sending networkProfile whole\.$/,
          },
        },
      ],
    },
    {
      name: 'Allow, and rules that would hold all of IPv4 under Deny',
      snapshot: withProfile(nodes(access('Allow', '0.0.0.0/0'))),
      options: confirmed,
      expect: byPerson(new RegExp(`^In this order: \\(1\\) leave in the ipRules .*only rules .*; \\(2\\) ${LAST}`)),
    },
    {
      name: 'Allow, and a rule that cannot be read',
      snapshot: withProfile(nodes(access('Allow', 'here'))),
      options: confirmed,
      expect: byPerson(/^In this order: \(1\) leave in the ipRules/),
    },
    {
      name: 'all is ready, but nobody vouches for reach',
      snapshot: withProfile(nodes(access('Allow'))),
      expect: byPerson(
        new RegExp(`^In this order: \\(1\\) see that every node reaches .*privateAccess, confirmed; \\(2\\) ${LAST}`),
      ),
    },
    {
      name: 'only the callers have a private endpoint',
      snapshot: open({ account: { privateEndpointConnections: [{ ...CONNECTION, groupIds: ['batchAccount'] }] } }),
      options: confirmed,
      expect: byPerson(
        new RegExp(`^In this order: \\(1\\) make a private endpoint for nodeManagement .*; \\(2\\) ${LAST}`),
      ),
    },
    {
      name: 'everything is missing, in order; a private endpoint for callers is not asked for',
      snapshot: open({
        account: { privateEndpointConnections: [], networkProfile: nodes(access('Allow', '0.0.0.0/0')) },
        pools: [aPool({ id: poolId('pool2') })],
        complete: false,
      }),
      expect: byPerson(
        new RegExp(
          '^In this order: \\(1\\) see that the account can be read whole: .*; \\(2\\) make a private endpoint for nodeManagement .*; ' +
            '\\(3\\) put into a subnet: pool2, each at zero nodes; \\(4\\) see that every node reaches .*; ' +
            `\\(5\\) leave in the ipRules .*; \\(6\\) ${LAST}`,
        ),
      ),
    },
  ],
  unknown: [
    {
      name: 'a word for public access that is not known',
      snapshot: withProfile(nodes(access('Allow')), { publicNetworkAccess: 'Sometimes' }),
      expect: [{ path, unknown: /public network access Sometimes means/, code: 'undecided' }],
    },
    {
      name: 'a default action that is not known',
      snapshot: withProfile(nodes(access('Audit'))),
      options: confirmed,
      expect: [{ path, unknown: /default action Audit means/, code: 'undecided' }],
    },
    {
      name: 'Deny, and a rule that cannot be read',
      snapshot: withProfile(nodes(access('Deny', 'here', '203.0.113.7'))),
      expect: [{ path, unknown: /: "here"$/, code: 'undecided' }],
    },
    {
      name: 'a partial body without a profile',
      snapshot: withProfile(null, { shows: 'some' }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'Allow in a partial body that does not show public access',
      snapshot: withProfile(nodes(access('Allow')), { shows: 'some', publicNetworkAccess: null }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: fc.oneof(anySnapshot, anySnapshot.map(madeReady)),
});

/** The same account, so that a change is possible wherever it violates by Allow. */
function madeReady(snapshot: Snapshot): Snapshot {
  if ('unknown' in snapshot.account) return snapshot;
  const account = { ...snapshot.account.known, privateEndpointConnections: [CONNECTION] };
  return { ...snapshot, account: { known: account }, pools: [], complete: true, problems: [] };
}
