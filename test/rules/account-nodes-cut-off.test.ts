import type { PrivateEndpointConnection } from '../../shared/core/model/account.ts';
import type { Facets } from '../../shared/core/model/facet.ts';
import type { Pool, UnreadablePool } from '../../shared/core/model/pool.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import { accountNodesCutOff } from '../../shared/rules/account-nodes-cut-off.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { access, profile } from '../support/causes/cause.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, aPool, poolId, SUBNET_ID, snapshotOf } from '../support/snapshots.ts';

const ACCESS = 'properties.publicNetworkAccess';
const PROFILE = 'properties.networkProfile.nodeManagementAccess';

function connection(overrides: Partial<PrivateEndpointConnection> = {}): PrivateEndpointConnection {
  return {
    name: 'endpoint1',
    status: 'Approved',
    provisioningState: 'Succeeded',
    groupIds: ['nodeManagement'],
    ...overrides,
  };
}

const working = aPool({ scale: { kind: 'fixed', dedicated: 2, lowPriority: 0 } });
const inSubnet = { ...working, subnetId: SUBNET_ID };
const withoutAddresses = { ...inSubnet, settings: { ...inSubnet.settings, publicIp: 'NoPublicIPAddresses' } };

interface Parts {
  readonly account?: Parameters<typeof anAccount>[0];
  readonly pools?: readonly (Pool | UnreadablePool)[];
  readonly complete?: boolean;
}

/** Public access is disabled, and there is no connection. */
function shut({ account, pools = [working], complete = true }: Parts = {}) {
  return snapshotOf({ account: anAccount({ publicNetworkAccess: 'Disabled', ...account }), pools, complete });
}

function denying(...addresses: readonly string[]) {
  return {
    publicNetworkAccess: 'Enabled',
    networkProfile: profile({ nodeManagementAccess: access('Deny', ...addresses) }),
  };
}

function listing(connections: Facets['connections']) {
  const hidden = connection({ groupIds: [] });
  const snapshot = shut({ account: { privateEndpointConnections: [hidden] }, pools: [inSubnet] });
  return { ...snapshot, facets: { ...snapshot.facets, connections } };
}

const CONNECT =
  /^In this order: \(1\) make a private endpoint for nodeManagement .*; \(2\) let the account's node management name/;

function cutOff(why: RegExp, manual = CONNECT) {
  return [{ path: ACCESS, observed: 'Disabled', desired: 'a way for the nodes of every pool', why, fix: { manual } }];
}

