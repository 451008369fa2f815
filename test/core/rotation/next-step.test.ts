import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pool } from '../../../shared/core/model/pool.ts';
import type { SecretVersion, SecretVersions, UserSecret } from '../../../shared/core/model/secret.ts';
import { after, DAY, SECOND } from '../../../shared/core/model/time.ts';
import { nextStep, type Step, wantedVersion } from '../../../shared/core/rotation/next-step.ts';
import { offeredTo } from '../../../shared/core/rotation/secret-owner.ts';
import { type SeenSecret, seenSecret } from '../../../shared/core/rotation/seen-secret.ts';
import { aSecret, aVersion, CARE, having, marked, versionId } from '../../support/rotations/examples.ts';
import { runs } from '../../support/runs.ts';
import { aPool } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const WINDOWS = { kind: 'virtual-machine', windows: true } as const;
const OTHER = { user: 'setup' };
/** 3 is main's current, of ten days ago; 1 and 2 are before it; 7, 8 and 9 are pending ones. */
const ago = (days: number) => after(now, -days * DAY);
const soonEnough = after(now, 80 * DAY);
const current = aVersion('3', ago(10), { expires: soonEnough });
const replaces = (digit: string | null) => ({ replaces: digit === null ? 'none' : versionId(digit) });
const pending = (digit: string, days: number, overrides: Partial<SecretVersion> = {}) =>
  aVersion(digit, ago(days), {
    expires: soonEnough,
    ...overrides,
    tags: { ...offeredTo(aPool()), ...(overrides.tags ?? replaces('3')) },
  });

interface Case {
  readonly main?: readonly SecretVersion[];
  readonly pending?: readonly SecretVersion[];
  /** The digit of the version that the pool says it was given. */
  readonly given?: string | null;
  readonly secret?: Partial<UserSecret>;
  readonly pool?: Parameters<typeof aPool>[0];
}

type Row = readonly [seen: string, Case, step: string];

function versionsOf({ main = [current], pending: prepared = [] }: Case): SecretVersions {
  return having(main, prepared);
}

function poolOf({ given = '3', pool = {} }: Case): Pool {
  const made = aPool(pool);
  return aPool({ metadata: marked(made, 'render', given === null ? null : versionId(given)), ...pool });
}

function stepOf(one: Case): Step {
  return nextStep(seenSecret(poolOf(one), aSecret(one.secret), versionsOf(one)), now);
}

/** What a table can show of a step: versions by their digit. */
function inWords(step: Step): string {
  switch (step.kind) {
    case 'none':
      return step.kind;
    case 'give':
      return `give ${digitOf(step.version.id)}`;
    case 'promote':
      return `promote ${digitOf(step.pending.id)}`;
    case 'mint':
      return `mint: ${step.why}`;
    case 'expire':
      return `expire in ${(step.at.getTime() - now.getTime()) / DAY} days`;
    case 'disable':
      return `disable ${step.versions.map(({ of, version }) => `${of.name} ${digitOf(version)}`).join(', ')}`;
    case 'ask':
      return `ask: ${step.trouble}`;
  }
}

function digitOf(id: string): string {
  return id.slice(0, 1);
}

/** The kinds of a pool's values: nodes of Linux that speak to each other take a key. */
const TALKING = { interNodeCommunication: true };
const asked = (at: Date) => ({ secret: { askedAt: at } });
const care = (overrides: Partial<typeof CARE>) => ({ secret: { care: { ...CARE, ...overrides } } });
const minting = care({ mintMissing: true });
const days = (maxAge: number) => care({ maxAge: maxAge * DAY });

