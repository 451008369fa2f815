import { expect, test } from 'vitest';
import { readingFailed } from '../shared/core/model/reading.ts';
import type { WantedSecret } from '../shared/core/model/secret.ts';
import type { Snapshot } from '../shared/core/model/snapshot.ts';
import { type Memory, NO_MEMORY } from '../shared/core/plan/memory.ts';
import { parsePolicy } from '../shared/core/policy/parse-policy.ts';
import { seeAccount } from '../shared/plan-look.ts';
import { rules } from '../shared/rules/index.ts';
import { aDrain } from './support/drains/examples.ts';
import { VAULT } from './support/rotations/examples.ts';
import { anAccount, aPool, POOL_ID, snapshotOf } from './support/snapshots.ts';

const BY_NAME = `namedUsers: { vault: ${VAULT} }`;
const BY_TAG = `trustTags: true\n${BY_NAME}\nscopes: [{ match: { tags: { env: lab } }, rules: {} }]`;
const pools = [aPool({ users: [{ name: 'render', elevationLevel: null }] })];
const unread = snapshotOf({ account: { unknown: readingFailed('HTTP 403') }, pools });
const main = { vault: VAULT, name: 'begun' };

/** The facet of secrets, and those that were asked for. */
async function secretsOf(snapshot: Snapshot, policy: string, memory: Partial<Memory> = {}) {
  const asked: WantedSecret[] = [];
  const ports = {
    observe: async () => snapshot,
    readSecrets: async (wanted: readonly WantedSecret[]) => {
      asked.push(...wanted);
      return [];
    },
  };
  const now = new Date('2026-11-28T12:00:00Z');
  const by = { memory: { ...NO_MEMORY, ...memory }, policy: parsePolicy(policy, rules), now };
  const seen = await seeAccount(ports, snapshot.accountId, by);
  if (seen === null || 'retryAt' in seen) throw new Error('not seen');
  return { reading: seen.snapshot.facets.secrets, asked: asked.map(({ main: { name } }) => name) };
}

test('which secrets an account has is not known while its tags, which may decide, are not', async () => {
  expect(await secretsOf(unread, BY_TAG)).toEqual({
    reading: { unknown: readingFailed('which vault the policy names is not known: HTTP 403') },
    asked: [],
  });
});

test.each<[string, Snapshot, string, Partial<Memory>, number]>([
  ['no tag decides', unread, BY_NAME, {}, 1],
  ['the account was read', snapshotOf({ account: anAccount(), pools }), BY_TAG, {}, 1],
  [
    'no pool has a named user',
    snapshotOf({ account: { unknown: readingFailed('HTTP 403') }, pools: [aPool()] }),
    BY_TAG,
    {},
    0,
  ],
  [
    'a drain began one',
    unread,
    BY_TAG,
    { drains: [aDrain({ poolId: POOL_ID, secrets: [{ user: 'render', main, isBound: false }] })] },
    1,
  ],
])('they are read, and known, where %s', async (_, snapshot, policy, memory, asked) => {
  const seen = await secretsOf(snapshot, policy, memory);
  expect(seen.reading).toEqual({ known: [] });
  expect(seen.asked).toHaveLength(asked);
});
