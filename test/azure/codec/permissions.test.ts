import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAccount } from '../../../shared/azure/codec/account-codec.ts';
import { permissionsOf } from '../../../shared/azure/codec/permissions.ts';
import { encodePool } from '../../../shared/azure/codec/pool-codec.ts';
import type { Account } from '../../../shared/core/model/account.ts';
import type { Change } from '../../../shared/core/model/change.ts';
import { isReadable, type Pool } from '../../../shared/core/model/pool.ts';
import { findPool, type Snapshot } from '../../../shared/core/model/snapshot.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { plan } from '../../../shared/core/plan/plan.ts';
import { evaluate } from '../../../shared/core/policy/evaluate.ts';
import { rules } from '../../../shared/rules/index.ts';
import { anySnapshot } from '../../support/arbitraries.ts';
import { anyPolicy } from '../../support/arbitrary-policy.ts';
import { runs } from '../../support/runs.ts';
import { identityId, SUBNET_ID } from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const RUNS = runs(800);
const ACCOUNT = 'Microsoft.Batch/batchAccounts/write';
const POOL = 'Microsoft.Batch/batchAccounts/pools/write';
const IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
const SUBNET = 'Microsoft.Network/virtualNetworks/subnets/join/action';
const ADDRESS = 'Microsoft.Network/publicIPAddresses/join/action';
const ADDRESS_ID = SUBNET_ID.replace(/virtualNetworks\/.*/, 'publicIPAddresses/ip1');

const identity = { type: 'UserAssigned', userAssignedIdentities: { [identityId('nodes')]: {} } };
const own = { provision: 'UserManaged', ipAddressIds: [ADDRESS_ID] };
const network = (networkConfiguration: unknown) => ({ properties: { networkConfiguration } });
const autoStorage = { storageAccountId: 'store1', nodeIdentityReference: { resourceId: identityId('nodes') } };

describe('a write takes', () => {
  test.each<[what: string, kind: ArmChange['kind'], body: unknown, needed: string[]]>([
    ['the write', 'set-account', { properties: { publicNetworkAccess: 'Disabled' } }, [ACCOUNT]],
    ['the write', 'set-pool', { properties: { displayName: 'reports' } }, [POOL]],
    ['identities that are named', 'set-account', { identity }, [ACCOUNT, IDENTITY]],
    ['identities that are named', 'set-pool', { identity }, [POOL, IDENTITY]],
    ['no identity where none is named', 'set-pool', { identity: { type: 'None' } }, [POOL]],
    ['no identity where none is named', 'set-account', { identity: { userAssignedIdentities: {} } }, [ACCOUNT]],
    ['nothing for what autoStorage refers to', 'set-account', { properties: { autoStorage } }, [ACCOUNT]],
    ['the subnet', 'set-pool', network({ subnetId: SUBNET_ID }), [POOL, SUBNET]],
    ['the addresses', 'set-pool', network({ publicIPAddressConfiguration: own }), [POOL, ADDRESS]],
    ['no address where none is named', 'set-pool', network({ publicIPAddressConfiguration: {} }), [POOL]],
    [
      'no address of an empty list',
      'set-pool',
      network({ publicIPAddressConfiguration: { ipAddressIds: [] } }),
      [POOL],
    ],
    [
      'all of it at once',
      'set-pool',
      { identity, ...network({ subnetId: SUBNET_ID, publicIPAddressConfiguration: own, endpointConfiguration: {} }) },
      [POOL, IDENTITY, SUBNET, ADDRESS],
    ],
  ])('%s: %s', (_what, kind, body, needed) => {
    expect(permissionsOf(kind, body)).toEqual(needed);
  });
});

/** What a person would have given the resource for it to have these settings. */
function withBody(pool: Pool, namesAddresses: boolean): Pool {
  const empty = { ...pool, source: { id: pool.id, properties: {} } };
  const { users: _, scale, ...others } = pool.settings;
  const settings = scale === null ? others : { ...others, scale };
  const { identity, properties } = sent(encodePool(empty, settings));
  const { publicIPAddressConfiguration, ...rest } = properties?.networkConfiguration ?? {};
  const addresses = { ...publicIPAddressConfiguration, ...(namesAddresses ? { ipAddressIds: [ADDRESS_ID] } : {}) };
  const networkConfiguration = { ...rest, subnetId: pool.subnetId, publicIPAddressConfiguration: addresses };
  return { ...pool, source: { id: pool.id, identity, properties: { ...properties, networkConfiguration } } };
}

