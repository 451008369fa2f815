import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { glob, overlap } from '../../../shared/core/model/glob.ts';
import { DAY, HOUR } from '../../../shared/core/model/time.ts';
import type { NamedUsers } from '../../../shared/core/policy/named-users.ts';
import { parsePolicy } from '../../../shared/core/policy/parse-policy.ts';
import { builtInPolicy, type Target } from '../../../shared/core/policy/policy.ts';
import { policyJsonSchema } from '../../../shared/core/policy/policy-document.ts';
import { armId } from '../../support/arm-id.ts';
import { policyFaults } from '../../support/policy-faults.ts';
import { runs } from '../../support/runs.ts';

const RENDERS =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/renders';
const TRADING = RENDERS.replace('renders', 'trading');
const DEFAULTS: NamedUsers = {
  vault: null,
  maxAge: 90 * DAY,
  grace: 7 * DAY,
  kind: null,
  mintMissing: false,
  bindings: [],
};
const VAULT = 'https://team.vault.azure.net';

const target: Target = {
  id: { text: armId('/subscriptions/s'), subscription: 's', resourceGroup: 'g', account: 'renders', pool: 'frames' },
  tags: { env: 'prod' },
};

const namedUsersOf = (text: string, to = target) => parsePolicy(text, []).namedUsersFor(to);

test('without a word of named users no vault is known', () => {
  expect(builtInPolicy([]).namedUsersFor(target)).toEqual(DEFAULTS);
  expect(namedUsersOf('mode: enforce')).toEqual(DEFAULTS);
  expect(namedUsersOf('namedUsers: {}')).toEqual(DEFAULTS);
});

test('every key is read, durations in milliseconds', () => {
  const text = `namedUsers:
  vault: https://Team.vault.azure.net/
  maxAge: P30DT12H
  grace: PT0S
  kind: ssh-key
  mintMissing: true
  bindings:
    - { account: ${RENDERS}, pool: frames, user: artist, secret: 'https://OLD.vault.azure.net/secrets/Artist' }
    - { account: ${RENDERS}, pool: sim-*, user: artist, secret: 'https://old.vault.azure.net/secrets/sim-{pool}-artist' }
`;
  expect(namedUsersOf(text)).toEqual({
    vault: VAULT,
    maxAge: 30 * DAY + 12 * HOUR,
    grace: 0,
    kind: 'ssh-key',
    mintMissing: true,
    bindings: [
      {
        account: RENDERS,
        pool: 'frames',
        user: 'artist',
        secret: { vault: 'https://old.vault.azure.net', name: 'Artist' },
      },
      {
        account: RENDERS,
        pool: 'sim-*',
        user: 'artist',
        secret: { vault: 'https://old.vault.azure.net', name: 'sim-{pool}-artist' },
      },
    ],
  });
});

test.each([
  ['https://team.vault.azure.net', VAULT],
  ['https://TEAM.vault.azure.net/', VAULT],
  ['HTTPS://team.vault.azure.net', VAULT],
  ['https://team.vault.azure.cn', 'https://team.vault.azure.cn'],
  ['https://localhost:8443', 'https://localhost:8443'],
  ['https://127.0.0.1:41235/', 'https://127.0.0.1:41235'],
  ['https://[::1]:8443', 'https://[::1]:8443'],
  ['https://127.0.0.1', 'https://127.0.0.1'],
])('vault: %s is %s', (text, vault) => {
  expect(namedUsersOf(`namedUsers: { vault: '${text}' }`).vault).toBe(vault);
});