const PENDING: readonly Row[] = [
  ['one counts, and the pool was given the current', { pending: [pending('7', 1)] }, 'give 7'],
  ['one counts, and nothing says what the pool was given', { pending: [pending('7', 1)], given: null }, 'give 7'],
  ['one counts, and the pool was given it', { pending: [pending('7', 1)], given: '7' }, 'promote 7'],
  [
    'one counts, and the pool says that it has it, and was never offered it',
    { pending: [aVersion('7', ago(1), { tags: replaces('3') })], given: '7' },
    'give 7',
  ],
  [
    'the same, and no policy says so any more',
    { pending: [pending('7', 1)], given: '7', secret: { care: null } },
    'promote 7',
  ],
  ['it counts before what is due', { pending: [pending('7', 1)], ...asked(now) }, 'give 7'],
  [
    'the first one of a user',
    { main: [], pending: [pending('7', 1, { tags: replaces(null) })], given: null },
    'give 7',
  ],
  ['the same, given', { main: [], pending: [pending('7', 1, { tags: replaces(null) })], given: '7' }, 'promote 7'],
  ['of several, the oldest', { pending: [pending('7', 1), pending('9', 3), pending('8', 2)] }, 'give 9'],
  [
    'of several in one second, the lowest id',
    { pending: [pending('9', 1), pending('7', 1), pending('8', 1)] },
    'give 7',
  ],
  ['the pool was given another of several', { pending: [pending('7', 1), pending('8', 2)], given: '7' }, 'give 8'],
  ['the oldest is disabled', { pending: [pending('7', 1), pending('8', 2, { enabled: false })] }, 'give 7'],
  [
    'the oldest is tagged for another',
    { pending: [pending('7', 1), pending('8', 2, { tags: { ...replaces('3'), ...OTHER } })] },
    'give 7',
  ],
  ['it names nobody', { pending: [{ ...pending('7', 1), tags: replaces('3') }] }, 'none'],
  [
    'it replaces another version',
    { pending: [pending('7', 1, { tags: replaces('2') })] },
    'disable render-secret-pending 7',
  ],
  [
    'it replaces none, and there is one',
    { pending: [pending('7', 1, { tags: replaces(null) })] },
    'disable render-secret-pending 7',
  ],
  ['it does not say what it replaces', { pending: [pending('7', 1, { tags: {} })] }, 'disable render-secret-pending 7'],
  [
    'a person added a version after it',
    { main: [current, aVersion('4', ago(0.5), { expires: soonEnough })], pending: [pending('7', 1)] },
    'give 4',
  ],
  [
    'the same, and the pool was given the pending one',
    { main: [current, aVersion('4', ago(0.5), { expires: soonEnough })], pending: [pending('7', 1)], given: '7' },
    'give 4',
  ],
  [
    'the same, and the pool has the new one',
    { main: [current, aVersion('4', ago(0.5), { expires: soonEnough })], pending: [pending('7', 1)], given: '4' },
    'disable render-secret-pending 7',
  ],
  [
    'it became the current one',
    {
      main: [
        aVersion('4', ago(0.5), { expires: soonEnough, tags: { from: versionId('7'), ...replaces('3') } }),
        current,
      ],
      pending: [pending('7', 1), pending('8', 0.9)],
      given: '7',
    },
    'disable render-secret-pending 7, render-secret-pending 8',
  ],
];