testRule(accountNodesCutOff, {
  compliant: [
    { name: 'a connection whose group only its own list shows', snapshot: listing({ known: [connection()] }) },
    { name: 'public access is enabled', snapshot: shut({ account: { publicNetworkAccess: 'Enabled' } }) },
    {
      name: 'public access is absent, which means enabled',
      snapshot: shut({ account: { publicNetworkAccess: null } }),
    },
    {
      name: 'a perimeter does not govern nodes',
      snapshot: shut({ account: { publicNetworkAccess: 'SecuredByPerimeter' } }),
    },
    { name: 'disabled, without pools', snapshot: shut({ pools: [] }) },
    { name: 'disabled, with a pool that has no nodes and is to have none', snapshot: shut({ pools: [aPool()] }) },
    {
      name: 'disabled, and a private endpoint leads to node management',
      snapshot: shut({ account: { privateEndpointConnections: [connection()] }, pools: [inSubnet, withoutAddresses] }),
    },
    {
      name: 'only the API is closed to public addresses',
      snapshot: shut({
        account: { publicNetworkAccess: 'Enabled', networkProfile: profile({ accountAccess: access('Deny') }) },
      }),
    },
    { name: 'Deny with IP rules that hold everyone', snapshot: shut({ account: denying('0.0.0.0/0') }) },
    {
      name: 'Deny with IP rules of some, and a private endpoint',
      snapshot: shut({
        account: { ...denying('203.0.113.7'), privateEndpointConnections: [connection()] },
        pools: [inSubnet],
      }),
    },
    {
      name: 'a pool that cannot be read, where the door is open',
      snapshot: shut({
        account: { publicNetworkAccess: 'Enabled' },
        pools: [{ id: poolId('pool1'), unreadable: 'x' }],
      }),
    },
  ],
  violating: [
    {
      name: 'disabled, with a pool that is to have nodes',
      snapshot: shut(),
      expect: cutOff(/^Public access to the account is disabled, and the nodes of pool1 have no private endpoint/),
    },
    {
      name: 'disabled, with a pool that has nodes and is to have none',
      snapshot: shut({ pools: [aPool({ nodes: { dedicated: 0, lowPriority: 1, allocationState: 'Resizing' } })] }),
      expect: cutOff(/nodes of pool1 /),
    },
    {
      name: 'disabled, with a pool that a formula may give nodes',
      snapshot: shut({
        pools: [aPool({ scale: { kind: 'autoscale', formula: '$TargetDedicated=0;', interval: null } })],
      }),
      expect: cutOff(/nodes of pool1 /),
    },
    {
      name: 'disabled, with a pool in a subnet that has public addresses',
      snapshot: shut({ pools: [inSubnet] }),
      expect: cutOff(/nodes of pool1 /),
    },
    {
      name: 'only the pools without a way are named',
      snapshot: shut({ pools: [working, { ...aPool(), id: poolId('pool2') }, { ...inSubnet, id: poolId('pool3') }] }),
      expect: cutOff(/nodes of pool1, pool3 /),
    },
    {
      name: 'disabled, and the connection is for callers',
      snapshot: shut({ account: { privateEndpointConnections: [connection({ groupIds: ['batchAccount'] })] } }),
      expect: cutOff(/nodes of pool1 /),
    },
    {
      name: 'disabled, and the connection waits for approval',
      snapshot: shut({ account: { privateEndpointConnections: [connection({ status: 'Pending' })] } }),
      expect: cutOff(/nodes of pool1 /, /\(1\) approve the private endpoint connection endpoint1/),
    },
    {
      name: 'a private endpoint that a pool in no subnet cannot reach',
      snapshot: shut({
        account: { privateEndpointConnections: [connection()] },
        pools: [working, { ...inSubnet, id: poolId('pool2') }],
      }),
      expect: cutOff(
        /nodes of pool1 /,
        /^In this order: \(1\) let the account's node management name .*; \(2\) put into a subnet that reaches it: pool1, each at zero nodes; \(3\) reboot/,
      ),
    },
    {
      name: 'node management denies everyone',
      snapshot: shut({ account: denying() }),
      expect: [
        {
          path: PROFILE,
          observed: 'Deny',
          why: /^The endpoint that nodes report to lets no public address in, and the nodes of pool1 /,
          fix: { manual: /\. Or name the public addresses of nodes in the ipRules of nodeManagementAccess/ },
        },
      ],
    },
    {
      name: 'one is known, of another it is not',
      snapshot: shut({ pools: [working, { ...withoutAddresses, id: poolId('pool2') }], complete: false }),
      expect: cutOff(/nodes of pool1 /),
    },
  ],
  unknown: [
    {
      name: 'a connection hides its group, and its own list could not be read',
      snapshot: listing({ unknown: readingFailed('AuthorizationFailed') }),
      expect: [{ path: ACCESS, unknown: /AuthorizationFailed/, code: 'reading-failed' }],
    },
    {
      name: 'a pool in a subnet, without public addresses: its private endpoint is not seen',
      snapshot: shut({ pools: [withoutAddresses] }),
      expect: [
        {
          path: ACCESS,
          unknown: /^whether the nodes of pool pool1 can report .* no private endpoint for it is seen$/,
          code: 'not-shown',
        },
      ],
    },
    {
      name: 'node management lets some addresses in',
      snapshot: shut({ account: denying('203.0.113.7') }),
      expect: [{ path: PROFILE, unknown: /those of nodes are not seen/, code: 'undecided' }],
    },
    {
      name: 'a word that is not known',
      snapshot: shut({ account: { publicNetworkAccess: 'Sometimes' } }),
      expect: [{ path: PROFILE, unknown: /public network access Sometimes means/, code: 'undecided' }],
    },
    {
      name: 'a default action that is not known',
      snapshot: shut({
        account: { publicNetworkAccess: 'Enabled', networkProfile: profile({ nodeManagementAccess: access('Audit') }) },
      }),
      expect: [{ path: PROFILE, unknown: /default action Audit means/, code: 'undecided' }],
    },
    {
      name: 'a partial body of the account, without connections',
      snapshot: shut({ account: { shows: 'some' } }),
      expect: [{ path: ACCESS, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a partial body of the account, without what closes it',
      snapshot: shut({ account: { shows: 'some', publicNetworkAccess: null } }),
      expect: [{ path: PROFILE, unknown: /partial/, code: 'not-shown' }],
    },
    {
      name: 'a pool that does not show its size',
      snapshot: shut({ pools: [aPool({ scale: null })] }),
      expect: [{ path: ACCESS, unknown: /does not show its size/, code: 'not-shown' }],
    },
    {
      name: 'a partial body of a pool that may be in a subnet',
      snapshot: shut({
        account: { privateEndpointConnections: [connection()] },
        pools: [{ ...working, shows: 'some' }],
      }),
      expect: [{ path: ACCESS, unknown: /may lack a subnet/, code: 'not-shown' }],
    },
    {
      name: 'a pool that cannot be read',
      snapshot: shut({ pools: [{ id: poolId('pool1'), unreadable: 'no properties' }] }),
      expect: [{ path: ACCESS, unknown: /pool pool1: no properties/, code: 'unreadable' }],
    },
    {
      name: 'the list of pools was not read to its end',
      snapshot: shut({ pools: [], complete: false }),
      expect: [{ path: ACCESS, unknown: /page of the list of pools/, code: 'reading-failed' }],
    },
  ],
  converges: anySnapshot,
});
