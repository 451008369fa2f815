import { expect, test } from 'vitest';
import { type Reading, readingFailed, unreadable } from '../../../shared/core/model/reading.ts';
import { idKey } from '../../../shared/core/model/resource-id.ts';
import type { Snapshot } from '../../../shared/core/model/snapshot.ts';
import { after, DAY, HOUR } from '../../../shared/core/model/time.ts';
import { gonePools, isOldChange } from '../../../shared/core/plan/gone-pools.ts';
import type { LastChange } from '../../../shared/core/plan/last-change.ts';
import { NO_MEMORY } from '../../../shared/core/plan/memory.ts';
import { plan } from '../../../shared/core/plan/plan.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { ACCOUNT_ID, aPool, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const at = (time: Date): Reading<LastChange> => ({ known: { time, application: null, objectId: null } });
const OLD = at(after(now, -2 * DAY));
const CHANGES = new Map(
  Object.entries({
    [ACCOUNT_ID]: OLD,
    'list-keys': OLD,
    [poolId('There')]: OLD,
    [poolId('gone')]: OLD,
    [poolId('odd')]: { unknown: unreadable('no row') },
    [poolId('late')]: at(after(now, -23 * HOUR)),
  }).map(([id, change]) => [idKey(id), change]),
);

function goneIn(snapshot: Snapshot): readonly string[] {
  const memory = { ...NO_MEMORY, lastChanges: { known: CHANGES } };
  return plan({ snapshot, verdicts: [], memory, policy: parsePolicy('mode: audit', []), now }).gonePools;
}

test('6: pools are gone that a complete look does not list, once their last change is a day ago', () => {
  const seen = snapshotOf({ pools: [aPool({ id: poolId('there') })] });
  expect(goneIn(seen)).toEqual([poolId('gone'), poolId('odd')].map(idKey));
  expect(goneIn({ ...seen, complete: false })).toEqual([]);
  expect(gonePools({ unknown: readingFailed('503') }, seen, now)).toEqual([]);
  expect([isOldChange(after(now, -DAY), now), isOldChange(after(now, -DAY - 1), now)]).toEqual([false, true]);
});