const TROUBLE: readonly Row[] = [
  ['there is none', { main: [], given: null }, 'ask: missing'],
  ['the newest is disabled', { main: [aVersion('2', ago(20)), { ...current, enabled: false }] }, 'ask: disabled'],
  [
    'the newest is disabled in a rotation',
    { main: [{ ...current, enabled: false }], pending: [pending('7', 1)], given: '7' },
    'ask: disabled',
  ],
  ['an older one is disabled', { main: [aVersion('2', ago(20), { enabled: false }), current] }, 'none'],
  ['one is tagged for another user', { main: [current, aVersion('2', ago(20), { tags: OTHER })] }, 'ask: foreign'],
  [
    'the same, of a secret that is bound',
    { main: [aVersion('3', ago(10), { tags: OTHER })], secret: { isBound: true } },
    'ask: foreign',
  ],
  [
    'one is tagged for a pool of that name of another account',
    { main: [aVersion('3', ago(10), { tags: { account: '/other' } })] },
    'ask: foreign',
  ],
  ['one is tagged in part', { main: [{ ...current, tags: { user: 'render' } }] }, 'ask: foreign'],
  ['it is foreign and due', { main: [aVersion('3', ago(1000), { tags: OTHER })] }, 'ask: foreign'],
  ['no version names anybody', { main: [{ ...current, tags: {} }] }, 'ask: unclaimed'],
  ['tags of somebody else say nothing of a user', { main: [{ ...current, tags: { owner: 'me' } }] }, 'ask: unclaimed'],
  [
    'no version names anybody, of a secret that is bound',
    { main: [{ ...current, tags: {} }], secret: { isBound: true } },
    'none',
  ],
  [
    'the newest names nobody, an older one the user',
    { main: [{ ...current, tags: {} }, aVersion('2', ago(10.5))] },
    'disable render-secret 2',
  ],
  ['two were made in one second', { main: [current, { ...current, id: versionId('4') }] }, 'ask: unclear'],
  [
    'the same, and one of them is of a pending one',
    { main: [current, { ...current, id: versionId('4'), tags: { ...current.tags, from: versionId('7') } }] },
    'ask: unclear',
  ],
  [
    'two older ones were made in one second',
    { main: [aVersion('1', ago(12)), aVersion('2', ago(12)), current] },
    'disable render-secret 1, render-secret 2',
  ],
  [
    'two of one second are of one pending',
    {
      main: ['3', '4'].map((id) => aVersion(id, ago(10), { expires: soonEnough, tags: { from: versionId('7') } })),
      given: '7',
    },
    'give 4',
  ],
  [
    'the same, and the higher id is listed first',
    {
      main: ['4', '3'].map((id) => aVersion(id, ago(10), { expires: soonEnough, tags: { from: versionId('7') } })),
      given: '7',
    },
    'give 4',
  ],
  [
    'two of one second are of two',
    {
      main: ['7', '8'].map((from, n) => aVersion(String(n), ago(10), { tags: { from: versionId(from) } })),
      given: '7',
    },
    'ask: unclear',
  ],
  [
    'what was made twice was disabled twice',
    { pending: [pending('7', 1, { enabled: false }), pending('8', 1, { enabled: false })], ...asked(now) },
    'ask: undone',
  ],
  ['what was made once was disabled', { pending: [pending('7', 1, { enabled: false })], ...asked(now) }, 'mint: asked'],
  [
    'it was disabled twice, and nothing is due',
    { pending: [pending('7', 1, { enabled: false }), pending('8', 1, { enabled: false })] },
    'none',
  ],
];

