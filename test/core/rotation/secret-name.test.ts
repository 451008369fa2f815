import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_NAME } from '../../../shared/core/model/secret.ts';
import { isSecretName } from '../../../shared/core/model/secret-id.ts';
import { secretNameOf } from '../../../shared/core/rotation/secret-name.ts';
import { runs } from '../../support/runs.ts';
import { POOL_ID, poolId } from '../../support/snapshots.ts';

const RUNS = runs(4000);
const anyPool = fc.stringMatching(/^[\w-]{1,64}$/).map(poolId);
const anyUser = fc.oneof(
  fc.constantFrom('render', 'Render', 're nder', 're_nder', 're-nder', 'пользователь', '名前', '🎨', '/'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
);

test('it can be read, and ends with a hash', () => {
  expect(secretNameOf(poolId('frames_1'), 'render')).toMatch(/^acct1-frames-1-render-[0-9a-f]{8}$/);
  expect(secretNameOf(POOL_ID, 'Jo Doe')).toMatch(/^acct1-pool1-Jo-Doe-[0-9a-f]{8}$/);
  expect(secretNameOf('odd', 'render')).toMatch(/^-odd-render-[0-9a-f]{8}$/);
  expect(secretNameOf(POOL_ID, '🎨é')).toMatch(/^acct1-pool1----[0-9a-f]{8}$/);
});

test('it is the same from look to look, and in whatever case the pool is named', () => {
  // Written out: whoever changes how it is made loses every secret that there is.
  expect(secretNameOf(POOL_ID, 'render')).toBe('acct1-pool1-render-5a2b5e40');
  const shouted = secretNameOf(POOL_ID.toUpperCase(), 'render');
  expect(shouted.toLowerCase()).toBe(secretNameOf(POOL_ID, 'render'));
});

type Who = Parameters<typeof secretNameOf>;
test.each<[string, Who, Who]>([
  ['users that differ in a character that is not taken', [POOL_ID, 'a_b'], [POOL_ID, 'a b']],
  ['users that differ in case, as Linux has them', [POOL_ID, 'render'], [POOL_ID, 'Render']],
  ['a hyphen that stands in the pool or in the user', [poolId('a-b'), 'c'], [poolId('a'), 'b-c']],
  ['pools of two resource groups', [POOL_ID, 'a'], [POOL_ID.replace('/rg/', '/other/'), 'a']],
  ['users whose names end beyond what is kept', [poolId('p'.repeat(64)), 'a'], [poolId('p'.repeat(64)), 'b']],
])('%s', (_, one, other) => {
  // Key Vault compares without case.
  expect(secretNameOf(...one).toLowerCase()).not.toBe(secretNameOf(...other).toLowerCase());
});

test('Key Vault takes every name, also with -pending after it', () => {
  let longest = 0;
  fc.assert(
    fc.property(anyPool, anyUser, (pool, user) => {
      const name = secretNameOf(pool, user);
      longest = Math.max(longest, name.length);
      expect(name.length).toBeLessThanOrEqual(LONGEST_NAME);
      expect(isSecretName(`${name}-pending`)).toBe(true);
    }),
    { numRuns: RUNS, examples: [[poolId('p'.repeat(64)), 'u'.repeat(64)]] },
  );
  console.log(`names: ${RUNS}, the longest has ${longest}`);
  expect(longest).toBe(LONGEST_NAME);
});

test('no two users have one name', () => {
  const names = new Map<string, string>();
  fc.assert(
    fc.property(anyPool, anyUser, (pool, user) => {
      const who = `${pool.toLowerCase()}\n${user}`;
      const name = secretNameOf(pool, user).toLowerCase();
      expect(names.get(name) ?? who).toBe(who);
      names.set(name, who);
    }),
    { numRuns: RUNS },
  );
  expect(names.size).toBeGreaterThan(RUNS / 2);
});
