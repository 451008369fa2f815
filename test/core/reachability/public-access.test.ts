import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate } from '../../../shared/core/model/change.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { plan } from '../../../shared/core/plan/plan.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { accountNodeManagementAccess } from '../../../shared/rules/account-node-management-access.ts';
import { accountPublicNetwork } from '../../../shared/rules/account-public-network.ts';
import { anyAccount } from '../../support/arbitraries.ts';
import { anAccount, aPool, SUBNET_ID, snapshotOf } from '../../support/snapshots.ts';

const NOW = new Date('2026-02-01T00:00:00Z');
const POLICY = parsePolicy(
  JSON.stringify({
    mode: 'enforce',
    rules: {
      'account-public-network': { options: { privateAccess: 'confirmed' } },
      'account-node-management-access': { options: { privateAccess: 'confirmed' } },
    },
  }),
  [accountPublicNetwork, accountNodeManagementAccess],
);
const CONNECTIONS = ['batchAccount', 'nodeManagement'].map((group) => ({
  name: group,
  status: 'Approved',
  provisioningState: null,
  groupIds: [group],
}));

const NO_PERIMETER = { perimeters: { known: [] } };

function look(snapshot: Snapshot) {
  const verdicts = evaluate(snapshot, POLICY, NOW);
  return plan({ snapshot, verdicts, memory: NO_MEMORY, policy: POLICY, now: NOW });
}

test('both network rules fix one account in one write, and then both hold', () => {
  const account = anAccount({ publicNetworkAccess: 'Enabled', privateEndpointConnections: CONNECTIONS });
  const snapshot = snapshotOf({ account, pools: [aPool({ subnetId: SUBNET_ID })], facets: NO_PERIMETER });
  const { writes } = look(snapshot);
  expect(writes.map(({ change }) => Object.keys(change.set))).toEqual([['networkProfile', 'publicNetworkAccess']]);
  const after = writes.reduce((next, { change }) => simulate(next, change), snapshot);
  expect(look(after)).toMatchObject({ writes: [], findings: [] });
});

test('both network rules leave nothing to write after one write', () => {
  let both = 0;
  fc.assert(
    fc.property(anyAccount, (any) => {
      const account = { ...any, privateEndpointConnections: CONNECTIONS };
      const snapshot = snapshotOf({ account, pools: [], facets: NO_PERIMETER });
      const { writes } = look(snapshot);
      both += writes.some(({ findings }) => findings.length === 2) ? 1 : 0;
      const after = writes.reduce((next, { change }) => simulate(next, change), snapshot);
      expect(look(after).writes).toEqual([]);
    }),
    { numRuns: 500 },
  );
  console.log(`public access: 500 accounts, ${both} with both changes in one write`);
  expect(both).toBeGreaterThan(10);
});