const DUE: readonly Row[] = [
  ['missing, and one may be made', { main: [], given: null, ...minting }, 'mint: missing'],
  [
    'missing, one may be made, and one was for somebody else',
    { main: [], pending: [pending('7', 1, { tags: { ...replaces(null), ...OTHER } })], given: null, ...minting },
    'ask: foreign',
  ],
  ['missing, and no policy says what to do', { main: [], given: null, secret: { care: null } }, 'none'],
  ['missing, and a person asked', { main: [], given: null, secret: { askedAt: now } }, 'ask: missing'],
  ['a person asked after it was made', asked(ago(9)), 'mint: asked'],
  ['a person asked in the second in which it was made', asked(ago(10)), 'none'],
  ['a person asked before it was made', asked(ago(11)), 'none'],
  ['it has expired', { main: [{ ...current, expires: ago(1) }] }, 'mint: expired'],
  ['it expires now', { main: [{ ...current, expires: now }] }, 'mint: expired'],
  [
    'it expires before the look that is 30 days before',
    { main: [{ ...current, expires: after(now, 30 * DAY) }] },
    'mint: soon',
  ],
  ['it expires a second later', { main: [{ ...current, expires: after(now, 30 * DAY + SECOND) }] }, 'none'],
  ['it is as old as it may be', { main: [aVersion('3', ago(90), { expires: soonEnough })] }, 'mint: old'],
  ['it is 30 days from that', { main: [aVersion('3', ago(60), { expires: soonEnough })] }, 'mint: soon'],
  ['it is a second further', { main: [aVersion('3', after(ago(60), SECOND), { expires: soonEnough })] }, 'none'],
  [
    'of at most 30 days a third is 10',
    { main: [aVersion('3', ago(20), { expires: soonEnough })], ...days(30) },
    'mint: soon',
  ],
  [
    'and a second less',
    { main: [aVersion('3', after(ago(20), SECOND), { expires: soonEnough })], ...days(30) },
    'none',
  ],
  [
    'of at most a year it is 30 days still',
    { main: [aVersion('3', ago(334), { expires: soonEnough })], ...days(365) },
    'none',
  ],
  ['and a day later', { main: [aVersion('3', ago(335), { expires: soonEnough })], ...days(365) }, 'mint: soon'],
  [
    'its own expiry comes before its age',
    { main: [aVersion('3', ago(1), { expires: after(now, 3 * DAY) })], ...days(9) },
    'mint: soon',
  ],
  ['it is due, and the pool was not given it', { main: [{ ...current, expires: now }], given: null }, 'mint: expired'],
  ['a password where nodes take a key too', { pool: TALKING }, 'mint: other-kind'],
  ['a password where Windows nodes take none', { pool: { ...TALKING, deployment: WINDOWS } }, 'none'],
  ['a password where the system is not shown', { pool: { ...TALKING, deployment: null } }, 'none'],
  [
    'a password where nodes take a key, and the policy wants a password',
    { pool: TALKING, ...care({ kind: 'password' }) },
    'none',
  ],
  [
    'a key where nodes take one, and the policy wants a key',
    { main: [{ ...current, kind: 'ssh-key' }], pool: TALKING, ...care({ kind: 'ssh-key' }) },
    'none',
  ],
  [
    'a key where nodes take none',
    { main: [{ ...current, kind: 'ssh-key' }], ...care({ kind: 'ssh-key' }) },
    'mint: other-kind',
  ],
  ['a key alone where both are wanted', { main: [{ ...current, kind: 'ssh-key' }], pool: TALKING }, 'mint: other-kind'],
  ['a password where nodes take a key, and no policy says so', { secret: { care: null }, pool: TALKING }, 'none'],
  ['both, wherever', { main: [{ ...current, kind: 'both' }] }, 'none'],
  ['both where nodes take a key', { main: [{ ...current, kind: 'both' }], pool: TALKING }, 'none'],
  ['what does not say what it is, where a password does', { main: [{ ...current, kind: null }] }, 'none'],
  [
    'what does not say what it is, where a key is taken',
    { main: [{ ...current, kind: null }], pool: TALKING },
    'mint: other-kind',
  ],
  ['missing, one may be made, and the pool was given one', { main: [], given: '3', ...minting }, 'ask: lost'],
  [
    'it is due, and no policy says so',
    { main: [{ ...current, expires: ago(1) }], secret: { care: null, askedAt: now } },
    'none',
  ],
];

const made = (time: string) => aPool({ creationTime: new Date(time) });
const NOT_GIVEN: readonly Row[] = [
  ['nothing says what it was given', { given: null }, 'give 3'],
  ['it was given an older one', { main: [aVersion('2', ago(20)), current], given: '2' }, 'give 3'],
  ['it was given what nobody knows', { given: 'e' }, 'give 3'],
  ['it was given it', {}, 'none'],
  [
    'it was given what became it',
    { main: [{ ...current, tags: { ...current.tags, from: versionId('7'), ...replaces(null) } }], given: '7' },
    'none',
  ],
  [
    'a person copied the tags of what it was given',
    {
      main: [
        aVersion('2', ago(20), { tags: { from: versionId('7'), ...replaces(null) } }),
        { ...current, tags: { ...current.tags, from: versionId('7'), ...replaces(null) } },
      ],
      given: '7',
    },
    'give 3',
  ],
  [
    'it was given a version that is gone, and the current one is due',
    { main: [{ ...current, expires: now }], given: '7' },
    'give 3',
  ],
  [
    'it was given a pending version that is disabled',
    { pending: [pending('7', 1, { enabled: false }), pending('8', 1, { enabled: false })], given: '7', ...asked(now) },
    'give 3',
  ],
  [
    'the same, was never offered to it, and says its marker all the same',
    {
      pending: [pending('8', 1, { enabled: false }), aVersion('7', ago(1), { enabled: false, tags: replaces('3') })],
      given: '7',
      ...asked(now),
    },
    'ask: undone',
  ],
  [
    'it was given what the current one replaced, which came from another',
    {
      main: [aVersion('2', ago(20)), { ...current, tags: { ...current.tags, from: versionId('7'), ...replaces('2') } }],
      given: '2',
    },
    'give 3',
  ],
  [
    'a pool of that name was given it',
    { pool: { metadata: marked(made('2025-01-10T00:00:00Z'), 'render', versionId('3')) } },
    'give 3',
  ],
  [
    'its marker is no marker',
    { pool: { metadata: [{ name: 'warden:user:render', value: versionId('3'), unmodelled: {} }] } },
    'give 3',
  ],
  [
    'it has two markers',
    {
      pool: { metadata: [...marked(aPool(), 'render', versionId('3')), ...marked(aPool(), 'render', versionId('3'))] },
    },
    'give 3',
  ],
  ['another user has the marker', { pool: { metadata: marked(aPool(), 'setup', versionId('3')) } }, 'give 3'],
  [
    'it is not shown when the pool was made',
    { pool: { creationTime: null, metadata: marked(aPool(), 'render', versionId('3')) } },
    'give 3',
  ],
  ['no policy says so', { given: null, secret: { care: null } }, 'none'],
  ['no version has an expiry: first it is given', { main: [{ ...current, expires: null }], given: null }, 'give 3'],
];

