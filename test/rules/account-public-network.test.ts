import * as fc from 'fast-check';
import type { Account, PrivateEndpointConnection } from '../../shared/core/model/account.ts';
import type { AccountSettings } from '../../shared/core/model/account-settings.ts';
import { setAccount } from '../../shared/core/model/change.ts';
import type { Perimeter } from '../../shared/core/model/facet.ts';
import type { EndpointAccess } from '../../shared/core/model/network-profile.ts';
import type { Pool, UnreadablePool } from '../../shared/core/model/pool.ts';
import { notShown, readingFailed, type UnknownReason } from '../../shared/core/model/reading.ts';
import { accountPublicNetwork } from '../../shared/rules/account-public-network.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, aPool, poolId, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.publicNetworkAccess';
const confirmed = { privateAccess: 'confirmed' };

function connection(group: string, overrides: Partial<PrivateEndpointConnection> = {}): PrivateEndpointConnection {
  return {
    name: `to-${group}`,
    status: 'Approved',
    provisioningState: 'Succeeded',
    groupIds: [group],
    ...overrides,
  };
}
const BOTH = [connection('batchAccount'), connection('nodeManagement')];

interface Parts {
  readonly account?: Partial<Omit<Account, 'settings'> & AccountSettings>;
  readonly pools?: readonly (Pool | UnreadablePool)[];
  readonly complete?: boolean;
  readonly perimeters?: readonly Perimeter[];
}

/** An open account, and all that the change needs but its option; `parts` take something away. */
function open({ account, pools = [aPool({ subnetId: SUBNET_ID })], complete = true, perimeters = [] }: Parts = {}) {
  const overrides = { publicNetworkAccess: 'Enabled', privateEndpointConnections: BOTH, ...account };
  return snapshotOf({ account: anAccount(overrides), pools, complete, facets: { perimeters: { known: perimeters } } });
}

function perimeter(parts: Partial<Perimeter> = {}): Perimeter {
  return { name: 'perimeter1', accessMode: 'Enforced', provisioningState: 'Succeeded', inbound: [], ...parts };
}

/** An open account whose perimeters were not read. */
function without(unknown: UnknownReason) {
  return { ...open(), facets: { ...open().facets, perimeters: { unknown } } };
}

const AT_PERIMETER = 'networkSecurityPerimeterConfigurations';

function admitting(defaultAction: string | null, ...values: readonly string[]) {
  const accountAccess: EndpointAccess = {
    defaultAction,
    ipRules: values.map((value) => ({ value, unmodelled: { action: 'Allow' } })),
    unmodelled: {},
  };
  return { accountAccess, nodeManagementAccess: null, unmodelled: {} };
}

const WHOLE = /^The API of the account can be reached from the whole internet\.$/;

const IP_RULES = 'properties.networkProfile.accountAccess.ipRules';
const ONLY_CALLERS = 'only the addresses of known callers, or publicNetworkAccess Disabled';
const HELD = /: its IP rules together hold every IPv4 address\.$/;

function closed(observed: unknown = 'Enabled', why = WHOLE, at = path) {
  const fix = setAccount(anAccount(), { publicNetworkAccess: 'Disabled' });
  return [{ path: at, observed, desired: at === path ? 'Disabled' : ONLY_CALLERS, why, fix }];
}

function byPerson(text: RegExp, why = WHOLE) {
  return [{ path, desired: 'Disabled', why, fix: { manual: text } }];
}

