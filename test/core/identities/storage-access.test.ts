import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predict } from '../../../shared/core/identities/predict.ts';
import { accessNeeded } from '../../../shared/core/identities/storage-access.ts';
import type { Account } from '../../../shared/core/model/account.ts';
import { isReadable } from '../../../shared/core/model/pool.ts';
import { undecided, unreadable } from '../../../shared/core/model/reading.ts';
import { accountAutostoragePermission } from '../../../shared/rules/account-autostorage-permission.ts';
import { anySnapshot } from '../../support/arbitraries.ts';
import { anAccount, anAutoStorage, aPool, identityId, storageId } from '../../support/snapshots.ts';

const NODES = identityId('nodes');
const SPARE = identityId('spare');
const STORE = storageId('store1');
const MODE = 'BatchAccountManagedIdentity';

describe('accessNeeded', () => {
  const identities = [
    { id: NODES, principalId: 'p-nodes', clientId: null },
    { id: SPARE, principalId: 'p-spare', clientId: null },
  ];
  const pools = [aPool({ identityIds: [NODES, SPARE], identities })];
  const account = (overrides: Partial<Account> = {}, mode: string | null = MODE, node: string | null = NODES) =>
    anAccount({ autoStorage: anAutoStorage({ authenticationMode: mode, nodeIdentityId: node }), ...overrides });
  const asked = (known: Account) => accessNeeded({ account: { known }, pools }).map(({ principalId }) => principalId);
  const system = { type: 'SystemAssigned', principalId: 'p-system', userAssigned: [] };

  test("asks about the account's identities and the node identity, each once, in either mode", () => {
    expect(accessNeeded({ account: { known: account({ identity: system }) }, pools })).toEqual([
      { principalId: 'p-system', storageAccountId: STORE },
      { principalId: 'p-nodes', storageAccountId: STORE },
    ]);
    expect(asked(account({ identity: system }, 'StorageKeys'))).toEqual(['p-system', 'p-nodes']);
    const upper = identities.map((one) => ({ ...one, principalId: one.principalId.toUpperCase() }));
    const userAssigned = { type: 'UserAssigned', principalId: null, userAssigned: upper };
    expect(asked(account({ identity: userAssigned }))).toHaveLength(2);
    expect(asked(account({ identity: system }, MODE, null))).toEqual(['p-system']);
  });

  test('asks about nothing without auto-storage, or when the account could not be read', () => {
    expect(asked(anAccount({ identity: system }))).toEqual([]);
    expect(accessNeeded({ account: { unknown: unreadable('no properties') }, pools })).toEqual([]);
  });

  test('names every pair that a prediction or account-autostorage-permission asks about', () => {
    const asked = { predictions: 0, verdicts: 0 };
    fc.assert(
      fc.property(anySnapshot, (given) => {
        const doubt = { unknown: undecided('in doubt') };
        const known = accessNeeded(given).map((pair) => ({
          ...pair,
          isGone: false,
          readBlobs: doubt,
          writeBlobs: doubt,
        }));
        const snapshot = { ...given, facets: { ...given.facets, roleAssignments: { known } } };
        const predictions = snapshot.pools.filter(isReadable).map((pool) => predict(pool, snapshot) ?? []);
        const onPool = predictions.map((all) => all.map(({ number }) => number)).filter(([first]) => first === 1);
        expect(onPool).toEqual(onPool.map(() => [1, 2]));
        asked.predictions += onPool.length;
        if ('unknown' in snapshot.account) return;
        const context = { options: {}, snapshot, now: new Date('2026-02-01T00:00:00Z') };
        const outcomes = accountAutostoragePermission.check(snapshot.account.known, context);
        expect(outcomes.filter((outcome) => !('unknown' in outcome))).toEqual([]);
        asked.verdicts += outcomes.length;
      }),
      { numRuns: 1000 },
    );
    console.log(`accessNeeded: ${asked.predictions} predictions, ${asked.verdicts} verdicts in doubt`);
    expect(asked.predictions).toBeGreaterThan(0);
    expect(asked.verdicts).toBeGreaterThan(0);
  });
});