const old = (digit: string, day: number, overrides: Partial<SecretVersion> = {}) =>
  aVersion(digit, ago(day), overrides);
const REST: readonly Row[] = [
  ['the current one has no expiry', { main: [{ ...current, expires: null }] }, 'expire in 80 days'],
  [
    'the same, and an older one is superseded',
    { main: [old('2', 20), { ...current, expires: null }] },
    'expire in 80 days',
  ],
  [
    'superseded for longer than grace',
    { main: [old('1', 30), old('2', 20), current] },
    'disable render-secret 1, render-secret 2',
  ],
  [
    'superseded for as long as grace',
    { main: [old('2', 20), { ...current, created: ago(7) }] },
    'disable render-secret 2',
  ],
  ['superseded for a second less', { main: [old('2', 20), { ...current, created: after(ago(7), SECOND) }] }, 'none'],
  [
    'of two the older one is, the other is not yet',
    { main: [old('1', 30), old('2', 20), { ...current, created: ago(1) }] },
    'disable render-secret 1',
  ],
  ['it is disabled already', { main: [old('2', 20, { enabled: false }), current] }, 'none'],
  [
    'without grace',
    { main: [old('2', 20), { ...current, created: now }], ...care({ grace: 0 }) },
    'disable render-secret 2',
  ],
  [
    'the pool was given what became current, and another of it',
    {
      main: [
        old('2', 20, { tags: { from: versionId('7') } }),
        { ...current, tags: { ...current.tags, from: versionId('7'), ...replaces('2') } },
      ],
      given: '7',
    },
    'disable render-secret 2',
  ],
  [
    'both kinds of idle ones',
    { main: [old('2', 20), current], pending: [pending('7', 30, { tags: replaces('2') })] },
    'disable render-secret-pending 7, render-secret 2',
  ],
  [
    'idle ones, and no policy says so',
    { main: [old('2', 20), current], pending: [pending('7', 30, { tags: replaces('2') })], secret: { care: null } },
    'none',
  ],
  ['a pending one of another', { pending: [pending('7', 30, { tags: { ...replaces('2'), ...OTHER } })] }, 'none'],
];

describe.each([
  ['a version is prepared', PENDING],
  ['only a person can help', TROUBLE],
  ['it is due', DUE],
  ['the pool was given something else', NOT_GIVEN],
  ['what is left', REST],
] as const)('%s', (_, rows) => {
  test.each(rows)('%s', (_seen, one, step) => {
    expect(inWords(stepOf(one))).toBe(step);
  });
});

/** A pending version of another kind than the pool takes now: the policy changed meanwhile. */
describe('a version is prepared that does not hold what the pool takes', () => {
  const both = { ...current, kind: 'both' } as const;
  test.each<Row>([
    ['it is not given', { main: [both], pending: [pending('7', 1)], pool: TALKING }, 'disable render-secret-pending 7'],
    ['two of them are not given', { pending: [pending('7', 2), pending('8', 1)], pool: TALKING }, 'mint: other-kind'],
    ['another one is made', { pending: [pending('7', 1)], pool: TALKING }, 'mint: other-kind'],
    [
      'the other one is given',
      { pending: [pending('7', 2), pending('8', 1, { kind: 'both' })], pool: TALKING },
      'give 8',
    ],
    ['it was given: it becomes current', { pending: [pending('7', 1)], pool: TALKING, given: '7' }, 'promote 7'],
  ])('%s', (_, one, step) => {
    expect(inWords(stepOf(one))).toBe(step);
  });
});

