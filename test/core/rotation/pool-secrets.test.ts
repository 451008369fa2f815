import { describe, expect, test } from 'vitest';
import type { User } from '../../../shared/core/model/pool-parts.ts';
import { notShown, readingFailed } from '../../../shared/core/model/reading.ts';
import type { UserSecret } from '../../../shared/core/model/secret.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';
import { blocking, secretsOfPool, userStates, wholeList } from '../../../shared/core/rotation/pool-secrets.ts';
import { tagsOf } from '../../../shared/core/rotation/secret-owner.ts';
import { aSecret, aVersion, CARE, having, marked, VAULT, versionId } from '../../support/rotations/examples.ts';
import { aPool, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const creationTime = new Date('2026-01-10T00:00:00Z');
const users: readonly User[] = [
  { name: 'render', elevationLevel: 'Admin' },
  { name: 'setup', elevationLevel: null },
];
const owner = { name: 'owner', value: 'me', unmodelled: {} };
const pool = aPool({ users, metadata: [owner, ...marked({ creationTime }, 'gone', versionId('9'))] });

/** With one version of its own. */
function secretOf(user: string, digit: string, overrides: Partial<UserSecret> = {}): UserSecret {
  const version = aVersion(digit, after(now, -DAY), { tags: tagsOf({ poolId: POOL_ID, user }) });
  const main = { vault: VAULT, name: `${user}-secret` };
  return aSecret({ user, main, versions: { known: having([version]) }, ...overrides });
}

const BOTH = [secretOf('render', '1'), secretOf('setup', '2')];
const given = (user: string, digit: string) => ({
  vault: VAULT,
  name: `${user}-secret`,
  version: versionId(digit),
  kind: 'password',
});

function statesOf(secrets: readonly UserSecret[], of = pool) {
  return userStates(of, snapshotOf({ pools: [of], facets: { secrets: { known: secrets } } }), now);
}

const blockers = (secrets: readonly UserSecret[]) => blocking(statesOf(secrets)).map(({ user }) => user.name);

test('the list is whole: each user with its version, the markers of all, and what others wrote', () => {
  const list = wholeList(pool, statesOf(BOTH));
  expect(list).toEqual({
    users: [
      { ...users[0], secret: given('render', '1') },
      { ...users[1], secret: given('setup', '2') },
    ],
    metadata: [
      owner,
      ...marked({ creationTime }, 'render', versionId('1')),
      ...marked({ creationTime }, 'setup', versionId('2')),
    ],
  });
  expect(blockers(BOTH)).toEqual([]);
});

test('what else is to become of a user goes with it', () => {
  const list = wholeList(pool, statesOf(BOTH), (user) => ({ ...user, elevationLevel: 'NonAdmin' }));
  expect(list?.users.map(({ elevationLevel }) => elevationLevel)).toEqual(['NonAdmin', 'NonAdmin']);
  // A rule knows the very users that it found.
  const one = wholeList(pool, statesOf(BOTH), (user) =>
    user === users[1] ? { ...user, elevationLevel: 'Admin' } : user,
  );
  expect(one?.users.map(({ elevationLevel }) => elevationLevel)).toEqual(['Admin', 'Admin']);
});

test('a pool that does not show when it was made has no list: no marker could tell what it was given', () => {
  const unknown = aPool({ users, creationTime: null });
  expect(wholeList(unknown, statesOf(BOTH, unknown))).toBeNull();
});

describe('one user blocks the list of all', () => {
  const failed = { unknown: readingFailed('HTTP 403 Forbidden') };
  const missing = { known: having([]) };
  test.each<[string, UserSecret[]]>([
    ['no vault is named for it', []],
    ['its secret is missing', [secretOf('setup', '2', { versions: missing })]],
    ['its versions could not be read', [secretOf('setup', '2', { versions: failed })]],
    ['it is tagged for another', [secretOf('setup', '2', { versions: { known: having([aVersion('2', now)]) } })]],
    ['the secret is that of a pool of another name', [secretOf('setup', '2', { poolId: poolId('pool2') })]],
  ])('%s', (_, setup) => {
    const secrets = [secretOf('render', '1'), ...setup];
    expect(wholeList(pool, statesOf(secrets))).toBeNull();
    expect(blockers(secrets)).toEqual(['setup']);
  });

  test('one whose secret is to be made first does not, but there is no list yet', () => {
    const secrets = [
      secretOf('render', '1'),
      secretOf('setup', '2', { versions: missing, care: { ...CARE, mintMissing: true } }),
    ];
    expect(blockers(secrets)).toEqual([]);
    expect(wholeList(pool, statesOf(secrets))).toBeNull();
  });
});

test('where the vaults were not read, why is the reading of each user', () => {
  const unknown = notShown('no rule that is on needs them');
  const states = userStates(pool, snapshotOf({ facets: { secrets: { unknown } } }), now);
  expect(states.map(({ user, state }) => [user.name, state])).toEqual([
    ['render', { unknown }],
    ['setup', { unknown }],
  ]);
  expect(secretsOfPool(snapshotOf({ facets: { secrets: { unknown } } }).facets, POOL_ID)).toEqual([]);
});

test('the secrets of a pool are its own, and a pool without any has none', () => {
  const { facets } = snapshotOf({ facets: { secrets: { known: BOTH } } });
  expect([secretsOfPool(facets, POOL_ID), secretsOfPool(facets, poolId('pool2'))]).toEqual([BOTH, []]);
});

describe('a secret of two users is unknown for both', () => {
  const shared = { vault: VAULT, name: 'render-secret' };
  test.each<[string, UserSecret]>([
    ['of one pool', secretOf('setup', '2', { main: shared })],
    ['in another case', secretOf('setup', '2', { main: { vault: VAULT.toUpperCase(), name: 'RENDER-secret' } })],
    ['of another pool', aSecret({ poolId: poolId('pool2'), user: 'setup', main: shared })],
    ['of another pool and the same name', aSecret({ poolId: poolId('pool2'), main: shared })],
  ])('%s', (_, other) => {
    const [render] = statesOf([secretOf('render', '1'), other]);
    expect(render?.state).toEqual({
      unknown: { code: 'undecided', message: expect.stringContaining('is the secret of several users') },
    });
    const of = aPool({ id: other.poolId, users: [{ name: other.user, elevationLevel: null }] });
    const [state] = statesOf([secretOf('render', '1'), other], of);
    expect(state?.state).toHaveProperty('unknown.code', 'undecided');
  });
});

test('a user is found by its exact name, and the pool in any case', () => {
  expect(blockers([secretOf('render', '1'), secretOf('Setup', '2')])).toEqual(['setup']);
  expect(blockers([secretOf('render', '1'), secretOf('setup', '2', { poolId: POOL_ID.toUpperCase() })])).toEqual([]);
});