describe('scopes', () => {
  const first = `{ match: { account: renders }, namedUsers: { vault: 'https://a.example', maxAge: P10D } }`;
  const second = `{ match: { pool: fr* }, namedUsers: { vault: 'https://b.example', kind: both } }`;
  const other = `{ match: { pool: other }, namedUsers: { grace: PT0S, mintMissing: true } }`;
  const text = `namedUsers: { grace: P1D, mintMissing: true, kind: password }\nscopes: [${first}, ${second}, ${other}]`;
  const above = { ...DEFAULTS, grace: DAY, mintMissing: true, kind: 'password' } as const;

  test('later ones win, key by key', () => {
    const expected = { ...above, vault: 'https://b.example', maxAge: 10 * DAY, kind: 'both' };
    expect(namedUsersOf(text)).toEqual(expected);
  });

  test('those that do not fit say nothing', () => {
    const elsewhere = { ...target, id: { ...target.id, account: 'trading', pool: 'q' } };
    expect(namedUsersOf(text, elsewhere)).toEqual(above);
  });

  test('what is false or zero in a scope wins, too', () => {
    const scope = `{ match: {}, namedUsers: { mintMissing: false, grace: PT0S } }`;
    const is = namedUsersOf(`namedUsers: { mintMissing: true }\nscopes: [${scope}]`);
    expect(is).toEqual({ ...DEFAULTS, grace: 0 });
  });

  test('the same scopes give the same object, and what is kept has a bound', () => {
    const letters = 'abcdefghijkl'.split('');
    const scopes = letters.map((letter) => ({ match: { pool: `*${letter}*` }, namedUsers: { kind: 'both' } }));
    const policy = parsePolicy(JSON.stringify({ scopes }), []);
    const of = (pool: string) => policy.namedUsersFor({ ...target, id: { ...target.id, pool } });
    const one = of('l');
    expect(of('l')).toBe(one);
    for (let set = 1; set <= 1000; set++) of(letters.filter((_, bit) => set & (1 << bit)).join(''));
    expect(of('l')).not.toBe(one);
    expect(of('l')).toEqual(one);
  });

  test('one by tag could choose the vault: it is a fault, unless tags are trusted', () => {
    const scoped = `scopes:\n  - match: { tags: { env: prod } }\n    namedUsers: { maxAge: P10D }`;
    const message = expect.stringMatching(/^scopes\.0\.namedUsers: .*could choose the vault: .*trustTags: true$/);
    expect(policyFaults(scoped)).toEqual([{ line: 3, column: 5, message }]);
    expect(namedUsersOf(`trustTags: true\n${scoped}`).maxAge).toBe(10 * DAY);
    expect(policyFaults('scopes: [{ match: { tags: {} }, namedUsers: { maxAge: P10D } }]')).toEqual([]);
  });
});

const NO_VAULT = /^must be the URL of a vault, https:\/\/ and its host and no more, such as /;
const MAX_AGE =
  /^must be a duration from P7D to P3650D, in days, .* as in P1DT2H30M; (?:here it is|nothing stands here)/;
const GRACE = /^must be a duration from PT0S to P365D, in days, .* as in P1DT2H30M; here it is /;
const KIND =
  /^must be one of password, ssh-key, both; here it is "(?:Password": did you mean "password|key": did you mean "ssh-key)"\?$/;
const MINT = /^must be true or false; here it is (?:1|"yes": did you mean true\?)$/;