testRule(accountPublicNetwork, {
  compliant: [
    { name: 'disabled', snapshot: open({ account: { publicNetworkAccess: 'Disabled' } }) },
    { name: 'disabled, in another case', snapshot: open({ account: { publicNetworkAccess: 'DISABLED' } }) },
    {
      name: 'secured by a perimeter, also where IP rules do not count',
      snapshot: open({ account: { publicNetworkAccess: 'securedbyperimeter' } }),
      options: { allowIpRules: false },
    },
    {
      name: 'disabled, whatever the profile says: it does not count then',
      snapshot: open({ account: { publicNetworkAccess: 'Disabled', networkProfile: admitting('Allow') } }),
    },
    {
      name: 'enabled for some addresses',
      snapshot: open({ account: { networkProfile: admitting('Deny', '203.0.113.7', '198.51.100.0/24') } }),
    },
    { name: 'enabled for nobody', snapshot: open({ account: { networkProfile: admitting('DENY') } }) },
    {
      name: 'enabled for half of all addresses',
      snapshot: open({ account: { networkProfile: admitting('Deny', '128.0.0.0/1', '192.0.0.0/2') } }),
    },
    {
      name: 'a partial body without publicNetworkAccess whose profile restricts the endpoint in any case',
      snapshot: open({
        account: {
          shows: 'some',
          publicNetworkAccess: null,
          networkProfile: admitting('Deny', '203.0.113.7'),
        },
      }),
    },
    { name: 'an enforced perimeter, whose rules let nobody in', snapshot: open({ perimeters: [perimeter()] }) },
    {
      name: 'an enforced perimeter, whose rules let some in',
      snapshot: open({ perimeters: [perimeter({ accessMode: 'enforced', inbound: ['203.0.113.0/24'] })] }),
      options: { allowIpRules: false },
    },
    {
      name: 'disabled, whatever the perimeter says',
      snapshot: open({
        account: { publicNetworkAccess: 'Disabled' },
        perimeters: [perimeter({ inbound: ['0.0.0.0/0'] })],
      }),
    },
    {
      name: 'disabled in a partial body',
      snapshot: open({ account: { shows: 'some', publicNetworkAccess: 'Disabled' } }),
    },
  ],
  violating: [
    { name: 'enabled, all is ready', snapshot: open(), options: confirmed, expect: closed() },
    {
      name: 'absent, which means enabled',
      snapshot: open({ account: { publicNetworkAccess: null } }),
      options: confirmed,
      expect: closed(null),
    },
    {
      name: 'enabled, in another case',
      snapshot: open({ account: { publicNetworkAccess: 'enabled' } }),
      options: confirmed,
      expect: closed('enabled'),
    },
    {
      name: 'no pools',
      snapshot: open({ pools: [] }),
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'a profile that restricts the other endpoint only',
      snapshot: open({
        account: {
          networkProfile: {
            ...admitting('Deny'),
            accountAccess: null,
            nodeManagementAccess: admitting('Deny').accountAccess,
          },
        },
      }),
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'Allow beside IP rules, which do not count then',
      snapshot: open({ account: { networkProfile: admitting('Allow', '203.0.113.7') } }),
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'no default action',
      snapshot: open({ account: { networkProfile: admitting(null, '203.0.113.7') } }),
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'IP rules that together hold all of IPv4',
      snapshot: open({ account: { networkProfile: admitting('Deny', '128.0.0.0/1', '0.0.0.0/1') } }),
      options: confirmed,
      expect: closed(['128.0.0.0/1', '0.0.0.0/1'], HELD, IP_RULES),
    },
    {
      name: 'IP rules that hold all of IPv4: the steps speak of the rules, not of the default action',
      snapshot: open({ account: { networkProfile: admitting('Deny', '0.0.0.0/0') } }),
      expect: [
        {
          path: IP_RULES,
          observed: ['0.0.0.0/0'],
          desired: ONLY_CALLERS,
          why: HELD,
          fix: {
            manual:
              /; \(2\) set publicNetworkAccess to Disabled\. Or keep it Enabled for known callers only: of the ipRules of networkProfile\.accountAccess, leave only those for their addresses, sending networkProfile whole; its defaultAction is Deny already\.$/,
          },
        },
      ],
    },
    {
      name: 'some addresses, where IP rules do not count',
      snapshot: open({ account: { networkProfile: admitting('Deny', '203.0.113.7') } }),
      options: { ...confirmed, allowIpRules: false },
      expect: closed('Enabled', /^The API of the account has a public endpoint, and IP rules are not taken/),
    },
    {
      name: 'an IP rule that cannot be read, where IP rules do not count',
      snapshot: open({ account: { networkProfile: admitting('Deny', 'here') } }),
      options: { ...confirmed, allowIpRules: false },
      expect: closed('Enabled', /IP rules are not taken/),
    },
    {
      name: 'connections in other cases and without a provisioning state',
      snapshot: open({
        account: {
          privateEndpointConnections: [
            connection('BATCHACCOUNT', { status: 'approved', provisioningState: null }),
            connection('nodemanagement', { provisioningState: 'succeeded' }),
          ],
        },
      }),
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'enabled in a partial body with a profile',
      snapshot: open({ account: { shows: 'some', networkProfile: admitting('Allow') } }),
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'enabled in a partial body, where IP rules do not count',
      snapshot: open({ account: { shows: 'some' } }),
      options: { ...confirmed, allowIpRules: false },
      expect: closed(),
    },
    {
      name: 'a perimeter that only learns: it restricts nothing yet, and nothing is written over it',
      snapshot: open({ perimeters: [perimeter({ accessMode: 'Learning' })] }),
      options: confirmed,
      expect: [
        {
          path,
          why: /whole internet\. It is associated with a perimeter that is not enforced: perimeter1 \(Learning\)\.$/,
          fix: {
            manual:
              /^In this order: \(1\) set publicNetworkAccess .* Or set the access mode of that association to Enforced\.$/,
          },
        },
      ],
    },
    {
      name: 'a perimeter that is still being associated',
      snapshot: open({ perimeters: [perimeter({ provisioningState: 'Creating' })] }),
      options: confirmed,
      expect: [{ path, why: /not enforced: perimeter1 \(Enforced\)\.$/, fix: { manual: /access mode/ } }],
    },
    {
      name: 'an enforced perimeter, whose rules let everyone in',
      snapshot: open({ perimeters: [perimeter({ inbound: ['0.0.0.0/1', '128.0.0.0/1'] })] }),
      options: confirmed,
      expect: [
        {
          path: AT_PERIMETER,
          observed: ['0.0.0.0/1', '128.0.0.0/1'],
          why: /whose inbound rules together hold every IPv4 address\.$/,
          fix: { manual: /^In the profile of the network security perimeter, leave only inbound access rules/ },
        },
      ],
    },
    {
      name: 'nobody read the perimeters, as from files: it says so, and nothing is written',
      snapshot: without(notShown('a file does not show them')),
      options: confirmed,
      expect: [
        {
          path,
          why: /whole internet\. Whether a network security perimeter restricts it was not considered: a file does not show them\.$/,
          fix: { manual: /^In this order: \(1\) set publicNetworkAccess to Disabled\./ },
        },
      ],
    },
    {
      name: 'connections whose groups only their own list shows',
      snapshot: {
        ...open({ account: { privateEndpointConnections: BOTH.map((one) => ({ ...one, groupIds: [] })) } }),
        facets: { ...open().facets, connections: { known: BOTH } },
      },
      options: confirmed,
      expect: closed(),
    },
    {
      name: 'all is ready, but nobody vouches for reach',
      snapshot: open(),
      expect: byPerson(
        /^In this order: \(1\) see that every caller and every node reaches the private endpoints .*privateAccess, confirmed; \(2\) set publicNetworkAccess to Disabled\. Or keep it Enabled for known callers only: .*Deny/,
      ),
    },
    {
      name: 'all is ready, nobody vouches, and IP rules do not count',
      snapshot: open(),
      options: { allowIpRules: false },
      expect: byPerson(/^In this order: \(1\) see that every caller .*; \(2\) set publicNetworkAccess to Disabled\.$/),
    },
    {
      name: 'the account was not read whole',
      snapshot: open({ complete: false }),
      options: confirmed,
      expect: byPerson(
        /^In this order: \(1\) see that the account can be read whole: a page of the list of pools could not be read; \(2\) set publicNetworkAccess/,
      ),
    },
    {
      name: 'a pool could not be read',
      snapshot: open({ pools: [{ id: poolId('pool2'), unreadable: 'no properties' }] }),
      options: confirmed,
      expect: byPerson(
        /^In this order: \(1\) see that the account can be read whole: pool pool2: no properties; \(2\)/,
      ),
    },
    {
      name: 'pools without a subnet',
      snapshot: open({
        pools: [
          aPool({ id: poolId('pool1') }),
          aPool({ id: poolId('pool2'), subnetId: SUBNET_ID }),
          aPool({ id: poolId('pool3') }),
        ],
      }),
      options: confirmed,
      expect: byPerson(/^In this order: \(1\) put into a subnet: pool1, pool3, each at zero nodes; \(2\) set public/),
    },
    {
      name: 'no connection for the nodes',
      snapshot: open({ account: { privateEndpointConnections: [connection('batchAccount')] } }),
      options: confirmed,
      expect: byPerson(
        /^In this order: \(1\) make a private endpoint for nodeManagement in a network that the nodes of its pools reach, and approve its connection; \(2\) set/,
      ),
    },
    {
      name: 'no connection for the callers',
      snapshot: open({ account: { privateEndpointConnections: [connection('nodeManagement')] } }),
      options: confirmed,
      expect: byPerson(
        /^In this order: \(1\) make a private endpoint for batchAccount .*callers of the account .*; \(2\) set/,
      ),
    },
    {
      name: 'connections that are not usable: pending, failed, without a group, rejected',
      snapshot: open({
        account: {
          privateEndpointConnections: [
            connection('batchAccount', { name: 'b', status: 'Pending' }),
            connection('batchAccount', { name: 'a', status: 'PENDING' }),
            connection('nodeManagement', { provisioningState: 'Failed' }),
            connection('nodeManagement', { groupIds: [] }),
            connection('nodeManagement', { status: 'Rejected' }),
            connection('nodeManagement', { status: null }),
          ],
        },
      }),
      options: confirmed,
      expect: byPerson(
        /^In this order: \(1\) approve the private endpoint connection a or b, which is for batchAccount; \(2\) make a private endpoint for nodeManagement .*; \(3\) set/,
      ),
    },
    {
      name: 'everything is missing, in order',
      snapshot: open({ account: { privateEndpointConnections: [] }, pools: [aPool()], complete: false }),
      expect: byPerson(
        /\(1\) see that the account .*; \(2\) make .*batchAccount.*; \(3\) make .*nodeManagement.*; \(4\) put into a subnet.*; \(5\) see that every caller.*; \(6\) set publicNetworkAccess/,
      ),
    },
  ],
  unknown: [
    {
      name: 'the perimeters could not be read',
      snapshot: without(readingFailed('AuthorizationFailed')),
      options: confirmed,
      expect: [{ path, unknown: /AuthorizationFailed/, code: 'reading-failed' }],
    },
    {
      name: 'an enforced perimeter with a rule that cannot be read',
      snapshot: open({ perimeters: [perimeter({ inbound: ['here/there'] })] }),
      expect: [{ path: AT_PERIMETER, unknown: /whom these IP rules let in is not known/, code: 'undecided' }],
    },
    {
      name: 'a word that is not known',
      snapshot: open({ account: { publicNetworkAccess: 'Sometimes', networkProfile: admitting('Deny') } }),
      options: confirmed,
      expect: [{ path, unknown: /public network access Sometimes means/, code: 'undecided' }],
    },
    {
      name: 'a default action that is not known',
      snapshot: open({ account: { networkProfile: admitting('Audit') } }),
      expect: [{ path, unknown: /default action Audit means/, code: 'undecided' }],
    },
    {
      name: 'an IP rule that cannot be read',
      snapshot: open({ account: { networkProfile: admitting('Deny', '203.0.113.7', '*') } }),
      expect: [{ path, unknown: /whom these IP rules let in is not known: "\*"$/, code: 'undecided' }],
    },
    {
      name: 'a partial body without publicNetworkAccess',
      snapshot: open({
        account: { shows: 'some', publicNetworkAccess: null, networkProfile: admitting('Allow') },
      }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a partial body without a profile',
      snapshot: open({ account: { shows: 'some' } }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a partial body without publicNetworkAccess, where IP rules do not count',
      snapshot: open({ account: { shows: 'some', publicNetworkAccess: null } }),
      options: { allowIpRules: false },
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: fc.oneof(anySnapshot, anySnapshot.map(madeReady)),
});

/** The same account, so that a change is possible wherever it violates. */
function madeReady(snapshot: ReturnType<typeof snapshotOf>) {
  if ('unknown' in snapshot.account) return snapshot;
  const account = { ...snapshot.account.known, privateEndpointConnections: BOTH };
  return { ...snapshot, account: { known: account }, pools: [], complete: true, problems: [] };
}