function sent(body: object) {
  return body as {
    identity?: object;
    properties?: { networkConfiguration?: { publicIPAddressConfiguration?: object } };
  }; // as encodePool makes it
}

function accountWithBody(account: Account): Account {
  const empty = { ...account, source: { id: account.id, properties: {} } };
  return { ...account, source: { id: account.id, properties: {}, ...encodeAccount(empty, account.settings) } };
}

/** Looks at accounts and pools that have bodies; some of the pools name addresses. */
const anyLook: fc.Arbitrary<Snapshot> = fc.tuple(anySnapshot, fc.boolean()).map(([snapshot, namesAddresses]) => ({
  ...snapshot,
  account: 'known' in snapshot.account ? { known: accountWithBody(snapshot.account.known) } : snapshot.account,
  pools: snapshot.pools.map((pool) => (isReadable(pool) ? withBody(pool, namesAddresses) : pool)),
}));

type ArmChange = Exclude<Change, { kind: 'set-secret' }>;

/** What it takes to send the change. */
function needed(change: Change, snapshot: Snapshot): string[] {
  // The vault asks for data actions, and not for these.
  if (change.kind === 'set-secret') return [];
  return permissionsOf(change.kind, bodyOf(change, snapshot));
}

function bodyOf(change: ArmChange, snapshot: Snapshot): object {
  if (change.kind === 'set-account') {
    if ('unknown' in snapshot.account) throw new Error('a change of an account that was not read');
    return encodeAccount(snapshot.account.known, change.set);
  }
  const pool = findPool(snapshot, change.id);
  if (pool === undefined) throw new Error('a change of a pool that was not read');
  return encodePool(pool, change.set);
}

test("laws: a rule's change takes what it declares, all of which some change takes; a write no more than its rules", () => {
  const taken = new Map<string, Set<string>>(rules.map(({ id }) => [id, new Set()]));
  const seen = { changes: 0, joined: 0 };
  /** What a rule declares and no change took yet. */
  const idle = () =>
    rules.flatMap(({ id, permissions }) =>
      permissions.filter((one) => !taken.get(id)?.has(one)).map((one) => `${id}: ${one}`),
    );
  const law = fc.property(anyLook, anyPolicy, (snapshot, policy) => {
    const verdicts = evaluate(snapshot, policy, now);
    for (const { rule, outcomes } of verdicts)
      for (const outcome of outcomes) {
        if (!('fix' in outcome) || outcome.fix.kind === 'manual') continue;
        seen.changes += 1;
        const actions = needed(outcome.fix, snapshot);
        expect({ rule: rule.id, undeclared: actions.filter((action) => !rule.permissions.includes(action)) }).toEqual({
          rule: rule.id,
          undeclared: [],
        });
        for (const action of actions) taken.get(rule.id)?.add(action);
      }

    const { writes } = plan({ snapshot, verdicts, memory: NO_MEMORY, policy, now });
    for (const { change, findings } of writes) {
      const ids = new Set(findings.map(({ ruleId }) => ruleId));
      seen.joined += ids.size > 1 ? 1 : 0;
      const declared = rules.filter(({ id }) => ids.has(id)).flatMap(({ permissions }) => permissions);
      expect(declared).toEqual(expect.arrayContaining(needed(change, snapshot)));
    }
  });
  // Some rules change one look in a hundred.
  let tries = 0;
  do fc.assert(law, { numRuns: RUNS });
  while (idle().length > 0 && ++tries < 20);
  const changing = [...taken.values()].filter(({ size }) => size > 0).length;
  console.log(`permissions: ${seen.changes} changes of ${changing} rules, ${seen.joined} writes of several`);
  expect(seen.changes).toBeGreaterThan(RUNS);
  expect(seen.joined).toBeGreaterThan(RUNS / 100);
  expect(idle()).toEqual([]);
});
