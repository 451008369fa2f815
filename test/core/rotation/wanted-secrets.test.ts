import { describe, expect, test } from 'vitest';
import { readingFailed } from '../../../shared/core/model/reading.ts';
import type { WantedSecret } from '../../../shared/core/model/secret.ts';
import { DAY } from '../../../shared/core/model/time.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { secretNameOf } from '../../../shared/core/rotation/secret-name.ts';
import { wantedSecrets } from '../../../shared/core/rotation/wanted-secrets.ts';
import { rules } from '../../../shared/rules/index.ts';
import { aDrain } from '../../support/drains/examples.ts';
import { CARE, VAULT } from '../../support/rotations/examples.ts';
import { ACCOUNT_ID, anAccount, aPool, POOL_ID, poolId, snapshotOf } from '../../support/snapshots.ts';

const render = { name: 'render', elevationLevel: null };
const setup = { name: 'setup', elevationLevel: null };
const frames = aPool({ id: poolId('frames_1'), users: [render] });
const seen = snapshotOf({
  account: anAccount({ tags: { env: 'prod' } }),
  pools: [aPool({ users: [render, setup] }), frames],
});
const NOTHING = { rotations: [], drains: [] };

const wanted = (text: string, remembered: Partial<Parameters<typeof wantedSecrets>[2]> = {}, of = seen) =>
  wantedSecrets(of, parsePolicy(text, rules), { ...NOTHING, ...remembered });

function templated(id: string, user: string, overrides: Partial<WantedSecret> = {}): WantedSecret {
  const main = { vault: VAULT, name: secretNameOf(id, user) };
  return { poolId: id, user, main, isBound: false, care: CARE, askedAt: null, ...overrides };
}

const ALL = [templated(POOL_ID, 'render'), templated(POOL_ID, 'setup'), templated(frames.id, 'render')];
const named = `namedUsers: { vault: ${VAULT} }`;
const bound = (...bindings: readonly string[]) =>
  [
    'namedUsers:',
    `  vault: ${VAULT}`,
    '  bindings:',
    ...bindings.map((one) => `    - { account: ${ACCOUNT_ID}, ${one} }`),
  ].join('\n');
const placesOf = (list: readonly WantedSecret[]) =>
  list.map(({ user, main, isBound }) => [user, `${main.vault}/${main.name}`, isBound]);

test('every named user of every pool, by the template', () => {
  expect(wanted(named)).toEqual(ALL);
});

test.each([
  ['no vault is named', 'mode: audit'],
  ['no rule that asks is on', `${named}\nrules: { pool-named-user-secret: off, pool-named-user-elevation: off }`],
  ['the only scope that fits has no such rule', `mode: off\n${named}`],
])('none where %s', (_, text) => {
  expect(wanted(text)).toEqual([]);
});

test('the rule of elevation asks alone, too', () => {
  expect(wanted(`mode: off\n${named}\nrules: { pool-named-user-elevation: audit }`)).toEqual(ALL);
});

test('none of pools that could not be read or have no id, and none of pools without users', () => {
  const pools = [
    { id: poolId('odd'), unreadable: 'not a pool' },
    aPool({ id: 'no id', users: [render] }),
    aPool(),
    frames,
  ];
  expect(wanted(named, {}, snapshotOf({ pools }))).toEqual([ALL[2]]);
});

test('a scope names another vault, and how secrets are kept there', () => {
  const text = `${named}
scopes:
  - match: { pool: frames* }
    namedUsers: { vault: https://other.vault.azure.net, maxAge: P30D, grace: PT0S, kind: ssh-key, mintMissing: true }`;
  const care = { maxAge: 30 * DAY, grace: 0, kind: 'ssh-key', mintMissing: true } as const;
  const main = { vault: 'https://other.vault.azure.net', name: secretNameOf(frames.id, 'render') };
  expect(wanted(text)).toEqual([ALL[0], ALL[1], templated(frames.id, 'render', { main, care })]);
});

test('where a scope asks for tags and the account was not read, none', () => {
  const text = `${named}\nscopes: [{ match: { tags: { env: prod } }, rules: { pool-subnet: audit } }]`;
  const unread = { ...seen, account: { unknown: readingFailed('HTTP 500') } };
  expect(wanted(text)).toEqual(ALL);
  expect(wanted(text, {}, unread)).toEqual([]);
  expect(wanted(named, {}, unread)).toEqual(ALL);
});

