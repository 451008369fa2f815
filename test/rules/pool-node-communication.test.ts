import type { Pool } from '../../shared/core/model/pool.ts';
import { readingFailed } from '../../shared/core/model/reading.ts';
import { poolNodeCommunication } from '../../shared/rules/pool-node-communication.ts';
import { anySnapshot } from '../support/arbitraries.ts';
import { testRule } from '../support/rule-tester.ts';
import { aPool, poolId, retiredParts, snapshotOf } from '../support/snapshots.ts';

const TARGET = 'properties.targetNodeCommunicationMode';
const CURRENT = 'properties.currentNodeCommunicationMode';
const PARTIAL = /partial: it may lack the node communication mode/;

function speaking(target: string | null, current: string | null, overrides: Partial<Pool> = {}) {
  const modes = { targetCommunicationMode: target, currentCommunicationMode: current };
  return snapshotOf({ pools: [aPool(overrides)], facets: { retired: { known: [retiredParts(modes)] } } });
}

const target = {
  path: TARGET,
  desired: 'Simplified',
  why: /^Nodes are to use classic communication, /,
  fix: {
    manual:
      /^In this order: \(1\) see that nodes can reach the node management .*; \(2\) set target.* with api-version 2024-07-01, .*; \(3\) resize .* zero nodes once: .*; \(4\) give /,
  },
};
const nodes = {
  path: CURRENT,
  desired: 'Simplified',
  why: /^Nodes use classic communication, /,
  fix: {
    manual:
      /^In this order: \(1\) see that nodes can reach the node management .*; \(2\) resize .* zero nodes once: .*; \(3\) give /,
  },
};

testRule(poolNodeCommunication, {
  compliant: [
    { name: 'neither said', snapshot: speaking(null, null) },
    { name: 'simplified', snapshot: speaking('Simplified', 'Simplified') },
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
      name: 'the target, without nodes so far',
      snapshot: speaking('Classic', null),
      expect: [{ ...target, observed: 'Classic' }],
    },
    { name: 'the target and the nodes: one finding', snapshot: speaking('Classic', 'Classic'), expect: [target] },
    {
      name: 'the target in another case, in a partial body: what is seen decides',
      snapshot: speaking('classic', null, { shows: 'some', creationTime: null }),
      expect: [{ ...target, observed: 'classic' }],
    },
    {
      name: 'the target, and a current mode that is not known',
      snapshot: speaking('Classic', 'Quantum'),
      expect: [target],
    },
    {
      name: 'only the nodes still',
      snapshot: speaking('Simplified', 'Classic'),
      expect: [{ ...nodes, observed: 'Classic' }],
    },
    {
      name: 'only the nodes, in another case, with the default as target',
      snapshot: speaking('Default', 'CLASSIC'),
      expect: [{ ...nodes, observed: 'CLASSIC' }],
    },
    { name: 'only the nodes, without a target', snapshot: speaking(null, 'Classic'), expect: [nodes] },
    {
      name: 'the nodes, in a partial body without a target',
      snapshot: speaking(null, 'Classic', { shows: 'some', deployment: null }),
      expect: [{ path: TARGET, unknown: PARTIAL, code: 'not-shown' }, nodes],
    },
    {
      name: 'the nodes, and a target that is not known',
      snapshot: speaking('Quantum', 'Classic'),
      expect: [{ path: TARGET, unknown: /mode Quantum means/, code: 'undecided' }, nodes],
    },
  ],
  unknown: [
    {
      name: 'the list at the last api-version that shows them could not be read',
      snapshot: snapshotOf({ facets: { retired: { unknown: readingFailed('AuthorizationFailed') } } }),
      expect: [{ path: TARGET, unknown: /^AuthorizationFailed$/, code: 'reading-failed' }],
    },
    {
      name: 'that list does not show this pool',
      snapshot: snapshotOf({ facets: { retired: { known: [retiredParts({ poolId: poolId('other') })] } } }),
      expect: [{ path: TARGET, unknown: /nor communication modes/, code: 'not-shown' }],
    },
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