describe('an impossible value is a fault that says where it stands and what to write', () => {
  const values: [key: string, value: string, message: RegExp][] = [
    ['vault', 'http://team.vault.azure.net', NO_VAULT],
    ['vault', 'team.vault.azure.net', NO_VAULT],
    ['vault', 'https://team', NO_VAULT],
    ['vault', 'https://', NO_VAULT],
    ['vault', 'https:///secrets', NO_VAULT],
    ['vault', 'https://team.vault.azure.net/secrets', NO_VAULT],
    ['vault', 'https://team.vault.azure.net//', NO_VAULT],
    ['vault', "'https://team.vault.azure.net?x=1'", NO_VAULT],
    ['vault', "'https://team.vault.azure.net#x'", NO_VAULT],
    ['vault', 'https://team.vault.azure.net:443', NO_VAULT],
    ['vault', 'https://localhost.evil.example:8443', NO_VAULT],
    ['vault', 'https://me:secret@team.vault.azure.net', NO_VAULT],
    ['vault', "'https://team.vault.azure.net '", NO_VAULT],
    ['vault', '"https://team.vault.azure.net\\n"', NO_VAULT],
    ['vault', 'https://te am.vault.azure.net', NO_VAULT],
    ['vault', 'https://Kelvin\u{212a}.vault.azure.net', NO_VAULT],
    ['vault', `https://${'a.'.repeat(150)}net`, NO_VAULT],
    ['vault', '7', NO_VAULT],
    ['vault', '~', NO_VAULT],
    ['maxAge', 'P6DT23H', MAX_AGE],
    ['maxAge', 'P3650DT1S', MAX_AGE],
    ['maxAge', '90', MAX_AGE],
    ['maxAge', '90d', MAX_AGE],
    ['maxAge', 'P3M', MAX_AGE],
    ['maxAge', '~', MAX_AGE],
    ['grace', '-P1D', GRACE],
    ['grace', 'P366D', GRACE],
    ['kind', 'Password', KIND],
    ['kind', 'key', KIND],
    ['mintMissing', "'yes'", MINT],
    ['mintMissing', '1', MINT],
  ];
  test.each(values)('%s: %s', (key, value, message) => {
    const top = `mode: audit\nnamedUsers:\n  ${key}: ${value}\n`;
    const withPath = new RegExp(message.source.replace('^', `^namedUsers\\.${key}: `));
    expect(policyFaults(top)).toEqual([{ line: 3, column: 3, message: expect.stringMatching(withPath) }]);
    const scoped = `scopes:\n  - match: {}\n    namedUsers:\n      ${key}: ${value}\n`;
    const inScope = new RegExp(message.source.replace('^', `^scopes\\.0\\.namedUsers\\.${key}: `));
    expect(policyFaults(scoped)).toEqual([{ line: 4, column: 7, message: expect.stringMatching(inScope) }]);
  });

  test.each<[text: string, line: number, column: number, message: string]>([
    ['namedUsers:\n  valt: x', 2, 3, 'namedUsers: "valt" is not known here: did you mean "vault"?'],
    ['namedUsers: 7', 1, 1, 'namedUsers: must be a map, such as { vault: https://team.vault.azure.net }; here it is 7'],
    [
      'scopes: [{ match: {}, namedUsers: { bindings: [] } }]',
      1,
      37,
      'scopes.0.namedUsers: "bindings" is not known here; known are vault, maxAge, grace, kind, mintMissing',
    ],
    [
      'scopes: [{ match: {}, namedUsers: ~ }]',
      1,
      23,
      'scopes.0.namedUsers: must be a map, such as { vault: https://team.vault.azure.net }; nothing stands here: write {} for an empty one',
    ],
    [
      'namedUsers: { bindings: { account: a } }',
      1,
      15,
      'namedUsers.bindings: must be a list of bindings: each begins with "- ", or they stand in [ ]; here it is a map',
    ],
  ])('what is missing or not known: %j', (text, line, column, message) => {
    expect(policyFaults(text).at(-1)).toEqual({ line, column, message });
  });
});

interface Given {
  readonly account?: unknown;
  readonly pool?: unknown;
  readonly user?: unknown;
  readonly secret?: unknown;
}

const SECRET = `${VAULT}/secrets/artist`;
const given = { account: RENDERS, pool: 'frames', user: 'artist', secret: SECRET };

/** A policy with the bindings one a line, from line 3 on; columns count from `- `, at 5. */
function withBindings(bindings: readonly Given[]): string {
  return `namedUsers:\n  bindings:\n${bindings.map((one) => `    - ${JSON.stringify(one)}\n`).join('')}`;
}

