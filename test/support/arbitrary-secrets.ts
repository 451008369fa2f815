import * as fc from 'fast-check';
import type { Pool } from '../../shared/core/model/pool.ts';
import type { MetadataItem } from '../../shared/core/model/pool-settings.ts';
import { notShown, type Reading, readingFailed } from '../../shared/core/model/reading.ts';
import { sameId } from '../../shared/core/model/resource-id.ts';
import {
  SECRET_KINDS,
  type SecretVersion,
  type SecretVersions,
  type UserSecret,
} from '../../shared/core/model/secret.ts';
import { DAY } from '../../shared/core/model/time.ts';
import { offeredTo, tagsOf } from '../../shared/core/rotation/secret-owner.ts';
import { currentOf } from '../../shared/core/rotation/seen-secret.ts';
import { USERS } from './arbitrary-pool-parts.ts';
import { aVersion, having, marked, VAULT, versionId } from './rotations/examples.ts';
import { aPool, poolId } from './snapshots.ts';

/** Before every look of a test. */
const CREATED = ['2025-11-01T00:00:00Z', '2026-01-05T00:00:00Z', '2026-01-30T00:00:00Z'].map((time) => new Date(time));
const EXPIRES = ['2026-01-31T00:00:00Z', '2026-02-20T00:00:00Z', '2028-01-01T00:00:00Z'].map((time) => new Date(time));
const MAIN = ['1', '2'];
const PENDING = ['7', '8'];

type Who = Pick<UserSecret, 'poolId' | 'user'>;

const anyFacts = fc.record({
  created: fc.constantFrom(...CREATED),
  expires: fc.constantFrom(null, ...EXPIRES),
  enabled: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  kind: fc.constantFrom('password' as const, 'both' as const, null),
});

/** Mostly as a rotation tags it; else as a person does, who tags nothing, or for another user. */
const anyTags = fc.oneof(
  { weight: 8, arbitrary: fc.constant((who: Who) => tagsOf(who)) },
  fc.constant(() => ({})),
  fc.constant((who: Who) => tagsOf({ ...who, user: 'another' })),
);

function anyVersions(who: Who): fc.Arbitrary<SecretVersions> {
  const version = () => fc.tuple(anyFacts, anyTags);
  return fc
    .record({
      main: fc.subarray(MAIN).chain((digits) => fc.tuple(...digits.map(version))),
      pending: fc
        .oneof(fc.subarray(PENDING), fc.constant(PENDING.slice(0, 1)))
        .chain((digits) => fc.tuple(...digits.map(version))),
      /** Mostly of what is current. */
      isFor: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.constantFrom('none', versionId('1'))),
    })
    .map(({ main, pending, isFor }) => {
      const made = (list: typeof main, digits: readonly string[], more: SecretVersion['tags']) =>
        list.map(([{ created, ...facts }, tags], index): SecretVersion => {
          const one = aVersion(digits[index] ?? '', created, facts);
          return { ...one, tags: { ...tags(who), ...more } };
        });
      const versions = made(main, MAIN, {});
      const replaces = isFor ?? currentOf(versions)?.id ?? 'none';
      return having(versions, made(pending, PENDING, { replaces }));
    });
}

function anySecret(who: Who): fc.Arbitrary<UserSecret> {
  const care = fc.record({
    maxAge: fc.constantFrom(30 * DAY, 90 * DAY, 3650 * DAY),
    grace: fc.constantFrom(0, 7 * DAY),
    kind: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.constantFrom(...SECRET_KINDS)),
    mintMissing: fc.boolean(),
  });
  return fc.record({
    poolId: fc.constant(who.poolId),
    user: fc.constant(who.user),
    main: fc.oneof(
      { weight: 15, arbitrary: fc.constant({ vault: VAULT, name: `${who.poolId.split('/').at(-1)}-${who.user}` }) },
      fc.constant({ vault: VAULT, name: 'shared' }),
    ),
    isBound: fc.boolean(),
    care: fc.oneof({ weight: 9, arbitrary: care }, fc.constant(null)),
    askedAt: fc.constantFrom(null, null, ...CREATED),
    versions: fc.oneof(
      { weight: 40, arbitrary: anyVersions(who).map((known) => ({ known })) },
      fc.constant({ unknown: readingFailed('HTTP 403 Forbidden') }),
    ),
  });
}

/** Of each named user that a pool may have, of some, or not read. */
export const anySecrets: fc.Arbitrary<Reading<UserSecret[]>> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        ...['pool1', 'pool2', 'pool3'].flatMap((name) =>
          USERS.map((user) => anySecret({ poolId: poolId(name), user })),
        ),
      )
      .chain((all) => fc.oneof({ weight: 4, arbitrary: fc.constant(all) }, fc.subarray(all)))
      .map((known) => ({ known })),
  },
  fc.constant({ unknown: notShown('no rule that is on needs them') }),
);

/** The pools of secrets in the case in which they were read; those that were read were offered the first pending version. */
export function asPoolsAreNamed(
  secrets: Reading<UserSecret[]>,
  pools: readonly { readonly id: string; readonly creationTime?: Date | null }[],
): Reading<UserSecret[]> {
  if ('unknown' in secrets) return secrets;
  return {
    known: secrets.known.map((secret) => {
      const { id: poolId = secret.poolId, creationTime = null } =
        pools.find((pool) => sameId(pool.id, secret.poolId)) ?? {};
      if ('unknown' in secret.versions) return { ...secret, poolId };
      const { main, pending } = secret.versions.known;
      const [first] = pending;
      const offered = pending.map((one) =>
        one === first ? { ...one, tags: { ...one.tags, ...offeredTo({ creationTime }) } } : one,
      );
      return { ...secret, poolId, versions: { known: having(main, offered) } };
    }),
  };
}

/** What a pool says that it was given: of a time of its own, and now and then of another pool's. */
export const anyMarkers: fc.Arbitrary<(pool: Pick<Pool, 'creationTime'>) => MetadataItem[]> = fc
  .tuple(
    ...USERS.map((user) =>
      fc.record({
        user: fc.constant(user),
        digit: fc.constantFrom(null, ...MAIN, ...PENDING, '7', '7'),
        isOwn: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
      }),
    ),
  )
  .map(
    (all) => (pool) =>
      all.flatMap(({ user, digit, isOwn }) =>
        marked(isOwn ? pool : aPool({ creationTime: new Date(0) }), user, digit === null ? null : versionId(digit)),
      ),
  );
