import { describe, expect, test } from 'vitest';
import { readingFailed } from '../../../shared/core/model/reading.ts';
import type { UserSecret } from '../../../shared/core/model/secret.ts';
import { after, DAY } from '../../../shared/core/model/time.ts';
import { type NamedUserSecret, secretsOf } from '../../../shared/core/rotation/inventory.ts';
import { offeredTo } from '../../../shared/core/rotation/secret-owner.ts';
import { aSecret, aVersion, CARE, having, marked, versionId } from '../../support/rotations/examples.ts';
import { aPool, POOL_ID, snapshotOf } from '../../support/snapshots.ts';

const now = new Date('2026-11-28T08:00:00Z');
const made = after(now, -10 * DAY);
const current = aVersion('3', made, { expires: after(now, 80 * DAY) });
const pending = aVersion('7', now, { tags: { replaces: versionId('3'), ...offeredTo(aPool()) } });
const { main } = aSecret();

interface Case {
  /** Null: none is known. */
  readonly secret?: Partial<UserSecret> | null;
  /** The digit of the version that the pool says it was given. */
  readonly given?: string | null;
  readonly others?: readonly UserSecret[];
}

function shownOf({ secret = {}, given = '3', others = [] }: Case): NamedUserSecret | undefined {
  const secrets = secret === null ? [] : [aSecret({ versions: { known: having([current]) }, ...secret })];
  const metadata = marked(aPool(), 'render', given === null ? null : versionId(given));
  const pool = aPool({ users: [{ name: 'render', elevationLevel: null }], metadata });
  const facets = { secrets: { known: [...secrets, ...others] } };
  return secretsOf(pool, snapshotOf({ pools: [pool], facets }), 'audit', now)[0];
}

const GIVEN: NamedUserSecret = {
  poolId: POOL_ID,
  user: 'render',
  mode: 'audit',
  secret: main,
  current,
  pending: null,
  given: versionId('3'),
  isGiven: true,
  state: 'given',
  due: null,
  why: null,
  nextRotation: after(now, 50 * DAY),
  neverWarns: false,
};
const of = (...[list, prepared]: Parameters<typeof having>) => ({ versions: { known: having(list, prepared) } });
const NOT_KNOWN = { current: null, isGiven: null, nextRotation: null };
const saying = (text: string): string => expect.stringContaining(text);

describe('how a named user and its secret stand', () => {
  test.each<readonly [string, Case, Partial<NamedUserSecret>]>([
    ['given', {}, {}],
    [
      'given, by no policy: no rotation begins by itself',
      { secret: { versions: { known: having([current]) }, care: null } },
      { nextRotation: null },
    ],
    [
      'given, and it never expires: it will',
      { secret: of([{ ...current, expires: null }]) },
      { current: { ...current, expires: null }, neverWarns: true },
    ],
    ['given, and an older one is to be disabled', { secret: of([current, aVersion('1', after(made, -DAY))]) }, {}],
    ['not given', { given: null }, { state: 'not-given', given: null, isGiven: false }],
    ['a new version waits', { secret: of([current], [pending]) }, { state: 'waiting', pending, nextRotation: null }],
    [
      'a new version was given',
      { secret: of([current], [pending]), given: '7' },
      { state: 'promoting', pending, given: versionId('7'), isGiven: false, nextRotation: null },
    ],
    [
      'due since a while',
      { secret: { ...of([{ ...current, expires: now }]) } },
      {
        state: 'due',
        due: 'expired',
        current: { ...current, expires: now },
        nextRotation: after(now, -30 * DAY),
      },
    ],
    [
      'the first is to be made',
      { secret: { ...of([]), care: { ...CARE, mintMissing: true } }, given: null },
      { state: 'due', due: 'missing', ...NOT_KNOWN, isGiven: false, given: null },
    ],
    ['missing', { secret: of([]), given: null }, { state: 'missing', ...NOT_KNOWN, isGiven: false, given: null }],
    [
      'disabled',
      { secret: of([{ ...current, enabled: false }]) },
      { state: 'disabled', current: { ...current, enabled: false }, nextRotation: null },
    ],
    [
      'of no known place',
      { secret: null },
      { state: 'no-vault', secret: null, ...NOT_KNOWN, why: saying('names no vault') },
    ],
    [
      'of two users',
      { others: [aSecret({ user: 'setup' })] },
      { state: 'shared', ...NOT_KNOWN, why: saying('is the secret of several users') },
    ],
    [
      'not read',
      { secret: { versions: { unknown: readingFailed('HTTP 403') } } },
      { state: 'unread', ...NOT_KNOWN, why: 'HTTP 403' },
    ],
  ])('%s', (_, one, expected) => {
    expect(shownOf(one)).toEqual({ ...GIVEN, ...expected });
  });
});
