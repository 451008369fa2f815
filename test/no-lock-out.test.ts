import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, simulate } from '../shared/core/model/change.ts';
import { isReadable } from '../shared/core/model/pool.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { evaluate } from '../shared/core/policy/evaluate.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { rules } from '../shared/rules/index.ts';
import { anySnapshot } from './support/arbitraries.ts';
import { runs } from './support/runs.ts';
import { SUBNET_ID } from './support/snapshots.ts';

const NOW = new Date('2026-11-27T00:00:00Z');
const RUNS = runs(1500, 4); // fewer reach too few changes of the network

/** Every option that lets a change of the network be written is set. */
const POLICY = parsePolicy(
  `mode: enforce
rules:
  account-public-network: { options: { privateAccess: confirmed } }
  account-node-management-access: { options: { privateAccess: confirmed } }
  pool-public-ip: { options: { egress: confirmed } }
`,
  rules,
);

/** The same look with what the network changes ask for, each but for one time in some. */
const anyReady: fc.Arbitrary<Snapshot> = fc
  .record({
    snapshot: anySnapshot,
    connections: fc.subarray(['batchAccount', 'nodeManagement'], { minLength: 1 }),
    inSubnets: fc.boolean(),
    access: fc.constantFrom('Enabled', null),
  })
  .map(({ snapshot, connections, inSubnets, access }) => {
    if ('unknown' in snapshot.account) return snapshot;
    const { known } = snapshot.account;
    const privateEndpointConnections = connections.map((group) => ({
      name: group,
      status: 'Approved',
      provisioningState: 'Succeeded',
      groupIds: [group],
    }));
    const pools = snapshot.pools
      .filter(isReadable)
      .map((pool) => (inSubnets ? { ...pool, subnetId: pool.subnetId ?? SUBNET_ID } : pool));
    const settings = { ...known.settings, publicNetworkAccess: access };
    return {
      ...snapshot,
      account: { known: { ...known, privateEndpointConnections, settings } },
      pools,
      complete: true,
      problems: [],
    };
  });

/** Where nodes are cut off, or may be. */
function cutOff(snapshot: Snapshot): string[] {
  return evaluate(snapshot, POLICY, NOW)
    .filter(({ rule }) => rule.id === 'account-nodes-cut-off')
    .flatMap(({ outcomes }) => outcomes.map((outcome) => ('fix' in outcome ? `violated: ${outcome.why}` : 'unknown')));
}

function changesOf(snapshot: Snapshot): Change[] {
  return evaluate(snapshot, POLICY, NOW).flatMap(({ outcomes }) =>
    outcomes.flatMap((outcome) => ('fix' in outcome && outcome.fix.kind !== 'manual' ? [outcome.fix] : [])),
  );
}

test('no change of ours cuts nodes off, nor makes it unknown whether they are', () => {
  const seen = { public: 0, profile: 0, other: 0 };
  fc.assert(
    fc.property(fc.oneof(anySnapshot, anyReady), (snapshot) => {
      if (cutOff(snapshot).length > 0) return;
      for (const change of changesOf(snapshot)) {
        const set = Object.keys(change.set);
        seen[set.includes('publicNetworkAccess') ? 'public' : set.includes('networkProfile') ? 'profile' : 'other'] +=
          1;
        expect(cutOff(simulate(snapshot, change))).toEqual([]);
      }
    }),
    { numRuns: RUNS },
  );
  console.log(`changes simulated: ${JSON.stringify(seen)}`);
  expect(seen.public).toBeGreaterThan(10);
  expect(seen.profile).toBeGreaterThan(10);
});