describe('bindings', () => {
  const old = 'https://old.vault.azure.net';
  test('name the secret of one user of one pool', () => {
    const list = wanted(bound(`pool: pool1, user: setup, secret: '${old}/secrets/set-up'`));
    expect(placesOf(list)).toEqual([
      ['render', `${VAULT}/${ALL[0]?.main.name}`, false],
      ['setup', `${old}/set-up`, true],
      ['render', `${VAULT}/${ALL[2]?.main.name}`, false],
    ]);
  });

  test('of a pattern of pools hold the name of each, where Key Vault takes it', () => {
    const list = wanted(bound(`pool: '*', user: render, secret: '${old}/secrets/{pool}-render-of-{pool}'`));
    expect(placesOf(list)).toEqual([
      ['render', `${old}/pool1-render-of-pool1`, true],
      ['setup', `${VAULT}/${ALL[1]?.main.name}`, false],
    ]);
  });

  test('are of an account in any case, and of a user in its own', () => {
    const list = wanted(
      bound(`pool: POOL1, user: render, secret: '${old}/secrets/a'`).replace(ACCOUNT_ID, ACCOUNT_ID.toUpperCase()),
    );
    expect(placesOf(list)[0]).toEqual(['render', `${old}/a`, true]);
    const other = wanted(bound(`pool: pool1, user: Render, secret: '${old}/secrets/a'`));
    expect(other).toEqual(ALL);
  });

  test('of another account are not of this one', () => {
    expect(
      wanted(bound(`pool: '*', user: render, secret: '${old}/secrets/{pool}'`).replace(ACCOUNT_ID, `${ACCOUNT_ID}2`)),
    ).toEqual(ALL);
  });

  test('need no vault of the policy', () => {
    const text = bound(`pool: pool1, user: setup, secret: '${old}/secrets/set-up'`).replace(`  vault: ${VAULT}\n`, '');
    expect(placesOf(wanted(text))).toEqual([['setup', `${old}/set-up`, true]]);
  });

  test('reach the longest name that leaves room for -pending', () => {
    const pools = [aPool({ id: poolId('p'.repeat(59)), users: [render] })];
    const text = bound(`pool: '*', user: render, secret: '${old}/secrets/{pool}-{pool}'`);
    expect(wanted(text, {}, snapshotOf({ pools }))[0]?.main.name).toHaveLength(119);
  });

  test.each([
    ['too long for -pending', 'p'.repeat(60), '{pool}{pool}'],
    ['in which the rotation of another is prepared', 'a-pending', '{pool}'],
    ['that Key Vault does not take', 'a_b', '{pool}'],
  ])('reach no name %s', (_, name, secret) => {
    const named = aPool({ id: poolId(name), users: [render] });
    const text = bound(`pool: '*', user: render, secret: '${old}/secrets/${secret}'`);
    expect(wanted(text, {}, snapshotOf({ pools: [named] }))).toEqual([]);
  });
});

describe('requests', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 10, day));
  const ask = (user: string, day: number, id = POOL_ID) => ({ poolId: id, user, at: at(day) });
  test('the last one of the user counts', () => {
    const rotations = [
      ask('render', 2),
      ask('render', 3),
      ask('render', 1),
      ask('Setup', 4),
      ask('setup', 5, poolId('x')),
    ];
    expect(wanted(named, { rotations })).toEqual([templated(POOL_ID, 'render', { askedAt: at(3) }), ALL[1], ALL[2]]);
  });

  test('name the pool in any case', () => {
    const [one] = wanted(named, { rotations: [ask('render', 1, POOL_ID.toUpperCase())] });
    expect(one?.askedAt).toEqual(at(1));
  });
});

describe('what a drain began is known whatever the policy says', () => {
  const main = { vault: 'https://then.vault.azure.net', name: 'then' };
  const drains = [aDrain({ secrets: [{ user: 'render', main, isBound: true }] })];
  const begun: WantedSecret = { poolId: POOL_ID, user: 'render', main, isBound: true, care: null, askedAt: null };

  test('without a vault, without a rule, and without a policy', () => {
    expect(wanted('mode: audit', { drains })).toEqual([begun]);
    expect(wanted(`mode: off\n${named}`, { drains })).toEqual([begun]);
    expect(wantedSecrets(seen, { invalid: 'line 1' }, { ...NOTHING, drains })).toEqual([begun]);
  });

  test('kept as the policy says, where it was', () => {
    const there = [{ ...ALL[0], main }, ...ALL.slice(1)];
    expect(wanted(named, { drains })).toEqual(
      there.map((one) => (one.user === 'render' && one.poolId === POOL_ID ? { ...one, isBound: true } : one)),
    );
    expect(
      wanted(named, {
        drains: [aDrain({ poolId: POOL_ID.toUpperCase(), secrets: [{ user: 'render', main, isBound: true }] })],
      }),
    ).toMatchObject([{ user: 'render', main }, {}, {}]);
  });
});
