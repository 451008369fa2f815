import type { PrivateEndpointConnection } from '../../shared/core/model/account.ts';
import type { Facets } from '../../shared/core/model/facet.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import { accountPrivateEndpoint } from '../../shared/rules/account-private-endpoint.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, snapshotOf } from '../support/snapshots.ts';

const path = 'properties.privateEndpointConnections';
const both = { groups: ['batchAccount', 'nodeManagement'] };

function connection(
  name: string,
  group: string,
  overrides: Partial<PrivateEndpointConnection> = {},
): PrivateEndpointConnection {
  return { name, status: 'Approved', provisioningState: 'Succeeded', groupIds: [group], ...overrides };
}

function having(...privateEndpointConnections: readonly PrivateEndpointConnection[]) {
  return snapshotOf({ account: anAccount({ privateEndpointConnections }) });
}

/** The body does not show for which group its connection is; its own list says. */
function listing(connections: Facets['connections']) {
  const hidden = connection('a', 'batchAccount', { groupIds: [] });
  return { ...having(hidden), facets: { ...having().facets, connections } };
}

function lacking(why: RegExp, manual: RegExp) {
  return [{ path, observed: [], desired: ['batchAccount'], why, fix: { manual } }];
}

const MAKE = /^In this order: \(1\) make a private endpoint for batchAccount .*; \(2\) let the account's names resolve/;

testRule(accountPrivateEndpoint, {
  compliant: [
    {
      name: 'one whose group only its own list shows',
      snapshot: listing({ known: [connection('a', 'batchAccount')] }),
    },
    { name: 'one for callers', snapshot: having(connection('a', 'batchAccount')) },
    {
      name: 'one in other cases, without a provisioning state',
      snapshot: having(connection('a', 'BATCHACCOUNT', { status: 'approved', provisioningState: null })),
    },
    {
      name: 'a usable one among others',
      snapshot: having(connection('a', 'batchAccount', { status: 'Rejected' }), connection('b', 'batchAccount')),
    },
    {
      name: 'one for each group',
      snapshot: having(connection('a', 'nodeManagement'), connection('b', 'batchAccount')),
      options: both,
    },
    {
      name: 'one for nodes, where only that is wanted',
      snapshot: having(connection('a', 'nodeManagement')),
      options: { groups: ['nodeManagement'] },
    },
    {
      name: 'a usable one in a partial body',
      snapshot: snapshotOf({
        account: anAccount({ shows: 'some', privateEndpointConnections: [connection('a', 'batchAccount')] }),
      }),
    },
  ],
  violating: [
    {
      name: 'a connection whose own list shows that it leads elsewhere',
      snapshot: listing({ known: [connection('a', 'nodeManagement')] }),
      expect: lacking(/^No usable private endpoint connection leads to batchAccount\.$/, MAKE),
    },
    {
      name: 'none',
      snapshot: having(),
      expect: lacking(/^No usable private endpoint connection leads to batchAccount\.$/, MAKE),
    },
    {
      name: 'one for nodes only',
      snapshot: having(connection('a', 'nodeManagement')),
      expect: lacking(/leads to batchAccount\.$/, MAKE),
    },
    {
      name: 'pending ones',
      snapshot: having(
        connection('b', 'batchAccount', { status: 'Pending' }),
        connection('a', 'batchAccount', { status: 'pending', provisioningState: null }),
      ),
      expect: lacking(
        /leads to batchAccount\. There is a \(pending\), b \(Pending, Succeeded\)\.$/,
        /^In this order: \(1\) approve the private endpoint connection a or b, which is for batchAccount; \(2\) let/,
      ),
    },
    {
      name: 'approved, but not done',
      snapshot: having(connection('a', 'batchAccount', { provisioningState: 'Updating' })),
      expect: lacking(
        /There is a \(Approved, Updating\)\.$/,
        /^In this order: \(1\) see that the private endpoint connection a, which is for batchAccount, comes to its end/,
      ),
    },
    {
      name: 'approved, but failed',
      snapshot: having(connection('a', 'batchAccount', { provisioningState: 'Failed' })),
      expect: lacking(/There is a \(Approved, Failed\)\.$/, MAKE),
    },
    {
      name: 'pending, but failed: to approve it would not help',
      snapshot: having(connection('a', 'batchAccount', { status: 'Pending', provisioningState: 'Failed' })),
      expect: lacking(/There is a \(Pending, Failed\)\.$/, MAKE),
    },
    {
      name: 'without a status',
      snapshot: having(connection('a', 'batchAccount', { status: null })),
      expect: lacking(/There is a \(no status, Succeeded\)\.$/, MAKE),
    },
    {
      name: 'rejected and disconnected',
      snapshot: having(
        connection('a', 'batchAccount', { status: 'Rejected' }),
        connection('b', 'batchAccount', { status: 'Disconnected' }),
      ),
      expect: lacking(/There is a \(Rejected, Succeeded\), b \(Disconnected, Succeeded\)\.$/, MAKE),
    },
    {
      name: 'one that names no group counts for none',
      snapshot: having(connection('a', 'batchAccount', { groupIds: [] })),
      expect: lacking(/There is a \(names no group\)\.$/, MAKE),
    },
    {
      name: 'one group of two, in one finding',
      snapshot: having(connection('a', 'batchAccount')),
      options: { groups: ['nodeManagement', 'batchAccount', 'nodeManagement'] },
      expect: [
        {
          path,
          observed: ['batchAccount'],
          desired: ['batchAccount', 'nodeManagement'],
          why: /^No usable private endpoint connection leads to nodeManagement\.$/,
          fix: { manual: /\(1\) make a private endpoint for nodeManagement .*nodes of its pools.*; \(2\) let/ },
        },
      ],
    },
    {
      name: 'both groups, in one finding',
      snapshot: having(),
      options: both,
      expect: [
        {
          path,
          observed: [],
          desired: ['batchAccount', 'nodeManagement'],
          why: /leads to batchAccount\. No usable .* leads to nodeManagement\.$/,
          fix: { manual: /\(1\) make .* batchAccount .*; \(2\) make .* nodeManagement .*; \(3\) let/ },
        },
      ],
    },
    {
      name: 'one for nodes only, in a partial body',
      snapshot: snapshotOf({
        account: anAccount({
          shows: 'some',
          privateEndpointConnections: [connection('a', 'nodeManagement')],
        }),
      }),
      expect: lacking(/leads to batchAccount\.$/, MAKE),
    },
  ],
  unknown: [
    {
      name: 'a connection hides its group, and its own list could not be read',
      snapshot: listing({ unknown: readingFailed('AuthorizationFailed') }),
      expect: [{ path, unknown: /AuthorizationFailed/, code: 'reading-failed' }],
    },
    {
      name: 'none in a partial body',
      snapshot: snapshotOf({ account: anAccount({ shows: 'some' }) }),
      expect: [{ path, unknown: /partial/, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