describe('what the pool is to be given, whatever is due', () => {
  const place = (name: string, digit: string) => ({ ...aSecret().main, name, version: versionId(digit) });
  test.each<readonly [string, Case, ReturnType<typeof wantedVersion>]>([
    ['the current version', { given: null }, place('render-secret', '3')],
    ['of one that is due, too', asked(now), place('render-secret', '3')],
    ['the pending version', { pending: [pending('7', 1)], given: '7' }, place('render-secret-pending', '7')],
    ['nothing while there is none', { main: [] }, null],
    ['nothing while a person is asked', { main: [{ ...current, enabled: false }], pending: [pending('7', 1)] }, null],
    ['nothing while it has no key and the pool takes one', { pool: TALKING }, null],
  ])('%s', (_, one, expected) => {
    expect(wantedVersion(seenSecret(poolOf(one), aSecret(one.secret), versionsOf(one)))).toEqual(expected);
  });
});

const MAIN = ['1', '2', '3', '4'];
const PREPARED = ['7', '8', '9'];
const anyTags = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  fc.constantFrom(...PREPARED).map((digit) => ({ from: versionId(digit) })),
  fc.constantFrom(...MAIN, null).map(replaces),
);
const anyVersion = (digit: string, tags: typeof anyTags) =>
  fc
    .record({
      created: fc.constantFrom(ago(100), ago(20), ago(20), ago(5), ago(1)),
      expires: fc.constantFrom(null, soonEnough, after(now, DAY), ago(1)),
      enabled: fc.oneof({ weight: 7, arbitrary: fc.constant(true) }, fc.constant(false)),
      kind: fc.constantFrom('password' as const, 'both' as const, null),
      tags,
    })
    .map(({ created, ...rest }) => aVersion(digit, created, rest));
const anyOf = (digits: readonly string[], tags: typeof anyTags) =>
  fc.subarray([...digits]).chain((some) => fc.tuple(...some.map((digit) => anyVersion(digit, tags))));
const anyCase: fc.Arbitrary<Case> = fc.record({
  main: anyOf(MAIN, anyTags),
  pending: anyOf(PREPARED, fc.constantFrom(...MAIN, null).map(replaces)),
  given: fc.constantFrom(...MAIN, ...PREPARED, 'e', null),
  secret: fc.record({
    care: fc.record({
      maxAge: fc.constantFrom(7 * DAY, 90 * DAY),
      grace: fc.constantFrom(0, 7 * DAY),
      kind: fc.constantFrom(null, 'password' as const),
      mintMissing: fc.boolean(),
    }),
    askedAt: fc.constantFrom(null, ago(3)),
    isBound: fc.boolean(),
  }),
  pool: fc.record({ interNodeCommunication: fc.boolean() }),
});

/** A state, and what was done to come to it. */
interface Walk {
  readonly versions: SecretVersions;
  readonly given: string | null;
}

/** Each step as it would have taken effect. @param fresh the id of a version that it makes */
function afterStep({ versions, given }: Walk, step: Step, secret: UserSecret, fresh: string, at: Date): Walk {
  const { main, pending: prepared } = versions;
  switch (step.kind) {
    case 'none':
    case 'ask':
      return { versions, given };
    case 'give': {
      const offered = prepared.map((one) =>
        one.id === step.version.id ? { ...one, tags: { ...one.tags, ...offeredTo(aPool()) } } : one,
      );
      return { versions: having(main, offered), given: step.version.id };
    }
    case 'mint': {
      const newest = seenSecret(aPool(), secret, versions).current;
      const tags = { replaces: newest?.id ?? 'none' };
      const made = aVersion('0', at, { tags, kind: 'both', expires: after(at, secret.care?.maxAge ?? 0) });
      return { versions: having(main, [...prepared, { ...made, id: fresh }]), given };
    }
    case 'promote': {
      const { expires, kind, id } = step.pending;
      const newest = seenSecret(aPool(), secret, versions).current;
      const made = aVersion('0', at, { expires, kind, tags: { from: id, replaces: newest?.id ?? 'none' } });
      return { versions: having([...main, { ...made, id: fresh }], prepared), given };
    }
    case 'expire': {
      const newest = seenSecret(aPool(), secret, versions).current?.id;
      return {
        versions: having(
          main.map((one) => (one.id === newest ? { ...one, expires: step.at } : one)),
          prepared,
        ),
        given,
      };
    }
    case 'disable': {
      const gone = new Set(step.versions.map(({ of, version }) => `${of.name} ${version}`));
      const without = (name: string, list: readonly SecretVersion[]) =>
        list.map((one) => (gone.has(`${name} ${one.id}`) ? { ...one, enabled: false } : one));
      return { versions: having(without('render-secret', main), without('render-secret-pending', prepared)), given };
    }
  }
}

