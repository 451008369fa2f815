import { setPool } from '../../shared/core/model/change.ts';
import type { Pool } from '../../shared/core/model/pool.ts';
import { unreadable } from '../../shared/core/model/reading.ts';
import { poolNodeCommunication } from '../../shared/rules/pool-node-communication.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { anAccount, aPool, snapshotOf } from '../support/snapshots.ts';

const TARGET = 'properties.targetNodeCommunicationMode';
const CURRENT = 'properties.currentNodeCommunicationMode';
const WITH_NODES = { nodes: { ...aPool().nodes, dedicated: 4 } };
const PARTIAL = /partial: it may lack the node communication mode/;

function speaking(
  target: string | null,
  current: string | null,
  overrides: Partial<Pool> = {},
  account: Parameters<typeof anAccount>[0] = {},
) {
  const modes = { targetCommunicationMode: target, currentCommunicationMode: current };
  return snapshotOf({
    account: anAccount({ publicNetworkAccess: 'Enabled', ...account }),
    pools: [aPool({ ...modes, ...overrides })],
  });
}

const nodeManagement = { name: 'endpoint1', provisioningState: 'Succeeded', groupIds: ['nodeManagement'] };

const changed = {
  path: TARGET,
  desired: 'Simplified',
  why: /^Nodes are to use classic communication, /,
  fix: setPool(aPool(), { targetCommunicationMode: 'Simplified' }),
};
const resized = {
  path: CURRENT,
  desired: 'Simplified',
  why: /^Nodes use classic communication, /,
  fix: {
    manual:
      /^In this order: \(1\) see that nodes can reach the node management .*; \(2\) resize .* zero nodes once: .*; \(3\) give /,
  },
};
const seenAndResized = {
  ...resized,
  fix: {
    manual: /^In this order: \(1\) see what targetNodeCommunicationMode is, .*; \(2\) .*; \(3\) resize .*; \(4\) give /,
  },
};

testRule(poolNodeCommunication, {
  compliant: [
    { name: 'neither said', snapshot: speaking(null, null) },
    { name: 'simplified', snapshot: speaking('Simplified', 'Simplified', WITH_NODES) },
    { name: 'simplified in another case', snapshot: speaking('SIMPLIFIED', 'simplified') },
    { name: 'the default', snapshot: speaking('Default', 'default') },
    { name: 'no target, simplified nodes', snapshot: speaking(null, 'Simplified') },
    {
      name: 'simplified in a partial body that shows both',
      snapshot: speaking('Simplified', 'Simplified', { shows: 'some', deployment: null }),
    },
  ],
  violating: [
    {
      name: 'the target, where nodes are not shown to reach the account',
      snapshot: speaking('Classic', null, {}, { publicNetworkAccess: 'Disabled' }),
      expect: [
        { ...changed, fix: { manual: /^In this order: \(1\) see that nodes can reach .*; \(2\) set target.*; \(3\)/ } },
      ],
    },
    {
      name: 'the target, where nodes reach the account over a private endpoint',
      snapshot: speaking(
        'Classic',
        null,
        {},
        {
          publicNetworkAccess: 'Disabled',
          privateEndpointConnections: [{ ...nodeManagement, status: 'Approved' }],
        },
      ),
      expect: [changed],
    },
    {
      name: 'the target, where the account could not be read',
      snapshot: snapshotOf({
        account: { unknown: unreadable('no properties') },
        pools: [aPool({ targetCommunicationMode: 'Classic' })],
      }),
      expect: [changed],
    },
    {
      name: 'the target, without nodes so far',
      snapshot: speaking('Classic', null),
      expect: [{ ...changed, observed: 'Classic' }],
    },
    {
      name: 'the target and the nodes: the target first, with nodes too',
      snapshot: speaking('Classic', 'Classic', WITH_NODES),
      expect: [changed],
    },
    {
      name: 'the target in another case, in a partial body: what is seen decides',
      snapshot: speaking('classic', null, { shows: 'some', creationTime: null }),
      expect: [{ ...changed, observed: 'classic' }],
    },
    {
      name: 'the target, and a current mode that is not known',
      snapshot: speaking('Classic', 'Quantum'),
      expect: [changed],
    },
    {
      name: 'only the nodes still',
      snapshot: speaking('Simplified', 'Classic', WITH_NODES),
      expect: [{ ...resized, observed: 'Classic' }],
    },
    {
      name: 'only the nodes, in another case, with the default as target',
      snapshot: speaking('Default', 'CLASSIC'),
      expect: [{ ...resized, observed: 'CLASSIC' }],
    },
    { name: 'only the nodes, without a target', snapshot: speaking(null, 'Classic'), expect: [resized] },
    {
      name: 'the nodes, in a partial body without a target',
      snapshot: speaking(null, 'Classic', { shows: 'some', deployment: null }),
      expect: [{ path: TARGET, unknown: PARTIAL, code: 'not-shown' }, seenAndResized],
    },
    {
      name: 'the nodes, and a target that is not known',
      snapshot: speaking('Quantum', 'Classic'),
      expect: [{ path: TARGET, unknown: /mode Quantum means/, code: 'undecided' }, seenAndResized],
    },
  ],
  unknown: [
    {
      name: 'an unknown target',
      snapshot: speaking('Quantum', 'Simplified'),
      expect: [{ path: TARGET, unknown: /mode Quantum means is not known/, code: 'undecided' }],
    },
    {
      name: 'an unknown current mode',
      snapshot: speaking('Simplified', 'Quantum'),
      expect: [{ path: CURRENT, unknown: /mode Quantum means is not known/, code: 'undecided' }],
    },
    {
      name: 'a partial body with neither',
      snapshot: speaking(null, null, { shows: 'some', creationTime: null }),
      expect: [
        { path: TARGET, unknown: PARTIAL, code: 'not-shown' },
        { path: CURRENT, unknown: PARTIAL, code: 'not-shown' },
      ],
    },
    {
      name: 'a partial body with the target only',
      snapshot: speaking('Simplified', null, { shows: 'some', deployment: null }),
      expect: [{ path: CURRENT, unknown: PARTIAL, code: 'not-shown' }],
    },
  ],
  converges: anySnapshot,
});