const NAME = /^a secret's name has letters, digits and hyphens, and here 119 at most, as -pending is added to it/;
const NO_SECRET = /^must be the id of a secret, https:\/\/HOST\/secrets\/NAME/;
const WITHOUT_VERSION = /^must be without a version: the newest one counts$/;
const PENDING = /^a name that ends with -pending is that in which the rotation of another secret is prepared$/;
const MANY = /^one secret for many pools: let its name hold \{pool\}, or name one pool$/;
const NO_POOL = /^must be the name of a pool or a pattern of names: /;
const NO_USER = /^must be the name of a user: 1 to 20 characters(?:; here it has 21 characters)?$/;
const NO_ACCOUNT = /^must be the whole id of an account, /;

describe('a binding', () => {
  test.each<[key: keyof Given, binding: Given, message: RegExp]>([
    ['account', { account: '*' }, NO_ACCOUNT],
    ['account', { account: 'render*' }, NO_ACCOUNT],
    ['account', { account: 'renders' }, NO_ACCOUNT],
    ['account', { account: 7 }, NO_ACCOUNT],
    ['pool', { pool: '' }, NO_POOL],
    ['pool', { pool: 'a/b' }, NO_POOL],
    ['pool', { pool: 'p'.repeat(65) }, NO_POOL],
    ['pool', { pool: null }, NO_POOL],
    ['pool', { pool: 'a/b', secret: `${VAULT}/secrets/{pool}` }, NO_POOL],
    ['user', { user: '' }, NO_USER],
    ['user', { user: 'u'.repeat(21) }, NO_USER],
    ['secret', { secret: 'artist' }, NO_SECRET],
    ['secret', { secret: `${VAULT}/keys/artist` }, NO_SECRET],
    ['secret', { secret: `${VAULT}:443/secrets/artist` }, NO_SECRET],
    ['secret', { secret: `${VAULT}/secrets/` }, NO_SECRET],
    ['secret', { secret: `${VAULT}/secrets/artist/` }, NO_SECRET],
    ['secret', { secret: 'http://team.vault.azure.net/secrets/artist' }, NO_SECRET],
    ['secret', { secret: { vault: VAULT, name: 'artist' } }, NO_SECRET],
    ['secret', { secret: `${SECRET}/0123456789abcdef0123456789abcdef` }, WITHOUT_VERSION],
    ['secret', { secret: `${SECRET}/x` }, WITHOUT_VERSION],
    ['secret', { secret: `${SECRET}-pending` }, PENDING],
    ['secret', { secret: `${SECRET}-PENDING` }, PENDING],
    ['secret', { secret: `${VAULT}/secrets/{pool}-pending` }, PENDING],
    ['secret', { secret: `${VAULT}/secrets/my_artist` }, NAME],
    ['secret', { secret: `${VAULT}/secrets/{user}` }, NAME],
    ['secret', { secret: `${VAULT}/secrets/{POOL}` }, NAME],
    ['secret', { secret: `${SECRET}?x=1` }, NAME],
    ['secret', { secret: `${VAULT}/secrets/${'n'.repeat(120)}` }, NAME],
    ['secret', { secret: `${VAULT}/secrets/{pool}-${'n'.repeat(113)}` }, NAME],
    ['secret', { pool: 'my_pool', secret: `${VAULT}/secrets/{pool}` }, NAME],
    ['secret', { pool: 'frames-*' }, MANY],
    ['secret', { pool: '*' }, MANY],
  ])('%s of %j is a fault', (key, binding, message) => {
    const text = withBindings([{ ...given, ...binding }]);
    const line = text.split('\n')[2] ?? '';
    const path = `namedUsers.bindings.0.${key}: `;
    expect(policyFaults(text)).toEqual([
      { line: 3, column: line.indexOf(`"${key}"`) + 1, message: expect.stringContaining(path) },
    ]);
    expect(policyFaults(text)[0]?.message.slice(path.length)).toMatch(message);
  });

  test.each<[Given]>([
    [{}],
    [{ secret: `${VAULT}/secrets/${'n'.repeat(119)}` }],
    [{ secret: 'https://127.0.0.1:8443/secrets/artist' }],
    [{ pool: '*', secret: `${VAULT}/secrets/{pool}` }],
    [{ secret: `${VAULT}/secrets/{pool}-artist` }],
    [{ secret: `${VAULT}/secrets/pending` }],
    [{ pool: 'my_pool' }],
    [{ user: 'ü'.repeat(20) }],
  ])('of %j is none', (binding) => {
    expect(policyFaults(withBindings([{ ...given, ...binding }]))).toEqual([]);
  });

  test('with a key that is not known, or without one that is needed, is a fault', () => {
    const { user: _, ...without } = given;
    expect(policyFaults(withBindings([Object.assign({ version: 1 }, given), without, JSON.parse('7')]))).toMatchObject([
      { line: 3, message: 'namedUsers.bindings.0: "version" is not known here; known are account, pool, user, secret' },
      { line: 4, message: 'namedUsers.bindings.1.user: must be the name of a user: 1 to 20 characters; it is missing' },
      { line: 5, message: expect.stringMatching(/^namedUsers\.bindings\.2: must be a binding, such as \{ account: /) },
    ]);
  });
});

const secret = (name: string, vault = VAULT) => ({ secret: `${vault}/secrets/${name}` });
const B: Given = { account: TRADING };

describe('two bindings', () => {
  test.each<[what: string, a: Given, b: Given, named: readonly string[]]>([
    ['other account', {}, { account: TRADING }, ['renders/frames/artist', 'trading/frames/artist']],
    ['other pool', {}, { pool: 'stills' }, ['renders/frames/artist', 'renders/stills/artist']],
    ['other user', {}, { user: 'admin' }, ['renders/frames/artist', 'renders/frames/admin']],
    ['other case of the user', {}, { user: 'Artist' }, ['renders/frames/artist', 'renders/frames/Artist']],
    ['other case of the secret', {}, { ...B, ...secret('ARTIST') }, ['renders/frames/artist', 'trading/frames/artist']],
    [
      'the same template in two accounts',
      { pool: 'f*', ...secret('{pool}-x') },
      { ...B, pool: '*', ...secret('{pool}-x') },
      ['renders/f*/artist', 'trading/*/artist'],
    ],
    [
      'a template that can be a name',
      { pool: '*', ...secret('{pool}-x') },
      { ...B, ...secret('abc-x') },
      ['renders/*/artist', 'trading/frames/artist'],
    ],
    [
      'templates that a pool can be named for',
      { pool: '*', user: 'x', ...secret('{pool}-x') },
      { pool: '*', user: 'admin', ...secret('{pool}-admin-x') },
      ['renders/*/x', 'renders/*/admin'],
    ],
    [
      'a template of one pool',
      { ...secret('{pool}-x') },
      { pool: 'stills', ...secret('frames-x') },
      ['renders/frames/artist', 'renders/stills/artist'],
    ],
  ])('that can bind one secret to two users are a fault: %s', (_, a, b, named) => {
    const one = { ...given, ...a };
    const two = { ...given, ...b };
    for (const pair of [
      [one, two],
      [two, one],
    ]) {
      const faults = policyFaults(withBindings(pair));
      const message = expect.stringMatching(/^namedUsers\.bindings\.1\.secret: this can be the secret of /);
      expect(faults).toEqual([{ line: 4, column: expect.any(Number), message }]);
      for (const name of named) expect(faults[0]?.message).toContain(name);
    }
  });

  test.each<[what: string, a: Given, b: Given]>([
    ['word by word', {}, {}],
    ['with two secrets', {}, secret('another')],
    ['in another case', {}, { account: RENDERS.toUpperCase(), pool: 'Frames', ...secret('another') }],
    ['by a pattern', secret('another'), { pool: 'fr*', ...secret('{pool}-x') }],
    ['by two patterns', { pool: '*s', ...secret('{pool}-y') }, { pool: 'fr*', ...secret('{pool}-x') }],
  ])('that bind one user twice are a fault: %s', (_, a, b) => {
    const faults = policyFaults(
      withBindings([
        { ...given, ...a },
        { ...given, ...b },
      ]),
    );
    const message = expect.stringMatching(
      /^namedUsers\.bindings\.1\.user: \S+\/artist is bound by \S+\/artist above, too: bind each user of a pool once$/,
    );
    expect(faults).toEqual([{ line: 4, column: expect.any(Number), message }]);
  });

  test.each<[what: string, a: Given, b: Given]>([
    ['two vaults', {}, { ...B, ...secret('artist', 'https://b.example') }],
    ['two users', { pool: '*', ...secret('{pool}-artist') }, { pool: '*', user: 'admin', ...secret('{pool}-admin') }],
    ['two kinds of pools', { pool: 'a*', ...secret('{pool}-x') }, { pool: 'b*', ...secret('{pool}-x') }],
    ['another pool', { pool: 'a*', ...secret('{pool}-x') }, secret('b-x')],
  ])('that cannot are none: %s', (_, a, b) => {
    expect(
      policyFaults(
        withBindings([
          { ...given, ...a },
          { ...given, ...b },
        ]),
      ),
    ).toEqual([]);
  });

  test('are as many as can be compared', () => {
    const faults = policyFaults(withBindings(Array.from({ length: 501 }, () => given)));
    expect(faults).toEqual([
      { line: 2, column: 3, message: 'namedUsers.bindings: must have at most 500 bindings; here it has 501 entries' },
    ]);
  });

  test('of many, each is told once', () => {
    const faults = policyFaults(withBindings(Array.from({ length: 500 }, (_, n) => ({ ...given, user: `user${n}` }))));
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)?.message).toBe('and 479 more faults');
  });
});