/** What a step must never do. @param promoted the versions that became current already */
function faultsOf(step: Step, { current: newest, given }: SeenSecret, promoted: readonly string[]): string[] {
  switch (step.kind) {
    case 'promote':
      return [
        ...(step.pending.id === given ? [] : ['what the pool was not given becomes current']),
        ...(promoted.includes(step.pending.id) ? ['a version becomes current twice'] : []),
      ];
    case 'give':
      return promoted.includes(step.version.id) ? ['what became current is given once more'] : [];
    case 'disable': {
      const gone = step.versions.map(({ version }) => version);
      // Once its value is the current one's, a version is needed no more.
      const needed = [newest?.id, newest?.tags['from'] === given ? null : given];
      return gone.filter((id) => needed.includes(id)).map((id) => `${id} is disabled`);
    }
    case 'none':
    case 'ask':
    case 'mint':
    case 'expire':
      return [];
  }
}

/** Enough for: minted, given, promoted, without expiry, disabled. */
const STEPS = 8;
const RUNS = runs(8000);

describe('laws', () => {
  test('the order in which versions are listed changes nothing', () => {
    let several = 0;
    const sorted = (step: Step) => inWords(step).split(/, | /).toSorted();
    fc.assert(
      fc.property(anyCase, fc.nat(), (one, seed) => {
        const shuffled = <T>(list: readonly T[] = []) =>
          fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), { numRuns: 1, seed })[0] ?? [];
        several += (one.pending?.length ?? 0) > 1 ? 1 : 0;
        const other = { ...one, main: shuffled(one.main), pending: shuffled(one.pending) };
        expect(sorted(stepOf(other))).toEqual(sorted(stepOf(one)));
      }),
      { numRuns: RUNS },
    );
    console.log(`order: ${RUNS} secrets, ${several} of them with several pending versions`);
    expect(several).toBeGreaterThan(RUNS / 10);
  });

  test('step by step it comes to rest, and what the pool was given can be had all the time', () => {
    const seen: Record<Step['kind'], number> = { none: 0, give: 0, promote: 0, mint: 0, expire: 0, disable: 0, ask: 0 };
    fc.assert(
      fc.property(anyCase, (one) => {
        const secret = aSecret(one.secret);
        let walk: Walk = { versions: versionsOf(one), given: one.given == null ? null : versionId(one.given) };
        const promoted: string[] = [];
        for (let n = 0; ; n += 1) {
          const at = after(now, n * 60 * SECOND);
          const { versions, given } = walk;
          const pool = aPool({ ...one.pool, metadata: marked(aPool(), 'render', given) });
          const state = seenSecret(pool, secret, versions);
          const step = nextStep(state, at);
          seen[step.kind] += 1;
          if (step.kind === 'none' || step.kind === 'ask') break;
          expect(n, 'no rest').toBeLessThan(STEPS);
          expect(faultsOf(step, state, promoted)).toEqual([]);
          if (step.kind === 'promote') promoted.push(step.pending.id);
          const fresh = `${n}`.padStart(32, 'abc');
          walk = afterStep(walk, step, secret, fresh, at);
        }
      }),
      { numRuns: RUNS },
    );
    console.log(`rest: ${RUNS} secrets, ${JSON.stringify(seen)}`);
    expect(Object.entries(seen).filter(([, times]) => times < RUNS / 50)).toEqual([]);
  });
});