test('two patterns overlap exactly when a text fits both', () => {
  const pattern = fc.stringMatching(/^[ab*]{0,4}$/);
  const texts = Array.from({ length: 9 }, (_, length) =>
    Array.from({ length: 2 ** length }, (_one, n) =>
      n.toString(2).padStart(length, '0').replaceAll('0', 'a').replaceAll('1', 'b').slice(0, length),
    ),
  ).flat();
  const seen = { overlap: 0, apart: 0 };
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const [fitsA, fitsB] = [glob(a), glob(b)];
      const expected = texts.some((text) => fitsA(text) && fitsB(text));
      seen[expected ? 'overlap' : 'apart'] += 1;
      expect(overlap(a, b)).toBe(expected);
      expect(overlap(b, a.toUpperCase())).toBe(expected);
    }),
    { numRuns: runs(2000, 10) },
  );
  console.log('patterns:', seen);
  expect(Math.min(seen.overlap, seen.apart)).toBeGreaterThan(0);
});

test('the JSON schema shows every key, in scopes too', () => {
  const schema = policyJsonSchema([]);
  const CARE = ['vault', 'maxAge', 'grace', 'kind', 'mintMissing'];
  const keys = (...steps: string[]) => Object.keys(Object(at(schema, [...steps, 'properties'])));
  expect(keys('properties', 'namedUsers')).toEqual([...CARE, 'bindings']);
  expect(keys('properties', 'scopes', 'items', 'properties', 'namedUsers')).toEqual(CARE);
  const binding = ['properties', 'namedUsers', 'properties', 'bindings', 'items'];
  expect(keys(...binding)).toEqual(['account', 'pool', 'user', 'secret']);
  expect(at(schema, [...binding, 'required'])).toEqual(['account', 'pool', 'user', 'secret']);
});

function at(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => Object(inner)[step], value);
}
